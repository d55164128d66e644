use taskwell_application::{ErrorCode, ports::StoreError};
use taskwell_domain::AuditAction;

use super::{Mocks, ada, caller, caller_from_elsewhere, client, entry, program, session_id};
use crate::tasks::{now, refused, unavailable};

fn ending(answer: Result<bool, StoreError>) -> Mocks {
    let mut mocks = Mocks::default();
    mocks
        .sessions
        .expect_end()
        .withf(|user, id, at, audit| (user, *id, *at) == (&ada().id, session_id(), now()) && audit.is_none())
        .times(1)
        .return_once(|_, _, _, _| answer);
    mocks
}

/// The tokens of the account are revoked, but for those for programs.
fn revoking(answer: Result<(), StoreError>) -> Mocks {
    let mut mocks = Mocks::default();
    mocks
        .users
        .expect_find()
        .times(1)
        .return_once(|_| Ok(Some(ada())));
    mocks.makes_an_entry();
    mocks
        .users
        .expect_revoke_tokens()
        .withf(|id, revocation, noted| {
            (id, revocation) == (&ada().id, &ada().revocation(false, now()))
                && *noted == entry(AuditAction::LoggedOutEverywhere)
        })
        .times(1)
        .return_once(|_, _, _| answer);
    mocks
}

#[tokio::test]
async fn the_session_of_the_caller_ends_now_if_it_has_not_yet() {
    for was_active in [true, false] {
        let identity = ending(Ok(was_active)).identity();
        identity.logout(&caller()).await.unwrap();
    }
}

#[tokio::test]
async fn whoever_has_no_session_here_has_none_to_end() {
    for caller in [caller_from_elsewhere(), program()] {
        let outcome = Mocks::default().identity().logout(&caller).await;
        assert_eq!(refused(outcome), ErrorCode::Forbidden);
    }
}

#[tokio::test]
async fn every_session_of_the_caller_ends_and_programs_keep_their_tokens() {
    for caller in [caller(), caller_from_elsewhere()] {
        let identity = revoking(Ok(())).identity();
        identity.logout_all(&caller, &client()).await.unwrap();
    }
}

#[tokio::test]
async fn an_account_that_is_gone_is_nobody() {
    let gone = revoking(Err(StoreError::NotFound)).identity();
    let outcome = gone.logout_all(&caller(), &client()).await;
    assert_eq!(refused(outcome), ErrorCode::Unauthenticated);
}

#[tokio::test]
async fn a_storage_that_is_away_is_told() {
    let outcome = ending(unavailable()).identity().logout(&caller()).await;
    assert_eq!(refused(outcome), ErrorCode::Unavailable);

    let away = revoking(unavailable()).identity();
    let outcome = away.logout_all(&caller(), &client()).await;
    assert_eq!(refused(outcome), ErrorCode::Unavailable);
}
