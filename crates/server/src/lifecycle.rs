//! From the start to the last request.

use std::{io, net::TcpListener, time::Duration};

use actix_web::dev::{Server, ServerHandle};
use taskwell_web::Drain;
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    time::{Instant, sleep, timeout},
};

use crate::{jobs::RunningJobs, telemetry::Traces};

/// How long streams may take to end when nothing else is left: who reads one hears at once that it does.
const FAREWELL: Duration = Duration::from_secs(2);

/// How long those who are connected may ask once more, and be told that it was the last time. It takes a round trip to
/// the client, and ends as soon as nobody is connected.
pub(crate) const LEAVE: Duration = Duration::from_millis(500);

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

/// How long it may take to send what was traced when the grace is over.
const LAST_MOMENT: Duration = Duration::from_millis(500);

/// Serves until a signal says to stop. After the first one, what is in flight, jobs included, may finish within
/// the server's `grace`; after a second one nothing may. What was traced is sent last.
pub(crate) async fn run(
    server: Server,
    listener: &TcpListener,
    jobs: RunningJobs,
    traces: Option<Traces>,
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
    jobs.begin_to_stop();
    let end = Instant::now() + grace;
    let leaving = async { tokio::join!(&mut server, take_leave(&handle, listener, drain, grace)).0 };
    let all = async {
        let ended = tokio::select! {
            ended = leaving => ended,
            () = only_deaf_streams_are_left(drain) => Ok(()),
        };
        jobs.stopped_by(end).await;
        if let Some(traces) = traces {
            traces.flushed_by(end.max(Instant::now() + LAST_MOMENT)).await;
        }
        ended
    };
    tokio::select! {
        ended = all => ended,
        name = signals.next() => {
            tracing::warn!(signal = name, "stopping at once");
            drop(handle.stop(false));
            Ok(())
        }
    }
}

/// Stops the server without closing a connection just when a request comes on it.
async fn take_leave(server: &ServerHandle, listener: &TcpListener, drain: &Drain, grace: Duration) {
    let closed = taskwell_web::stop_listening(server, listener).await;
    // Not before: who is told that a connection is the last one opens another, and that must not be here.
    drain.begin();
    match closed {
        Ok(()) => {
            let _who_is_left_is_idle = timeout(LEAVE.min(grace), drain.only_streams_are_left()).await;
        }
        // Whoever connects meanwhile would wait for nothing.
        Err(error) => tracing::debug!(%error, "the port stays open to the end"),
    }
    // The future only waits for the server to end, as the caller does.
    drop(server.stop(true));
}

/// Waits until those who still hold the server up have had their time to hear that it stops.
async fn only_deaf_streams_are_left(drain: &Drain) {
    drain.only_streams_are_left().await;
    sleep(FAREWELL).await;
    // Who was still waiting to be taken in, or in the middle of a handshake, is known by now.
    drain.only_streams_are_left().await;
    tracing::info!("streams are cut off whose readers do not take their end");
}
