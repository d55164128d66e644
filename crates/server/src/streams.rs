//! What open streams rest on, looked at while they are open.

use std::time::Duration;

use taskwell_application::{Error, Identity};
use taskwell_infrastructure::AccountChanges;
use taskwell_web::Streams;
use tokio::time::{MissedTickBehavior, interval, timeout};

/// What another server has changed ends the streams here within two seconds; a token that expires, within this.
const EVERY: Duration = Duration::from_secs(1);

/// How long a database that is there takes at most to tell.
const TOLD_WITHIN: Duration = Duration::from_secs(5);

/// Ends the streams of whoever would not be let in any more: at once after a change through this server, and all
/// again and again for what others change.
pub(crate) async fn look_again(streams: Streams, identity: Identity, mut changes: AccountChanges) {
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let whose = tokio::select! {
            _ = ticks.tick() => None,
            user = changes.next() => user,
        };
        let looked = timeout(TOLD_WITHIN, streams.look_again(&identity, whose.as_ref())).await;
        if let Err(error) = looked.unwrap_or_else(|elapsed| Err(Error::Unavailable(Some(elapsed.into())))) {
            tracing::warn!(%error, "what streams rest on is not known, it is looked at again later");
        }
    }
}
