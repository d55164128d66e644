#[cfg(test)]
mod tests;

use std::{hash::Hash, sync::Arc, time::Duration};

use moka::{policy::EvictionPolicy, sync::Cache};
use taskwell_application::ports::{HeldApiToken, HeldSession, StoreError, TokenHash};
use taskwell_domain::{SessionId, User, UserId};
use tokio::{
    sync::broadcast::{self, error::RecvError},
    time::Instant,
};

/// What another server has changed is not known here for at most this long.
const KEPT: Duration = Duration::from_millis(1_500);

/// For how long nobody knows whether a change happens that nobody waited for, or that failed: far longer than
/// the databases work at one.
const IN_DOUBT: Duration = Duration::from_secs(60);

const MAX_KEPT: u64 = 100_000;

/// How many changes can wait for whoever listens to them.
const MAX_UNHEARD: usize = 256;

/// What a server has seen in its database a moment ago, and need not look up again: every request asks for a
/// session, a token or an account. What is changed here is known here at once; on other servers within 2
/// seconds.
///
/// Clones share it. All stores of a server must, also where each of its threads has stores of its own.
#[derive(Clone, Debug)]
pub struct Seen {
    sessions: Sightings<(UserId, SessionId), HeldSession>,
    api_tokens: Sightings<TokenHash, HeldApiToken>,
    users: Sightings<UserId, User>,
    /// By user: what was looked up by then may be different now. A lookup that began before a change and
    /// finishes after it must not bring back what was.
    doubtful_until: Cache<UserId, Instant>,
    changes: broadcast::Sender<UserId>,
}

/// Whose sessions, tokens and accounts are changed on this server, as it happens.
#[derive(Debug)]
pub struct AccountChanges(broadcast::Receiver<UserId>);

impl AccountChanges {
    /// The next one; `None` if there were so many that it may have been anybody.
    pub async fn next(&mut self) -> Option<UserId> {
        match self.0.recv().await {
            Ok(user) => Some(user),
            Err(RecvError::Lagged(_)) => None,
            // Nobody is left on this server who could change anything.
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }
}

type Sightings<K, V> = Cache<K, Sighting<V>>;

/// Something, and when the lookup began that found it.
#[derive(Clone, Debug)]
struct Sighting<V> {
    what: Arc<V>,
    began: Instant,
}

/// What is worth being kept.
trait Seeable: Clone + Send + Sync + 'static {
    /// Whose changes it is subject to.
    fn user(&self) -> &UserId;

    /// Whether anybody will ask for it again.
    fn is_in_use(&self) -> bool {
        true
    }
}

impl Seeable for HeldSession {
    fn user(&self) -> &UserId {
        &self.user.id
    }

    fn is_in_use(&self) -> bool {
        self.session.ended_at.is_none()
    }
}

impl Seeable for HeldApiToken {
    fn user(&self) -> &UserId {
        &self.user.id
    }
}

impl Seeable for User {
    fn user(&self) -> &UserId {
        &self.id
    }
}

impl Default for Seen {
    fn default() -> Self {
        Self {
            sessions: sightings(),
            api_tokens: sightings(),
            users: sightings(),
            doubtful_until: Cache::builder()
                .max_capacity(MAX_KEPT)
                // When it is full the oldest goes; by default the newest might not be let in.
                .eviction_policy(EvictionPolicy::lru())
                .time_to_live(2 * IN_DOUBT)
                .build(),
            changes: broadcast::Sender::new(MAX_UNHEARD),
        }
    }
}

fn sightings<K: Hash + Eq + Send + Sync + 'static, V: Seeable>() -> Sightings<K, V> {
    Cache::builder().max_capacity(MAX_KEPT).time_to_live(KEPT).build()
}

impl Seen {
    /// Listens to changes from now on.
    #[must_use]
    pub fn changes(&self) -> AccountChanges {
        AccountChanges(self.changes.subscribe())
    }

    /// That session as it was seen a moment ago, or else what `lookup` finds.
    pub(super) async fn session<F>(
        &self,
        user: &UserId,
        id: SessionId,
        lookup: impl FnOnce() -> F + Send,
    ) -> Result<Option<Arc<HeldSession>>, StoreError>
    where
        F: Future<Output = Result<Option<HeldSession>, StoreError>> + Send,
    {
        self.recall(&self.sessions, (user.clone(), id), lookup).await
    }

