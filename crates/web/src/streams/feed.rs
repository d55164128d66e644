use taskwell_application::{Error, ErrorCode, identity::Footing, tasks::Following};
use taskwell_domain::Seq;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at, sleep_until, timeout};

use super::{End, HEARTBEAT, PACE, PATIENCE, READ_WITHIN, observed::Observed, open::Place};
use crate::{drain::Drain, observer::StreamKind, problem::Failure, services::Services, wire::ChangeBody};

/// What a stream has to send, one thing after the other; nothing is read from the log before the last thing was
/// taken.
pub(crate) struct Feed {
    following: Following,
    place: Place,
    observed: Observed,
    drain: Drain,
    heartbeat: Interval,
    /// When the last thing was given out.
    given: Instant,
    /// Before which the log is not read, unless it is known to hold more.
    not_before: Instant,
}

/// The end for a reader who takes too long.
const TOO_SLOW: End = End::Because(ErrorCode::ResyncRequired);

/// The next thing to be sent.
pub(crate) enum Event {
    /// The numbers of changes, and what they say as JSON.
    Changes(Vec<(Seq, String)>),
    Heartbeat,
    /// The last thing.
    End(End),
}

impl Feed {
    /// Of whoever is let in on that footing, from behind that change.
    ///
    /// # Errors
    /// If there are too many streams, or the server is about to stop.
    pub(crate) async fn open(
        services: &Services,
        kind: StreamKind,
        footing: Footing,
        since: Option<Seq>,
    ) -> Result<Self, Failure> {
        if services.drain.has_begun() {
            return Err(Error::Unavailable(None).into());
        }
        let user = footing.user_id.clone();
        let place = services.streams.enter(footing.clone())?;
        // What let it in may have been remembered from just before. From now on it is looked at again.
        for stands in services.identity.look_again(&[footing]).await? {
            stands?;
        }
        let following = services.followers.follow(user, since).await?;
        let now = Instant::now();
        let mut heartbeat = interval_at(now + HEARTBEAT, HEARTBEAT);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Ok(Self {
            following,
            place,
            observed: Observed::open(services.observer.clone(), kind),
            drain: services.drain.clone(),
            heartbeat,
            given: now,
            not_before: now,
        })
    }

    /// The number of the last change that was given out.
    pub(crate) fn at(&self) -> Seq {
        self.following.at()
    }

    /// The next thing, when there is one. A reader who did not ask for it in time has to begin anew.
    pub(crate) async fn next(&mut self) -> Event {
        let event = if self.given.elapsed() > PATIENCE {
            Event::End(TOO_SLOW)
        } else {
            self.wait().await
        };
        if let Event::End(end) = event {
            self.observed.ends(end);
        }
        self.given = Instant::now();
        event
    }

    /// Ends for a reader who did not take the last thing in time.
    pub(crate) fn give_up(&mut self) -> End {
        self.observed.ends(TOO_SLOW);
        TOO_SLOW
    }

    async fn wait(&mut self) -> Event {
        loop {
            let Self {
                following,
                not_before,
                ..
            } = self;
            let grown = async {
                if !following.is_behind() {
                    // In a box, which is gone by the time of the long wait.
                    Box::pin(sleep_until(*not_before)).await;
                }
                following.changed().await;
            };
            tokio::select! {
                biased;
                () = self.drain.begun() => return Event::End(End::Draining),
                end = self.place.ended() => return Event::End(end),
                () = grown => {}
                _ = self.heartbeat.tick() => return Event::Heartbeat,
            }
            self.not_before = Instant::now() + PACE;
            // Most streams wait most of the time, and need no room for reading meanwhile.
            let read = timeout(READ_WITHIN, Box::pin(self.read())).await;
            match read.unwrap_or_else(|elapsed| Err(Error::Unavailable(Some(elapsed.into())))) {
                Ok(changes) if changes.is_empty() => {}
                Ok(changes) => {
                    self.heartbeat.reset();
                    return Event::Changes(changes);
                }
                Err(error) => {
                    let code = error.code();
                    Failure::from(error).log();
                    return Event::End(End::Because(code));
                }
            }
        }
    }

    async fn read(&mut self) -> Result<Vec<(Seq, String)>, Error> {
        let changes = self.following.read().await?;
        let written = changes.into_iter().map(|change| {
            let seq = change.seq;
            let json = serde_json::to_string(&ChangeBody::from(change));
            Ok((seq, json.map_err(|error| Error::Internal(error.into()))?))
        });
        written.collect()
    }
}
