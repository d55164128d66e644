use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use moka::{policy::EvictionPolicy, sync::Cache};
use taskwell_application::ports::{SessionStore, StoreError, TokenHash};
use taskwell_domain::{Session, SessionId, Timestamp, UserId};

/// A session that another server has ended works here for at most this long plus [`FRESH`].
const KEPT: Duration = Duration::from_millis(1_500);

/// What took longer to look up is too old to be kept.
const FRESH: Duration = Duration::from_millis(500);

/// Far longer than [`FRESH`] and [`KEPT`] together: by then nothing that was looked up before is kept.
const REMEMBERED_AS_ENDED: Duration = Duration::from_secs(60);

const MAX_SESSIONS: u64 = 100_000;

/// Sessions that were active a moment ago are known without asking the store again, since every request
/// asks. A session that is ended here is known to be ended here at once; on other servers within 2 seconds.
pub struct CachedSessions {
    store: Arc<dyn SessionStore>,
    active: Cache<SessionId, Session>,
    /// What was ended here: a lookup that began before and finishes after it must not bring it back.
    ended: Cache<SessionId, ()>,
}

impl CachedSessions {
    /// A cache before that store.
    #[must_use]
    pub fn new(store: Arc<dyn SessionStore>) -> Self {
        Self {
            store,
            active: Cache::builder()
                .max_capacity(MAX_SESSIONS)
                .time_to_live(KEPT)
                .build(),
            ended: Cache::builder()
                .max_capacity(MAX_SESSIONS)
                // When it is full the oldest goes; by default the newest might not be let in.
                .eviction_policy(EvictionPolicy::lru())
                .time_to_live(REMEMBERED_AS_ENDED)
                .build(),
        }
    }
}

#[async_trait]
impl SessionStore for CachedSessions {
    async fn start(&self, session: &Session, refresh_token: &TokenHash) -> Result<(), StoreError> {
        self.store.start(session, refresh_token).await
    }

    async fn find(&self, user: &UserId, id: SessionId) -> Result<Option<Session>, StoreError> {
        let began = Instant::now();
        if self.ended.contains_key(&id) {
            return self.store.find(user, id).await;
        }
        if let Some(session) = self.active.get(&id).filter(|session| session.user_id == *user) {
            return Ok(Some(session));
        }
        let found = self.store.find(user, id).await?;
        if let Some(session) = &found
            && session.ended_at.is_none()
            && began.elapsed() < FRESH
        {
            // If it has been ended meanwhile, nobody looks at this.
            self.active.insert(id, session.clone());
        }
        Ok(found)
    }

    async fn end(&self, user: &UserId, id: SessionId, now: Timestamp) -> Result<(), StoreError> {
        self.store.end(user, id, now).await?;
        self.ended.insert(id, ());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Mutex, atomic::AtomicUsize, atomic::Ordering};

    use tokio::sync::Semaphore;

    use super::*;

    /// A store of one session, which counts lookups and lets them finish when it is told to.
    struct OneSession {
        session: Mutex<Session>,
        lookups: AtomicUsize,
        began: Semaphore,
        may_finish: Semaphore,
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
            Ok(())
        }
    }

    struct Setup {
        store: Arc<OneSession>,
        cached: Arc<CachedSessions>,
        user: UserId,
        id: SessionId,
        now: Timestamp,
    }

    impl Setup {
        fn new(lookups_that_finish: usize) -> Self {
            let user = UserId::parse("ada").unwrap();
            let id = SessionId::parse("0192f0c1-2345-7abc-8def-0123456789ab").unwrap();
            let now: Timestamp = "2026-11-21T09:30:00Z".parse().unwrap();
            let store = Arc::new(OneSession {
                session: Mutex::new(Session::start(id, user.clone(), Duration::from_secs(60), now)),
                lookups: AtomicUsize::new(0),
                began: Semaphore::new(0),
                may_finish: Semaphore::new(lookups_that_finish),
            });
            let cached = Arc::new(CachedSessions::new(store.clone()));
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

    #[tokio::test]
    async fn a_session_seen_a_moment_ago_is_not_looked_up_again() {
        let setup = Setup::new(2);
        assert!(setup.is_active().await);
        assert!(setup.is_active().await);
        assert_eq!(setup.lookups(), 1);
        tokio::time::sleep(KEPT + Duration::from_millis(100)).await;
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

    #[tokio::test]
    async fn what_took_long_to_look_up_is_not_kept() {
        let setup = Arc::new(Setup::new(0));
        let slow = tokio::spawn({
            let setup = Arc::clone(&setup);
            async move { setup.is_active().await }
        });
        tokio::time::sleep(FRESH + Duration::from_millis(100)).await;
        setup.store.may_finish.add_permits(2);
        assert!(slow.await.unwrap());
        assert!(setup.is_active().await);
        assert_eq!(setup.lookups(), 2);
    }
}
