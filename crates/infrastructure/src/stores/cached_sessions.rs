use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use moka::{policy::EvictionPolicy, sync::Cache};
use taskwell_application::ports::{SessionStore, StoreError, TokenHash};
use taskwell_domain::{Session, SessionId, Timestamp, UserId};
use tokio::time::Instant;

/// A session that another server has ended works here for at most this long.
const KEPT: Duration = Duration::from_millis(1_500);

/// Far longer than [`KEPT`]: by then nothing that was looked up before an end is kept.
const REMEMBERED: Duration = Duration::from_secs(60);

const MAX_SESSIONS: u64 = 100_000;

/// What a server knows about sessions without asking its store. Clones share it.
#[derive(Clone, Debug)]
pub struct SessionCache {
    active: Cache<SessionId, Seen>,
    /// What was ended here: a lookup that began before and finishes after it must not bring it back.
    ended: Cache<SessionId, ()>,
}

/// An active session, and when the lookup began that found it.
#[derive(Clone, Debug)]
struct Seen {
    session: Session,
    at: Instant,
}

impl Default for SessionCache {
    fn default() -> Self {
        Self {
            active: Cache::builder()
                .max_capacity(MAX_SESSIONS)
                .time_to_live(REMEMBERED)
                .build(),
            ended: Cache::builder()
                .max_capacity(MAX_SESSIONS)
                // When it is full the oldest goes; by default the newest might not be let in.
                .eviction_policy(EvictionPolicy::lru())
                .time_to_live(REMEMBERED)
                .build(),
        }
    }
}

/// Sessions that were active a moment ago are known without asking the store again, since every request
/// asks. A session that is ended here is known to be ended here at once; on other servers within 2 seconds.
pub struct CachedSessions {
    store: Arc<dyn SessionStore>,
    cache: SessionCache,
}

impl CachedSessions {
    /// That cache before that store. Where a server has several stores, one for each of its threads, they
    /// must have one cache: what is ended through one of them is then known to all.
    #[must_use]
    pub fn new(store: Arc<dyn SessionStore>, cache: SessionCache) -> Self {
        Self { store, cache }
    }
}

#[async_trait]
impl SessionStore for CachedSessions {
    async fn start(&self, session: &Session, refresh_token: &TokenHash) -> Result<(), StoreError> {
        self.store.start(session, refresh_token).await
    }

    async fn find(&self, user: &UserId, id: SessionId) -> Result<Option<Session>, StoreError> {
        let began = Instant::now();
        if self.cache.ended.contains_key(&id) {
            return self.store.find(user, id).await;
        }
        if let Some(seen) = self.cache.active.get(&id)
            && seen.session.user_id == *user
            && began.duration_since(seen.at) < KEPT
        {
            return Ok(Some(seen.session));
        }
        let found = self.store.find(user, id).await?;
        if let Some(session) = &found
            && session.ended_at.is_none()
        {
            let seen = Seen {
                session: session.clone(),
                at: began,
            };
            // If it has been ended meanwhile, nobody looks at this.
            self.cache.active.insert(id, seen);
        }
        Ok(found)
    }

    async fn end(&self, user: &UserId, id: SessionId, now: Timestamp) -> Result<(), StoreError> {
        // Before, because the client may go away and take this with it while the store is at work; and after,
        // because that may have taken long. A mark on a session that goes on only makes lookups ask.
        self.cache.ended.insert(id, ());
        self.store.end(user, id, now).await?;
        self.cache.ended.insert(id, ());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Mutex, atomic::AtomicUsize, atomic::Ordering};

    use tokio::{sync::Semaphore, time::advance};

    use super::*;

    /// A store of one session, which counts lookups and lets them finish when it is told to; the answer to
    /// an end too, but the end itself happens.
    struct OneSession {
        session: Mutex<Session>,
        lookups: AtomicUsize,
        began: Semaphore,
        may_finish: Semaphore,
        ended: Semaphore,
        may_answer: Semaphore,
    }

    #[async_trait]
    impl SessionStore for OneSession {
        async fn start(&self, _: &Session, _: &TokenHash) -> Result<(), StoreError> {
            Ok(())
        }

        async fn find(&self, user: &UserId, id: SessionId) -> Result<Option<Session>, StoreError> {
            self.lookups.fetch_add(1, Ordering::SeqCst);
            let found = self.session.lock().unwrap().clone();
            self.began.add_permits(1);
            self.may_finish.acquire().await.unwrap().forget();
            Ok(Some(found).filter(|session| session.user_id == *user && session.id == id))
        }

        async fn end(&self, _: &UserId, _: SessionId, now: Timestamp) -> Result<(), StoreError> {
            self.session.lock().unwrap().ended_at = Some(now);
            self.ended.add_permits(1);
            self.may_answer.acquire().await.unwrap().forget();
            Ok(())
        }
    }

    struct Setup {
        store: Arc<OneSession>,
        cached: CachedSessions,
        user: UserId,
        id: SessionId,
        now: Timestamp,
    }

