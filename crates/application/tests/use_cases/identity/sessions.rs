use taskwell_application::{ErrorCode, ports::StoreError};
use taskwell_domain::{Session, SessionId};

use super::{Mocks, ada, caller, session};
use crate::tasks::{now, refused, unavailable};

/// Another session than the one that the caller is known by.
fn another() -> SessionId {
    SessionId::parse("0199f0c1-eeee-7abc-8def-0123456789ab").unwrap()
}

fn listing(answer: Result<Vec<Session>, StoreError>) -> Mocks {
    let mut mocks = Mocks::default();
    mocks
        .sessions
        .expect_list()
        .withf(|user, at| (user, *at) == (&ada().id, now()))
        .times(1)
        .return_once(|_, _| answer);
    mocks
}

fn ending(answer: Result<bool, StoreError>) -> Mocks {
    let mut mocks = Mocks::default();
    mocks
        .sessions
        .expect_end()
        .withf(|user, id, at, audit| (user, *id, *at) == (&ada().id, another(), now()) && audit.is_none())
        .times(1)
        .return_once(|_, _, _, _| answer);
    mocks
}

#[tokio::test]
async fn the_caller_sees_the_own_sessions_that_are_active_now() {
    let identity = listing(Ok(vec![session()])).identity();
    assert_eq!(identity.sessions(&caller()).await.unwrap(), [session()]);
}

#[tokio::test]
async fn any_of_the_callers_sessions_can_be_ended() {
    let identity = ending(Ok(true)).identity();
    identity.end_session(&caller(), another()).await.unwrap();
}

#[tokio::test]
async fn a_session_that_is_not_the_callers_or_over_is_not_there() {
    let outcome = ending(Ok(false))
        .identity()
        .end_session(&caller(), another())
        .await;
    assert_eq!(refused(outcome), ErrorCode::NotFound);
}

#[tokio::test]
async fn a_storage_that_is_away_is_told() {
    let outcome = listing(unavailable()).identity().sessions(&caller()).await;
    assert_eq!(refused(outcome), ErrorCode::Unavailable);
    let away = ending(unavailable()).identity();
    let outcome = away.end_session(&caller(), another()).await;
    assert_eq!(refused(outcome), ErrorCode::Unavailable);
}
