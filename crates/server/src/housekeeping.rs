//! What is cleaned up while the server runs.

use std::{sync::Arc, time::Duration};

use taskwell_application::{Identity, Tasks, ports::RequestLimit, tasks::TaskMemory};
use tokio::time::{MissedTickBehavior, interval};

/// Nothing is wrong with what waits for longer; it only takes room.
const EVERY: Duration = Duration::from_secs(10 * 60);

/// Cleans up at the start and then again and again. Where several servers share a database each of them
/// does; the second finds nothing left.
pub(crate) async fn run(
    identity: Identity,
    tasks: Tasks,
    memory: TaskMemory,
    requests: Arc<dyn RequestLimit>,
) {
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        requests.forget();
        match identity.clean_up().await {
            Ok(cleaned) => tracing::debug!(?cleaned, "cleaned up"),
            Err(error) => tracing::warn!(%error, "cleaning up failed, it is tried again later"),
        }
        match tasks.clean_up(memory).await {
            Ok(cleaned) => tracing::debug!(?cleaned, "cleaned up tasks"),
            Err(error) => tracing::warn!(%error, "cleaning up tasks failed, it is tried again later"),
        }
    }
}