    impl Setup {
        fn new(lookups_that_finish: usize) -> Self {
            Self::with_ends(lookups_that_finish, 1)
        }

        fn with_ends(lookups_that_finish: usize, ends_that_answer: usize) -> Self {
            let user = UserId::parse("ada").unwrap();
            let id = SessionId::parse("0192f0c1-2345-7abc-8def-0123456789ab").unwrap();
            let now: Timestamp = "2026-11-21T09:30:00Z".parse().unwrap();
            let store = Arc::new(OneSession {
                session: Mutex::new(Session::start(id, user.clone(), Duration::from_secs(60), now)),
                lookups: AtomicUsize::new(0),
                began: Semaphore::new(0),
                may_finish: Semaphore::new(lookups_that_finish),
                ended: Semaphore::new(0),
                may_answer: Semaphore::new(ends_that_answer),
            });
            let cached = CachedSessions::new(store.clone(), SessionCache::default());
            Self {
                store,
                cached,
                user,
                id,
                now,
            }
        }

        async fn is_active(&self) -> bool {
            let found = self.cached.find(&self.user, self.id).await.unwrap();
            found.unwrap().is_active(self.now)
        }

        async fn end(&self) {
            self.cached.end(&self.user, self.id, self.now).await.unwrap();
        }

        fn lookups(&self) -> usize {
            self.store.lookups.load(Ordering::SeqCst)
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_session_seen_a_moment_ago_is_not_looked_up_again() {
        let setup = Setup::new(2);
        assert!(setup.is_active().await);
        advance(KEPT - Duration::from_millis(1)).await;
        assert!(setup.is_active().await);
        assert_eq!(setup.lookups(), 1);
        advance(Duration::from_millis(1)).await;
        assert!(setup.is_active().await);
        assert_eq!(setup.lookups(), 2);
    }

    #[tokio::test]
    async fn a_session_is_known_to_its_owner_alone() {
        let setup = Setup::new(2);
        assert!(setup.is_active().await);
        let other = UserId::parse("eve").unwrap();
        assert_eq!(setup.cached.find(&other, setup.id).await.unwrap(), None);
    }

    #[tokio::test]
    async fn an_ended_session_is_known_to_be_ended_at_once() {
        let setup = Setup::new(2);
        assert!(setup.is_active().await);
        setup.end().await;
        assert!(!setup.is_active().await);
    }

    #[tokio::test]
    async fn a_session_that_another_server_ended_is_not_kept() {
        let setup = Setup::new(2);
        setup.store.end(&setup.user, setup.id, setup.now).await.unwrap();
        assert!(!setup.is_active().await);
        assert!(!setup.is_active().await);
        assert_eq!(setup.lookups(), 2);
    }

    #[tokio::test]
    async fn a_lookup_that_began_before_the_end_does_not_bring_the_session_back() {
        let setup = Arc::new(Setup::new(0));
        let overtaken = tokio::spawn({
            let setup = Arc::clone(&setup);
            async move { setup.is_active().await }
        });
        setup.store.began.acquire().await.unwrap().forget();
        setup.end().await;
        setup.store.may_finish.add_permits(2);
        // It may still say what it saw, but nobody who asks later hears it.
        assert!(overtaken.await.unwrap());
        assert!(!setup.is_active().await);
    }

    #[tokio::test(start_paused = true)]
    async fn what_took_long_to_look_up_is_not_kept() {
        let setup = Arc::new(Setup::new(0));
        let slow = tokio::spawn({
            let setup = Arc::clone(&setup);
            async move { setup.is_active().await }
        });
        setup.store.began.acquire().await.unwrap().forget();
        advance(KEPT).await;
        setup.store.may_finish.add_permits(2);
        assert!(slow.await.unwrap());
        assert!(setup.is_active().await);
        assert_eq!(setup.lookups(), 2);
    }

    #[tokio::test]
    async fn a_session_whose_end_nobody_waited_for_is_known_to_be_ended() {
        let setup = Arc::new(Setup::with_ends(2, 0));
        assert!(setup.is_active().await);
        let given_up = tokio::spawn({
            let setup = Arc::clone(&setup);
            async move { setup.end().await }
        });
        setup.store.ended.acquire().await.unwrap().forget();
        given_up.abort();
        assert!(given_up.await.unwrap_err().is_cancelled());
        assert!(!setup.is_active().await);
    }

    #[tokio::test]
    async fn what_is_ended_through_one_is_known_to_all_that_share_the_cache() {
        let setup = Setup::new(2);
        let other = CachedSessions::new(setup.store.clone(), setup.cached.cache.clone());
        assert!(setup.is_active().await);
        // It knows what the first one saw.
        other.find(&setup.user, setup.id).await.unwrap();
        assert_eq!(setup.lookups(), 1);

        other.end(&setup.user, setup.id, setup.now).await.unwrap();
        assert!(!setup.is_active().await);
    }
}
