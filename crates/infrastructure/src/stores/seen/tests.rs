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
        let lookup = || self.database.look_up(user);
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
        let session = seen.session(&user.id, held.session.id, || async { Ok(Some(held.clone())) });
        let token = seen.api_token(&hash, || async { Ok(Some(token)) });
        let account = seen.user(&user.id, || async { Ok(Some(user.clone())) });
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
