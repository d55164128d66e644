//! What is known of an issuer's keys.

#[cfg(test)]
mod tests;

use std::{
    error::Error,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jsonwebtoken::{Algorithm, DecodingKey};
use taskwell_domain::Issuer;
use tokio::{
    runtime::Handle,
    sync::watch,
    time::{Instant, timeout},
};

use super::{
    key_source::{FetchError, KeySource},
    public_keys::PublicKeys,
    schedule::Schedule,
};

/// The keys of one issuer, fetched when they are needed and kept. However many ask, there is one fetch at a time,
/// and it belongs to none of them: a request can be dropped at any time, and the runtime of its worker as well.
pub(super) struct KeySet {
    runtime: Handle,
    shared: Arc<Shared>,
}

struct Shared {
    issuer: Issuer,
    source: Box<dyn KeySource>,
    patience: Duration,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    keys: Option<PublicKeys>,
    schedule: Schedule,
    fetch: Option<Fetch>,
    /// What the last fetch failed of.
    failure: Option<Arc<FetchError>>,
    fetches: KeySetFetches,
}

/// How often an issuer was asked for its keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeySetFetches {
    /// How often it gave them.
    pub answered: u64,
    /// How often it did not.
    pub failed: u64,
}

/// A fetch under way. It is over when its sender is gone, whatever became of it.
type Fetch = watch::Receiver<()>;

impl KeySet {
    /// The keys from that source, fetched on that runtime; each fetch may take so long.
    pub(super) fn new(
        issuer: Issuer,
        source: impl KeySource + 'static,
        patience: Duration,
        runtime: Handle,
    ) -> Self {
        let shared = Shared {
            issuer,
            source: Box::new(source),
            patience,
            state: Mutex::default(),
        };
        Self {
            runtime,
            shared: Arc::new(shared),
        }
    }

    /// That key, if it is known already.
    pub(super) fn known(&self, id: Option<&str>, algorithm: Algorithm) -> Option<DecodingKey> {
        self.shared.lock().find(id, algorithm, Instant::now())
    }

    /// That key, if the issuer has it. One that was known lately is given at once; for any other the issuer is
    /// asked, as often as it may be.
    ///
    /// # Errors
    /// No key is known, because the issuer does not answer.
    pub(super) async fn find(
        &self,
        id: Option<&str>,
        algorithm: Algorithm,
    ) -> Result<Option<DecodingKey>, Arc<FetchError>> {
        let fetch = {
            let now = Instant::now();
            let mut state = self.shared.lock();
            let known = state.find(id, algorithm, now);
            if known.is_some() && !state.schedule.is_due(now) {
                return Ok(known);
            }
            let is_stale = state.schedule.is_stale(now);
            let fetch = self.join_or_begin(&mut state, now);
            if known.is_some() && !is_stale {
                return Ok(known);
            }
            fetch
        };
        if let Some(mut fetch) = fetch {
            // Nothing is ever sent.
            let _over = fetch.changed().await;
        }
        let now = Instant::now();
        let state = self.shared.lock();
        if state.schedule.is_known(now) {
            Ok(state.find(id, algorithm, now))
        } else {
            Err(state
                .failure
                .clone()
                .unwrap_or_else(|| Arc::new(FetchError::Stopping)))
        }
    }

    /// Whether the keys can be had now; nothing is remembered of it.
    ///
    /// # Errors
    /// The issuer does not give them.
    pub(super) async fn try_fetch(&self) -> Result<(), FetchError> {
        self.shared.ask().await.map(drop)
    }

    /// How often it was fetched.
    pub(super) fn fetches(&self) -> KeySetFetches {
        self.shared.lock().fetches
    }

    /// The fetch that is under way, or a new one if there may be one now.
    fn join_or_begin(&self, state: &mut State, now: Instant) -> Option<Fetch> {
        if let Some(fetch) = &state.fetch
            && fetch.has_changed().is_ok()
        {
            return Some(fetch.clone());
        }
        if !state.schedule.begin(now) {
            return None;
        }
        let (sender, fetch) = watch::channel(());
        let shared = Arc::clone(&self.shared);
        self.runtime.spawn(async move {
            let _under_way = sender;
            shared.fetch().await;
        });
        state.fetch = Some(fetch.clone());
        Some(fetch)
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn ask(&self) -> Result<PublicKeys, FetchError> {
        timeout(self.patience, self.source.fetch())
            .await
            .unwrap_or(Err(FetchError::TimedOut))
    }

    async fn fetch(&self) {
        let fetched = self.ask().await;
        let now = Instant::now();
        let mut state = self.lock();
        match fetched {
            Ok(keys) => {
                state.fetches.answered += 1;
                if state.schedule.answered(now) {
                    tracing::info!(issuer = %self.issuer, "the issuer gives its keys again");
                }
                state.keys = Some(keys);
                state.failure = None;
            }
            Err(error) => {
                state.fetches.failed += 1;
                if state.schedule.failed(now) {
                    tracing::warn!(
                        issuer = %self.issuer,
                        error = &error as &(dyn Error + 'static),
                        "the issuer does not give its keys",
                    );
                }
                state.failure = Some(Arc::new(error));
            }
        }
    }
}

impl State {
    fn find(&self, id: Option<&str>, algorithm: Algorithm, now: Instant) -> Option<DecodingKey> {
        self.keys
            .as_ref()
            .filter(|_| self.schedule.is_known(now))?
            .find(id, algorithm)
            .cloned()
    }
}
