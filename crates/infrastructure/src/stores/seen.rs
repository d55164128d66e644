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
const MAX_UNHEARD: usize = 1_024;

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
    pub(super) async fn session(
        &self,
        user: &UserId,
        id: SessionId,
        lookup: impl Future<Output = Result<Option<HeldSession>, StoreError>> + Send,
    ) -> Result<Option<Arc<HeldSession>>, StoreError> {
        self.recall(&self.sessions, (user.clone(), id), lookup).await
    }

    /// The token of that hash as it was seen a moment ago, or else what `lookup` finds.
    pub(super) async fn api_token(
        &self,
        hash: &TokenHash,
        lookup: impl Future<Output = Result<Option<HeldApiToken>, StoreError>> + Send,
    ) -> Result<Option<Arc<HeldApiToken>>, StoreError> {
        self.recall(&self.api_tokens, *hash, lookup).await
    }

    /// That account as it was seen a moment ago, or else what `lookup` finds.
    pub(super) async fn user(
        &self,
        id: &UserId,
        lookup: impl Future<Output = Result<Option<User>, StoreError>> + Send,
    ) -> Result<Option<Arc<User>>, StoreError> {
        self.recall(&self.users, id.clone(), lookup).await
    }

    async fn recall<K: Hash + Eq + Send + Sync + 'static, V: Seeable>(
        &self,
        sightings: &Sightings<K, V>,
        key: K,
        lookup: impl Future<Output = Result<Option<V>, StoreError>> + Send,
    ) -> Result<Option<Arc<V>>, StoreError> {
        let began = Instant::now();
        if let Some(sighting) = sightings.get(&key)
            && began.duration_since(sighting.began) < KEPT
            && !self.is_doubtful(&sighting)
        {
            return Ok(Some(sighting.what));
        }
        let found = lookup.await?.map(Arc::new);
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

#[cfg(test)]
mod tests {
    use std::sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    };

    use taskwell_domain::{
        ApiToken, ApiTokenId, Client, Email, Role, Scope, Scopes, Session, Timestamp, TokenName,
    };
    use tokio::{sync::Semaphore, time::advance};

    use super::*;

    const NO_TIME: Duration = Duration::from_millis(1);

    fn now() -> Timestamp {
        "2026-11-21T09:30:00Z".parse().unwrap()
    }

    fn user(id: &str) -> User {
        let email = Email::parse("ada@example.com").unwrap();
        User::registered(UserId::parse(id).unwrap(), email, Role::User, now())
    }

    fn session_of(user: &User) -> HeldSession {
        let id = SessionId::parse("0192f0c1-2345-7abc-8def-0123456789ab").unwrap();
        let lifetime = Duration::from_secs(60);
        HeldSession {
            session: Session::start(id, user.id.clone(), Client::default(), lifetime, now()),
            user: user.clone(),
        }
    }

    /// A database of one session, which counts lookups and lets them finish when it is told to; the answer to
    /// an end too, but the end itself happens.
    struct OneSession {
        held: Mutex<HeldSession>,
        lookups: AtomicUsize,
        began: Semaphore,
        may_finish: Semaphore,
        ended: Semaphore,
        may_answer: Semaphore,
    }

    impl OneSession {
        async fn look_up(&self, user: &UserId) -> Result<Option<HeldSession>, StoreError> {
            self.lookups.fetch_add(1, Ordering::SeqCst);
            let found = self.held.lock().unwrap().clone();
            self.began.add_permits(1);
            self.may_finish.acquire().await.unwrap().forget();
            Ok(Some(found).filter(|held| held.user.id == *user))
        }

        async fn end(&self) -> Result<(), StoreError> {
            self.held.lock().unwrap().session.ended_at = Some(now());
            self.ended.add_permits(1);
            self.may_answer.acquire().await.unwrap().forget();
            Ok(())
        }
    }

    /// A server on that database. Clones share what it has seen.
    #[derive(Clone)]
    struct Server {
        database: Arc<OneSession>,
        seen: Seen,
        user: UserId,
        id: SessionId,
    }

    impl Server {
        fn new(lookups_that_finish: usize) -> Self {
            Self::with_ends(lookups_that_finish, 1)
        }

        fn with_ends(lookups_that_finish: usize, ends_that_answer: usize) -> Self {
            let held = session_of(&user("ada"));
            Self {
                user: held.user.id.clone(),
                id: held.session.id,
                database: Arc::new(OneSession {
                    held: Mutex::new(held),
                    lookups: AtomicUsize::new(0),
                    began: Semaphore::new(0),
                    may_finish: Semaphore::new(lookups_that_finish),
                    ended: Semaphore::new(0),
                    may_answer: Semaphore::new(ends_that_answer),
                }),
                seen: Seen::default(),
            }
        }

        async fn find(&self, user: &UserId) -> Option<Arc<HeldSession>> {
            let lookup = self.database.look_up(user);
            self.seen.session(user, self.id, lookup).await.unwrap()
        }

        async fn is_active(&self) -> bool {
            self.find(&self.user).await.unwrap().session.is_active(now())
        }

        async fn end(&self) {
            self.seen.change(&self.user, self.database.end()).await.unwrap();
        }

        /// A change that comes to that.
        async fn change(&self, outcome: Result<(), StoreError>) {
            let _told = self.seen.change(&self.user, async { outcome }).await;
        }

        fn lookups(&self) -> usize {
            self.database.lookups.load(Ordering::SeqCst)
        }
    }

    fn failure() -> StoreError {
        StoreError::Unavailable("the connection was lost".into())
    }

    #[tokio::test(start_paused = true)]
    async fn a_session_seen_a_moment_ago_is_not_looked_up_again() {
        let server = Server::new(2);
        assert!(server.is_active().await);
        advance(KEPT - NO_TIME).await;
        assert!(server.is_active().await);
        assert_eq!(server.lookups(), 1);
        advance(NO_TIME).await;
        assert!(server.is_active().await);
        assert_eq!(server.lookups(), 2);
    }

    #[tokio::test]
    async fn a_session_is_known_to_its_owner_alone() {
        let server = Server::new(2);
        assert!(server.is_active().await);
        assert_eq!(server.find(&UserId::parse("eve").unwrap()).await, None);
    }

    #[tokio::test]
    async fn an_ended_session_is_known_to_be_ended_at_once() {
        let server = Server::new(2);
        assert!(server.is_active().await);
        server.end().await;
        assert!(!server.is_active().await);
    }

    #[tokio::test]
    async fn a_session_that_another_server_ended_is_not_kept() {
        let server = Server::new(2);
        server.database.end().await.unwrap();
        assert!(!server.is_active().await);
        assert!(!server.is_active().await);
        assert_eq!(server.lookups(), 2);
    }

    #[tokio::test]
    async fn a_lookup_that_began_before_the_end_does_not_bring_the_session_back() {
        let server = Server::new(0);
        let overtaken = tokio::spawn({
            let server = server.clone();
            async move { server.is_active().await }
        });
        server.database.began.acquire().await.unwrap().forget();
        server.end().await;
        server.database.may_finish.add_permits(2);
        // It may still say what it saw, but nobody who asks later hears it.
        assert!(overtaken.await.unwrap());
        assert!(!server.is_active().await);
    }

    #[tokio::test(start_paused = true)]
    async fn what_took_long_to_look_up_is_not_kept() {
        let server = Server::new(0);
        let slow = tokio::spawn({
            let server = server.clone();
            async move { server.is_active().await }
        });
        server.database.began.acquire().await.unwrap().forget();
        advance(KEPT).await;
        server.database.may_finish.add_permits(2);
        assert!(slow.await.unwrap());
        assert!(server.is_active().await);
        assert_eq!(server.lookups(), 2);
    }

    #[tokio::test]
    async fn a_session_whose_end_nobody_waited_for_is_known_to_be_ended() {
        let server = Server::with_ends(2, 0);
        assert!(server.is_active().await);
        let given_up = tokio::spawn({
            let server = server.clone();
            async move { server.end().await }
        });
        server.database.ended.acquire().await.unwrap().forget();
        given_up.abort();
        assert!(given_up.await.unwrap_err().is_cancelled());
        assert!(!server.is_active().await);
    }

    #[tokio::test]
    async fn what_is_ended_through_one_is_known_to_all_that_share_it() {
        let server = Server::new(2);
        let other = server.clone();
        assert!(server.is_active().await);
        // It knows what the first one saw.
        assert!(other.is_active().await);
        assert_eq!(server.lookups(), 1);

        other.end().await;
        assert!(!server.is_active().await);
    }

    #[tokio::test(start_paused = true)]
    async fn after_a_change_that_may_have_happened_nothing_is_kept_for_a_minute() {
        let server = Server::new(4);
        assert!(server.is_active().await);
        server.change(Err(failure())).await;
        assert!(server.is_active().await);
        advance(IN_DOUBT).await;
        assert!(server.is_active().await);
        assert_eq!(server.lookups(), 3);
        advance(NO_TIME).await;
        assert!(server.is_active().await);
        assert!(server.is_active().await);
        assert_eq!(server.lookups(), 4);
    }

    #[tokio::test(start_paused = true)]
    async fn a_change_that_is_done_does_not_clear_up_another_one() {
        let server = Server::new(3);
        server.change(Err(failure())).await;
        server.change(Ok(())).await;
        advance(NO_TIME).await;
        assert!(server.is_active().await);
        assert!(server.is_active().await);
        assert_eq!(server.lookups(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_change_that_is_done_or_refused_leaves_no_doubt() {
        for outcome in [Ok(()), Err(StoreError::Stale), Err(StoreError::NotFound)] {
            let server = Server::new(1);
            server.change(outcome).await;
            advance(NO_TIME).await;
            assert!(server.is_active().await);
            assert!(server.is_active().await);
            assert_eq!(server.lookups(), 1);
        }
    }

    #[tokio::test]
    async fn who_listens_hears_of_a_change_when_it_is_done() {
        let server = Server::new(2);
        let mut changes = server.clone().seen.changes();
        server.end().await;
        assert_eq!(changes.next().await, Some(server.user.clone()));
        assert!(!server.is_active().await);
    }

    #[tokio::test]
    async fn who_did_not_listen_for_too_long_is_told_that_it_may_have_been_anybody() {
        let server = Server::new(0);
        let mut changes = server.seen.changes();
        for _ in 0..=MAX_UNHEARD {
            server.change(Ok(())).await;
        }
        assert_eq!(changes.next().await, None);
        assert_eq!(changes.next().await, Some(server.user.clone()));
    }

    #[tokio::test]
    async fn sessions_that_were_forgotten_are_looked_up() {
        let server = Server::new(2);
        assert!(server.is_active().await);
        server.seen.forget_sessions();
        assert!(server.is_active().await);
        assert_eq!(server.lookups(), 2);
    }

    #[tokio::test]
    async fn a_change_of_a_user_is_seen_in_all_that_tells_of_the_user_and_in_nothing_else() {
        let seen = Seen::default();
        // What is found by now of that user: the same all over.
        let roles = async |id: &str, role: Role| {
            let user = User { role, ..user(id) };
            let held = session_of(&user);
            let token = HeldApiToken {
                token: ApiToken {
                    id: ApiTokenId::parse("0192f0c1-2345-7abc-8def-0123456789ac").unwrap(),
                    user_id: user.id.clone(),
                    name: TokenName::parse("backup").unwrap(),
                    scopes: Scopes::new(&[Scope::TasksRead]).unwrap(),
                    created_at: now(),
                    last_used_at: None,
                    expires_at: None,
                },
                user: user.clone(),
            };
            let hash = TokenHash([id.as_bytes()[0]; 32]);
            let session = seen.session(&user.id, held.session.id, async { Ok(Some(held.clone())) });
            let token = seen.api_token(&hash, async { Ok(Some(token)) });
            let account = seen.user(&user.id, async { Ok(Some(user.clone())) });
            [
                session.await.unwrap().unwrap().user.role,
                token.await.unwrap().unwrap().user.role,
                account.await.unwrap().unwrap().role,
            ]
        };
        for id in ["ada", "eve"] {
            assert_eq!(roles(id, Role::User).await, [Role::User; 3]);
        }
        seen.change(&user("ada").id, async { Ok(()) }).await.unwrap();
        assert_eq!(roles("ada", Role::Admin).await, [Role::Admin; 3]);
        assert_eq!(roles("eve", Role::Admin).await, [Role::User; 3]);
    }
}
