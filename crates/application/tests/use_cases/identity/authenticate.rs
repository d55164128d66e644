use taskwell_application::{
    Error, ErrorCode,
    identity::Authenticated,
    ports::{AccessClaims, InvalidToken, StoreError},
};
use taskwell_domain::{ActorKind, ChangeActor, RequestId, Session, Timestamp, User};

use super::{Mocks, ada, session, session_id};
use crate::tasks::{at, now, refused, unavailable};

/// The present instant is 12:00:00.123.
const A_MOMENT_AGO: &str = "2026-11-21T12:00:00.122Z";
const IN_A_MOMENT: &str = "2026-11-21T12:00:00.124Z";

fn request_id() -> RequestId {
    RequestId::parse("request-1").unwrap()
}

/// The token is one of ours, and works until then.
fn presents(expires_at: Timestamp) -> Mocks {
    let claims = AccessClaims {
        user_id: ada().id,
        session_id: session_id(),
        token_id: "token-1".to_owned(),
        email: ada().email,
        role: ada().role,
        issued_at: at("2026-11-21T11:59:00Z"),
        expires_at,
    };
    let mut mocks = Mocks::default();
    mocks
        .access_tokens
        .expect_verify()
        .withf(|token| token == "a token")
        .times(1)
        .return_once(|_| Ok(claims));
    mocks
}

/// The token is good, and its session stands like this.
fn in_session(answer: Result<Option<Session>, StoreError>) -> Mocks {
    let mut mocks = presents(at(IN_A_MOMENT));
    mocks
        .sessions
        .expect_find()
        .withf(|user, id| (user, *id) == (&ada().id, session_id()))
        .times(1)
        .return_once(|_, _| answer);
    mocks
}

/// The token is good, its session is not there, and its account stands like this.
fn without_session(answer: Result<Option<User>, StoreError>) -> Mocks {
    let mut mocks = in_session(Ok(None));
    mocks
        .users
        .expect_find()
        .withf(|id| *id == ada().id)
        .times(1)
        .return_once(|_| answer);
    mocks
}

async fn authenticate(mocks: Mocks) -> Result<Authenticated, Error> {
    mocks.identity().authenticate("a token", request_id()).await
}

#[tokio::test]
async fn whoever_presents_a_token_of_an_active_session_is_known() {
    let known = authenticate(in_session(Ok(Some(session())))).await.unwrap();
    assert_eq!(known.session_id, session_id());
    assert_eq!(known.actor.user_id, ada().id);
    assert_eq!(known.actor.request_id, request_id());
    let via = ChangeActor {
        kind: ActorKind::Session,
        id: session_id().to_string(),
    };
    assert_eq!(known.actor.via, via);
}

#[tokio::test]
async fn what_is_no_token_of_ours_is_refused_without_asking_a_storage() {
    let mut mocks = Mocks::default();
    mocks
        .access_tokens
        .expect_verify()
        .times(1)
        .returning(|_| Err(InvalidToken));
    assert_eq!(refused(authenticate(mocks).await), ErrorCode::Unauthenticated);
}

#[tokio::test]
async fn a_token_expires_at_the_instant_it_says_without_asking_a_storage() {
    for expires_at in [at(A_MOMENT_AGO), now()] {
        let outcome = authenticate(presents(expires_at)).await;
        assert_eq!(refused(outcome), ErrorCode::TokenExpired, "{expires_at}");
    }
}

#[tokio::test]
async fn a_session_that_is_over_is_refused() {
    let ended = Session {
        ended_at: Some(at(A_MOMENT_AGO)),
        ..session()
    };
    let expired = Session {
        expires_at: now(),
        ..session()
    };
    for over in [ended, expired] {
        let outcome = authenticate(in_session(Ok(Some(over)))).await;
        assert_eq!(refused(outcome), ErrorCode::SessionRevoked);
    }
}

#[tokio::test]
async fn a_session_that_is_not_there_is_over() {
    let outcome = authenticate(without_session(Ok(Some(ada())))).await;
    assert_eq!(refused(outcome), ErrorCode::SessionRevoked);
}

#[tokio::test]
async fn an_account_that_is_gone_is_nobody() {
    let outcome = authenticate(without_session(Ok(None))).await;
    assert_eq!(refused(outcome), ErrorCode::Unauthenticated);
}

#[tokio::test]
async fn a_storage_that_is_away_is_told_and_lets_nobody_in() {
    for away in [in_session(unavailable()), without_session(unavailable())] {
        assert_eq!(refused(authenticate(away).await), ErrorCode::Unavailable);
    }
}
