use taskwell_application::{
    ErrorCode,
    identity::{IdentityPolicy, Register},
    ports::{Constraint, HashingError, StoreError},
};
use taskwell_domain::{AuditAction, Role, User};

use super::{Mocks, ada, client, email, entry, new_password, new_password_hash, policy};
use crate::tasks::{now, refused, unavailable};

fn command() -> Register {
    Register {
        email: email(),
        password: new_password(),
        client: client(),
    }
}

/// The account that comes of it.
fn account() -> User {
    User {
        role: Role::User,
        created_at: now(),
        ..ada()
    }
}

/// Everything goes well until the account is to be added.
fn adding(answer: Result<(), StoreError>) -> Mocks {
    let mut mocks = Mocks::default();
    mocks.hashes(new_password(), Ok(new_password_hash()));
    mocks.ids.expect_user_id().times(1).returning(|| ada().id);
    mocks.makes_an_entry();
    mocks
        .users
        .expect_add()
        .withf(|user, hash, noted| {
            *user == account() && *hash == new_password_hash() && *noted == entry(AuditAction::Registered)
        })
        .times(1)
        .return_once(|_, _, _| answer);
    mocks
}

#[tokio::test]
async fn an_account_is_made_with_the_hash_of_its_password() {
    let user = adding(Ok(())).identity().register(command()).await.unwrap();
    assert_eq!(user, account());
}

#[tokio::test]
async fn where_registration_is_closed_nothing_is_even_hashed() {
    let closed = IdentityPolicy {
        registration: false,
        ..policy()
    };
    let outcome = Mocks::default().identity_where(closed).register(command()).await;
    assert_eq!(refused(outcome), ErrorCode::Forbidden);
}

#[tokio::test]
async fn an_address_that_is_taken_is_told() {
    let taken = adding(Err(StoreError::Conflict(Constraint::Email)));
    assert_eq!(
        refused(taken.identity().register(command()).await),
        ErrorCode::EmailTaken
    );
}

#[tokio::test]
async fn nothing_is_added_without_a_hash() {
    let failures = [
        (HashingError::Busy, ErrorCode::Unavailable),
        (
            HashingError::Internal("out of memory".into()),
            ErrorCode::Internal,
        ),
    ];
    for (failure, code) in failures {
        let mut mocks = Mocks::default();
        mocks.hashes(new_password(), Err(failure));
        assert_eq!(refused(mocks.identity().register(command()).await), code);
    }
}

#[tokio::test]
async fn a_storage_that_is_away_is_told() {
    let outcome = adding(unavailable()).identity().register(command()).await;
    assert_eq!(refused(outcome), ErrorCode::Unavailable);
}
