//! From the start to the last request.

use std::{io, time::Duration};

use actix_web::dev::Server;
use taskwell_web::Drain;
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    time::{Instant, sleep},
};

use crate::jobs::RunningJobs;

/// How long streams may take to end when nothing else is left: who reads one hears at once that it does.
const FAREWELL: Duration = Duration::from_secs(2);

/// The signals that ask the server to stop. Made before anything else: a process that is the first of its
/// container does not hear a signal that it has not asked for.
pub(crate) struct StopSignals {
    terminate: Signal,
    interrupt: Signal,
}

impl StopSignals {
    /// From now on, signals are heard and no longer end the process by themselves.
    pub(crate) fn listen() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    /// The name of the next one.
    pub(crate) async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        }
    }
}

/// Serves until a signal says to stop. After the first one, what is in flight, jobs included, may finish within
/// the server's `grace`; after a second one nothing may.
pub(crate) async fn run(
    server: Server,
    jobs: RunningJobs,
    drain: &Drain,
    grace: Duration,
    signals: &mut StopSignals,
) -> io::Result<()> {
    let handle = server.handle();
    tokio::pin!(server);
    tokio::select! {
        ended = &mut server => return ended,
        name = signals.next() => tracing::info!(signal = name, "stopping"),
    }
    drain.begin();
    jobs.begin_to_stop();
    let end = Instant::now() + grace;
    // The future only waits for the server to end, as the next line does.
    drop(handle.stop(true));
    let both = async {
        let ended = tokio::select! {
            ended = &mut server => ended,
            () = only_deaf_streams_are_left(drain) => Ok(()),
        };
        jobs.stopped_by(end).await;
        ended
    };
    tokio::select! {
        ended = both => ended,
        name = signals.next() => {
            tracing::warn!(signal = name, "stopping at once");
            drop(handle.stop(false));
            Ok(())
        }
    }
}

/// Waits until those who still hold the server up have had their time to hear that it stops.
async fn only_deaf_streams_are_left(drain: &Drain) {
    drain.only_streams_are_left().await;
    sleep(FAREWELL).await;
    tracing::info!("streams are cut off whose readers do not take their end");
}