    /// The token of that hash as it was seen a moment ago, or else what `lookup` finds.
    pub(super) async fn api_token<F>(
        &self,
        hash: &TokenHash,
        lookup: impl FnOnce() -> F + Send,
    ) -> Result<Option<Arc<HeldApiToken>>, StoreError>
    where
        F: Future<Output = Result<Option<HeldApiToken>, StoreError>> + Send,
    {
        self.recall(&self.api_tokens, *hash, lookup).await
    }

    /// That account as it was seen a moment ago, or else what `lookup` finds.
    pub(super) async fn user<F>(
        &self,
        id: &UserId,
        lookup: impl FnOnce() -> F + Send,
    ) -> Result<Option<Arc<User>>, StoreError>
    where
        F: Future<Output = Result<Option<User>, StoreError>> + Send,
    {
        self.recall(&self.users, id.clone(), lookup).await
    }

    async fn recall<K, V, F>(
        &self,
        sightings: &Sightings<K, V>,
        key: K,
        lookup: impl FnOnce() -> F + Send,
    ) -> Result<Option<Arc<V>>, StoreError>
    where
        K: Hash + Eq + Send + Sync + 'static,
        V: Seeable,
        F: Future<Output = Result<Option<V>, StoreError>> + Send,
    {
        let began = Instant::now();
        if let Some(sighting) = sightings.get(&key)
            && began.duration_since(sighting.began) < KEPT
            && !self.is_doubtful(&sighting)
        {
            return Ok(Some(sighting.what));
        }
        // In a box, since most need no room for it.
        let found = Box::pin(lookup()).await?.map(Arc::new);
        if let Some(what) = found.as_ref().filter(|what| what.is_in_use()) {
            let what = Arc::clone(what);
            // If it was changed meanwhile, nobody looks at this.
            sightings.insert(key, Sighting { what, began });
        }
        Ok(found)
    }

    fn is_doubtful<V: Seeable>(&self, sighting: &Sighting<V>) -> bool {
        self.doubtful_until
            .get(sighting.what.user())
            .is_some_and(|until| sighting.began <= until)
    }

    /// Does `write`, which changes what lookups tell of that user. From the moment it is done none tells
    /// what was before.
    pub(super) async fn change<T>(
        &self,
        user: &UserId,
        write: impl Future<Output = Result<T, StoreError>> + Send,
    ) -> Result<T, StoreError> {
        let changing = self.changing(user);
        let outcome = write.await;
        match &outcome {
            Ok(_) | Err(StoreError::Stale | StoreError::Conflict(_) | StoreError::NotFound) => {
                changing.done();
            }
            // A commit whose answer is lost may have happened.
            Err(StoreError::Unavailable(_) | StoreError::Corrupt(_) | StoreError::Internal(_)) => {}
        }
        outcome
    }

    fn changing<'a>(&'a self, user: &'a UserId) -> Changing<'a> {
        Changing {
            seen: self,
            user,
            in_doubt: IN_DOUBT,
        }
    }

    /// Looks up every session anew from now on.
    pub(super) fn forget_sessions(&self) {
        self.sessions.invalidate_all();
    }
}

/// A change of what lookups tell of a user. Dropped before it is done, as when the client goes away and takes
/// the request with it while the database is at work, it may happen at any time.
struct Changing<'a> {
    seen: &'a Seen,
    user: &'a UserId,
    in_doubt: Duration,
}

impl Changing<'_> {
    fn done(mut self) {
        self.in_doubt = Duration::ZERO;
    }
}

impl Drop for Changing<'_> {
    fn drop(&mut self) {
        let until = Instant::now() + self.in_doubt;
        self.seen
            .doubtful_until
            .entry_by_ref(self.user)
            // Another one may be in doubt for longer.
            .and_upsert_with(|known| known.map_or(until, |known| until.max(known.into_value())));
        // An error means that nobody listens.
        let _unheard = self.seen.changes.send(self.user.clone());
    }
}
