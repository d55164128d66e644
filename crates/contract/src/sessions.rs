//! Sessions.

use std::time::Duration;

use taskwell_application::ports::TokenHash;
use taskwell_domain::{Session, SessionId, UserId};

use crate::{
    fixture::Storage,
    given::{assert_not_found, at, later, noon, user_id},
};

const HASH: TokenHash = TokenHash([0xa5; 32]);

fn session_id(n: u64) -> SessionId {
    SessionId::parse(&format!("0199f0c1-2345-7abc-8def-{n:012x}")).unwrap()
}

/// Starts the session of that number.
async fn start(storage: &Storage, user: &UserId, n: u64) -> Session {
    let session = Session::start(session_id(n), user.clone(), Duration::from_secs(3_600), noon());
    storage.sessions.start(&session, &token_hash(n)).await.unwrap();
    session
}

/// Every token has another one.
fn token_hash(n: u64) -> TokenHash {
    let mut hash = HASH;
    hash.0[24..].copy_from_slice(&n.to_be_bytes());
    hash
}

async fn find(storage: &Storage, user: &UserId, id: SessionId) -> Option<Session> {
    storage.sessions.find(user, id).await.unwrap()
}

pub(crate) async fn a_session_is_found_as_it_was_started(storage: Storage) {
    let ada = storage.account("ada").await.id;
    let times = [
        ("2026-11-21T09:30:00.001Z", "2026-12-21T09:30:00.120Z"),
        ("1970-01-01T00:00:00.000Z", "2999-12-31T23:59:59.999Z"),
    ];
    for (n, (created_at, expires_at)) in (1..).zip(times) {
        let session = Session {
            id: session_id(n),
            user_id: ada.clone(),
            created_at: at(created_at),
            expires_at: at(expires_at),
            ended_at: None,
        };
        storage.sessions.start(&session, &token_hash(n)).await.unwrap();
        assert_eq!(find(&storage, &ada, session.id).await, Some(session));
    }
}

pub(crate) async fn a_session_that_never_was_is_not_found(storage: Storage) {
    let ada = storage.account("ada").await.id;
    start(&storage, &ada, 1).await;
    assert_eq!(find(&storage, &ada, session_id(2)).await, None);
}

pub(crate) async fn a_session_belongs_to_its_user(storage: Storage) {
    let ada = storage.account("ada").await.id;
    let bob = storage.account("bob").await.id;
    let session = start(&storage, &ada, 1).await;

    assert_eq!(find(&storage, &bob, session.id).await, None);
    storage.sessions.end(&bob, session.id, later(1)).await.unwrap();
    assert_eq!(find(&storage, &ada, session.id).await, Some(session));
}

pub(crate) async fn an_ended_session_says_when(storage: Storage) {
    let ada = storage.account("ada").await.id;
    let session = start(&storage, &ada, 1).await;
    storage.sessions.end(&ada, session.id, later(1)).await.unwrap();
    let ended = Session {
        ended_at: Some(later(1)),
        ..session
    };
    assert_eq!(find(&storage, &ada, ended.id).await, Some(ended));
}

pub(crate) async fn a_session_ends_once(storage: Storage) {
    let ada = storage.account("ada").await.id;
    let session = start(&storage, &ada, 1).await;
    for now in [later(2), later(3), later(1)] {
        storage.sessions.end(&ada, session.id, now).await.unwrap();
        let ended_at = find(&storage, &ada, session.id).await.unwrap().ended_at;
        assert_eq!(ended_at, Some(later(2)));
    }
}

pub(crate) async fn the_other_sessions_go_on(storage: Storage) {
    let ada = storage.account("ada").await.id;
    let ended = start(&storage, &ada, 1).await;
    let other = start(&storage, &ada, 2).await;
    storage.sessions.end(&ada, ended.id, later(1)).await.unwrap();
    assert_eq!(find(&storage, &ada, other.id).await, Some(other));
}

pub(crate) async fn ending_what_is_not_there_does_nothing(storage: Storage) {
    let ada = storage.account("ada").await.id;
    let session = start(&storage, &ada, 1).await;
    storage.sessions.end(&ada, session_id(2), later(1)).await.unwrap();
    storage
        .sessions
        .end(&user_id("nobody"), session.id, later(1))
        .await
        .unwrap();
    assert_eq!(find(&storage, &ada, session.id).await, Some(session));
}

pub(crate) async fn a_session_needs_its_user(storage: Storage) {
    let nobody = user_id("nobody");
    let session = Session::start(session_id(1), nobody.clone(), Duration::from_secs(60), noon());
    assert_not_found(&storage.sessions.start(&session, &HASH).await);
    assert_eq!(find(&storage, &nobody, session.id).await, None);
}
