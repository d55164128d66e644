use taskwell_application::{
    Error, ErrorCode,
    identity::ChangePassword,
    ports::{Constraint, HashingError, PasswordHash, StoreError},
};
use taskwell_domain::{AuditAction, AuditEntry, FaultCode, Password, User};

use super::{
    Mocks, ada, ada_from_elsewhere, caller, caller_from_elsewhere, client, entry, new_password,
    new_password_hash, password, password_hash, session_id,
};
use crate::tasks::{now, refused, unavailable};

fn command() -> ChangePassword {
    ChangePassword {
        current: password(),
        new: "scarlet parasol".to_owned(),
    }
}

/// The account stands like this.
fn account(answer: Result<Option<User>, StoreError>) -> Mocks {
    let mut mocks = Mocks::default();
    mocks.finds(answer);
    mocks
}

/// Asked once for the hash of the password, the storage gives this answer.
fn has_password(user: User, answer: Result<Option<PasswordHash>, StoreError>) -> Mocks {
    let mut mocks = account(Ok(Some(user)));
    mocks
        .users
        .expect_find_password()
        .withf(|id| *id == ada().id)
        .times(1)
        .return_once(|_| answer);
    mocks
}

/// The password of the caller is asked for, and compared with that outcome.
fn asked(answer: Result<bool, HashingError>) -> Mocks {
    let mut mocks = has_password(ada(), Ok(Some(password_hash())));
    mocks.compares(Some(password_hash()), answer);
    mocks
}

/// A wrong password, and that is noted.
fn wrong() -> Mocks {
    let mut mocks = asked(Ok(false));
    mocks.appends(AuditEntry {
        detail: Some("while logged in".to_owned()),
        ..entry(AuditAction::LoginFailed)
    });
    mocks
}

/// Everything goes well until the new password is to be kept.
fn setting(answer: Result<(), StoreError>) -> Mocks {
    let mut mocks = asked(Ok(true));
    mocks.hashes(new_password(), Ok(new_password_hash()));
    mocks.makes_an_entry();
    mocks
        .users
        .expect_set_password()
        .withf(|id, verified, password, keep, at, noted| {
            *id == ada().id
                && *verified == Some(password_hash())
                && (password, *keep, *at) == (&new_password_hash(), Some(session_id()), now())
                && *noted == entry(AuditAction::PasswordChanged)
        })
        .times(1)
        .return_once(|_, _, _, _, _, _| answer);
    mocks
}

fn deleting(mut mocks: Mocks, answer: Result<(), StoreError>) -> Mocks {
    mocks.makes_an_entry();
    mocks
        .users
        .expect_delete()
        .withf(|id, noted| *id == ada().id && *noted == entry(AuditAction::AccountDeleted))
        .times(1)
        .return_once(|_, _| answer);
    mocks
}

async fn change(mocks: Mocks, command: ChangePassword) -> Result<(), Error> {
    mocks
        .identity()
        .change_password(&caller(), command, &client())
        .await
}

async fn delete(mocks: Mocks, password: Option<Password>) -> Result<(), Error> {
    mocks
        .identity()
        .delete_account(&caller(), password, &client())
        .await
}

