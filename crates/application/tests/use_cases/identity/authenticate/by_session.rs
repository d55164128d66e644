use std::sync::Arc;

use taskwell_application::{
    ErrorCode,
    identity::{Authenticated, Door},
    ports::{AccessClaims, HeldSession, StoreError},
};
use taskwell_domain::{ActorKind, Grant, Role, Session, Timestamp, User};

use super::{ada_by, authenticate, is_for_programs};
use crate::{
    identity::{A_MOMENT_AGO, IN_A_MOMENT, Mocks, ada, disabled, session, session_id},
    tasks::{at, now, refused, unavailable},
};

/// The token is one of a session here, and works until then. It says that Ada is no admin.
fn presents(expires_at: Timestamp) -> Mocks {
    let claims = AccessClaims {
        user_id: ada().id,
        session_id: session_id(),
        token_id: "token-1".to_owned(),
        email: ada().email,
        role: Role::User,
        issued_at: at("2026-11-21T11:59:00Z"),
        expires_at,
    };
    let mut mocks = Mocks::default();
    is_for_programs(&mut mocks, None);
    mocks
        .access_tokens
        .expect_verify()
        .withf(|token| token == "a token")
        .times(1)
        .return_once(|_| Ok(claims));
    mocks
}

fn found(answer: Result<Option<Arc<HeldSession>>, StoreError>) -> Mocks {
    let mut mocks = presents(at(IN_A_MOMENT));
    mocks
        .sessions
        .expect_find()
        .withf(|user, id| (user, *id) == (&ada().id, session_id()))
        .times(1)
        .return_once(|_, _| answer);
    mocks
}

/// The token is good, and its session and account stand like this.
fn in_session(session: Session, user: User) -> Mocks {
    found(Ok(Some(Arc::new(HeldSession { session, user }))))
}

/// The token is good, its session is not there, and its account stands like this.
fn without_session(answer: Result<Option<User>, StoreError>) -> Mocks {
    let mut mocks = found(Ok(None));
    mocks.finds(answer);
    mocks
}

/// Sessions that are over, each for another reason.
fn over() -> [Session; 2] {
    let ended = Session {
        ended_at: Some(at(A_MOMENT_AGO)),
        ..session()
    };
    let expired = Session {
        expires_at: now(),
        ..session()
    };
    [ended, expired]
}

#[tokio::test]
async fn whoever_presents_a_token_of_an_active_session_is_known() {
    let known = authenticate(in_session(session(), ada())).await.unwrap();
    let expected = Authenticated {
        actor: ada_by(ActorKind::Session, &session_id().to_string()),
        role: Role::Admin,
        grant: Grant::Everything,
        door: Door::Session(session_id()),
        expires_at: Some(at(IN_A_MOMENT)),
    };
    assert_eq!(known, expected);
    assert_eq!(known.session_id(), Some(session_id()));
}

#[tokio::test]
async fn the_role_is_that_of_the_account_whatever_the_token_says() {
    for role in [Role::User, Role::Admin] {
        let user = User { role, ..ada() };
        assert_eq!(
            authenticate(in_session(session(), user)).await.unwrap().role,
            role
        );
    }
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
    for over in over() {
        let outcome = authenticate(in_session(over, ada())).await;
        assert_eq!(refused(outcome), ErrorCode::SessionRevoked);
    }
}

#[tokio::test]
async fn an_account_that_is_shut_out_is_refused() {
    let outcome = authenticate(in_session(session(), disabled())).await;
    assert_eq!(refused(outcome), ErrorCode::AccountDisabled);
}

#[tokio::test]
async fn of_an_account_that_is_shut_out_a_session_that_is_over_tells_nothing_more() {
    for over in over() {
        let outcome = authenticate(in_session(over, disabled())).await;
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
    for away in [found(unavailable()), without_session(unavailable())] {
        assert_eq!(refused(authenticate(away).await), ErrorCode::Unavailable);
    }
}
