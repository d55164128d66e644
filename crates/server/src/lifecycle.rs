//! From the first request to the last.

use std::io;

use actix_web::dev::Server;
use taskwell_web::Drain;
use tokio::signal::unix::{SignalKind, signal};

/// Serves until a signal says to stop. After the first one, what is in flight may finish within the
/// server's grace; after a second one nothing may.
pub(crate) async fn run(server: Server, drain: &Drain) -> io::Result<()> {
    let handle = server.handle();
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut signalled = async || {
        tokio::select! {
            _ = terminate.recv() => "SIGTERM",
            _ = interrupt.recv() => "SIGINT",
        }
    };
    tokio::pin!(server);
    tokio::select! {
        ended = &mut server => return ended,
        name = signalled() => tracing::info!(signal = name, "stopping"),
    }
    drain.begin();
    // The future only waits for the server to end, as the next line does.
    drop(handle.stop(true));
    tokio::select! {
        ended = &mut server => ended,
        name = signalled() => {
            tracing::warn!(signal = name, "stopping at once");
            drop(handle.stop(false));
            Ok(())
        }
    }
}