#[track_caller]
fn fault(outcome: Result<(), Error>) -> (&'static str, FaultCode) {
    match outcome.unwrap_err() {
        Error::Validation(faults) => match faults.as_slice() {
            [fault] => (fault.field, fault.fault.code),
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_password_is_changed_and_every_session_ends_but_the_callers() {
    change(setting(Ok(())), command()).await.unwrap();
}

#[tokio::test]
async fn a_wrong_password_changes_nothing_and_is_noted() {
    let outcome = change(wrong(), command()).await;
    assert_eq!(refused(outcome), ErrorCode::InvalidCredentials);
}

#[tokio::test]
async fn a_new_password_that_may_not_be_is_told_before_the_current_one_is_compared() {
    let not_allowed = [
        ("short", FaultCode::TooShort),
        ("12345678", FaultCode::CommonPassword),
        ("ada@EXAMPLE.com", FaultCode::CommonPassword),
    ];
    for (new, code) in not_allowed {
        let command = ChangePassword {
            new: new.to_owned(),
            ..command()
        };
        let outcome = change(account(Ok(Some(ada()))), command).await;
        assert_eq!(fault(outcome), ("new_password", code), "{new}");
    }
}

#[tokio::test]
async fn an_account_without_a_password_here_has_none_to_change_whatever_the_new_one_is() {
    let too_short = ChangePassword {
        new: "short".to_owned(),
        ..command()
    };
    for command in [command(), too_short] {
        let outcome = account(Ok(Some(ada_from_elsewhere())))
            .identity()
            .change_password(&caller_from_elsewhere(), command, &client())
            .await;
        assert_eq!(refused(outcome), ErrorCode::Forbidden);
    }
}

#[tokio::test]
async fn a_password_that_somebody_else_has_changed_meanwhile_is_wrong() {
    let outcome = change(setting(Err(StoreError::Stale)), command()).await;
    assert_eq!(refused(outcome), ErrorCode::InvalidCredentials);
}

#[tokio::test]
async fn a_password_that_cannot_be_compared_or_hashed_is_told() {
    let outcome = change(asked(Err(HashingError::Busy)), command()).await;
    assert_eq!(refused(outcome), ErrorCode::Unavailable);

    let mut unhashed = asked(Ok(true));
    unhashed.hashes(new_password(), Err(HashingError::Busy));
    assert_eq!(refused(change(unhashed, command()).await), ErrorCode::Unavailable);
}

#[tokio::test]
async fn an_account_that_is_gone_is_nobody() {
    let outcome = change(account(Ok(None)), command()).await;
    assert_eq!(refused(outcome), ErrorCode::Unauthenticated);
    let outcome = delete(account(Ok(None)), Some(password())).await;
    assert_eq!(refused(outcome), ErrorCode::Unauthenticated);
    let gone_meanwhile = deleting(asked(Ok(true)), Err(StoreError::NotFound));
    assert_eq!(
        refused(delete(gone_meanwhile, Some(password())).await),
        ErrorCode::Unauthenticated
    );
}

#[tokio::test]
async fn an_account_is_deleted_with_the_right_password() {
    let mocks = deleting(asked(Ok(true)), Ok(()));
    delete(mocks, Some(password())).await.unwrap();
}

#[tokio::test]
async fn an_account_is_not_deleted_with_a_wrong_password_and_that_is_noted() {
    let outcome = delete(wrong(), Some(password())).await;
    assert_eq!(refused(outcome), ErrorCode::InvalidCredentials);
}

#[tokio::test]
async fn an_account_with_a_password_is_not_deleted_without_it() {
    let outcome = delete(account(Ok(Some(ada()))), None).await;
    assert_eq!(fault(outcome), ("password", FaultCode::Required));
}

#[tokio::test]
async fn an_account_from_elsewhere_is_deleted_without_a_password_and_not_with_one() {
    let elsewhere = || account(Ok(Some(ada_from_elsewhere())));
    let caller = caller_from_elsewhere();

    let identity = deleting(elsewhere(), Ok(())).identity();
    identity.delete_account(&caller, None, &client()).await.unwrap();

    let identity = elsewhere().identity();
    let outcome = identity
        .delete_account(&caller, Some(password()), &client())
        .await;
    assert_eq!(fault(outcome), ("password", FaultCode::InvalidValue));
}

#[tokio::test]
async fn the_last_admin_is_not_deleted() {
    let last = StoreError::Conflict(Constraint::LastAdmin);
    let outcome = delete(deleting(asked(Ok(true)), Err(last)), Some(password())).await;
    assert_eq!(refused(outcome), ErrorCode::LastAdmin);
}

#[tokio::test]
async fn a_storage_that_is_away_is_told() {
    let away = [
        account(unavailable()),
        has_password(ada(), unavailable()),
        setting(unavailable()),
    ];
    for away in away {
        assert_eq!(refused(change(away, command()).await), ErrorCode::Unavailable);
    }
    let outcome = delete(deleting(asked(Ok(true)), unavailable()), Some(password())).await;
    assert_eq!(refused(outcome), ErrorCode::Unavailable);
}
