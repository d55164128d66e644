use taskwell_application::{
    ErrorCode,
    administration::{Administrator, CreateAccount},
    ports::{Constraint, HashingError, StoreError},
};
use taskwell_domain::{AuditAction, AuditEntry, Role, User};

use super::{ada, bob, by_ada, by_operator, email};
use crate::{
    identity::{Mocks, new_password, new_password_hash},
    tasks::{now, refused},
};

fn command(role: Role) -> CreateAccount {
    CreateAccount {
        email: email(),
        password: new_password(),
        role,
    }
}

/// The account that comes of it.
fn account(role: Role) -> User {
    User {
        role,
        created_at: now(),
        ..bob()
    }
}

fn noted(entry: AuditEntry, detail: &str) -> AuditEntry {
    AuditEntry {
        detail: Some(detail.to_owned()),
        ..entry
    }
}

/// Everything goes well until the account is to be added.
fn adding(role: Role, noted: AuditEntry, answer: Result<(), StoreError>) -> Mocks {
    let mut mocks = Mocks::default();
    mocks.hashes(new_password(), Ok(new_password_hash()));
    mocks.ids.expect_user_id().times(1).returning(|| bob().id);
    mocks.makes_an_entry();
    mocks
        .users
        .expect_add()
        .withf(move |user, hash, audit| {
            *user == account(role) && *hash == new_password_hash() && *audit == noted
        })
        .times(1)
        .return_once(|_, _, _| answer);
    mocks
}

async fn refused_by(answer: StoreError) -> ErrorCode {
    let noted = noted(by_ada(AuditAction::Registered), "as user");
    let outcome = adding(Role::User, noted, Err(answer))
        .administration()
        .create_account(&ada(), command(Role::User))
        .await;
    refused(outcome)
}

#[tokio::test]
async fn an_account_is_made_with_the_role_that_is_asked_for() {
    let by_ada = noted(by_ada(AuditAction::Registered), "as user");
    let by_operator = noted(
        by_operator(AuditAction::Registered),
        "as admin, on the command line",
    );
    let cases = [
        (ada(), Role::User, by_ada),
        (Administrator::operator(), Role::Admin, by_operator),
    ];
    for (by, role, noted) in cases {
        let administration = adding(role, noted, Ok(())).administration();
        let user = administration.create_account(&by, command(role)).await;
        assert_eq!(user.unwrap(), account(role));
    }
}

#[tokio::test]
async fn an_address_that_is_taken_is_told() {
    let taken = StoreError::Conflict(Constraint::Email);
    assert_eq!(refused_by(taken).await, ErrorCode::EmailTaken);
}

#[tokio::test]
async fn nothing_is_added_without_a_hash() {
    let mut mocks = Mocks::default();
    mocks.hashes(new_password(), Err(HashingError::Busy));
    let outcome = mocks
        .administration()
        .create_account(&ada(), command(Role::User))
        .await;
    assert_eq!(refused(outcome), ErrorCode::Unavailable);
}

#[tokio::test]
async fn a_storage_that_is_away_is_told() {
    let away = StoreError::Unavailable("the database is away".into());
    assert_eq!(refused_by(away).await, ErrorCode::Unavailable);
}
