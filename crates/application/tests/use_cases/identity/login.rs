use taskwell_application::{
    ErrorCode,
    identity::{Login, Tokens},
    ports::{AccessClaims, Credentials, HashingError, OpaqueKind, StoreError},
};
use taskwell_domain::{AuditAction, AuditEntry};

use super::{
    ACCESS_TTL, Mocks, ada, client, disabled, email, entry, new_hash, password, password_hash, session,
    session_id,
};
use crate::tasks::{at, now, refused, unavailable};

pub(super) fn command() -> Login {
    Login {
        email: "Ada@example.com".to_owned(),
        password: password(),
        client: client(),
    }
}

pub(super) fn credentials() -> Credentials {
    Credentials {
        user: ada(),
        password: password_hash(),
    }
}

pub(super) fn knows(mocks: &mut Mocks, answer: Result<Option<Credentials>, StoreError>) {
    mocks
        .users
        .expect_find_credentials()
        .withf(|asked| *asked == email())
        .times(1)
        .return_once(|_| answer);
}

/// Everything goes well until the session is to be kept.
fn starting(answer: Result<(), StoreError>) -> Mocks {
    let mut mocks = Mocks::default();
    knows(&mut mocks, Ok(Some(credentials())));
    mocks.compares(Some(password_hash()), Ok(true));
    mocks.ids.expect_session_id().times(1).returning(session_id);
    mocks.generates(OpaqueKind::Refresh);
    mocks.makes_an_entry();
    mocks
        .sessions
        .expect_start()
        .withf(|started, hash, verified, noted| {
            *started == session()
                && *hash == new_hash()
                && *verified == password_hash()
                && *noted == entry(AuditAction::LoggedIn)
        })
        .times(1)
        .return_once(|_, _, _, _| answer);
    mocks
}

/// A login that gets through.
fn right() -> Mocks {
    let mut mocks = starting(Ok(()));
    mocks
        .ids
        .expect_token_id()
        .times(1)
        .returning(|| "token-1".to_owned());
    let claims = AccessClaims {
        user_id: ada().id,
        session_id: session_id(),
        token_id: "token-1".to_owned(),
        email: ada().email,
        role: ada().role,
        issued_at: now(),
        expires_at: at("2026-11-21T12:15:00.123Z"),
    };
    mocks
        .access_tokens
        .expect_sign()
        .withf(move |signed| *signed == claims)
        .times(1)
        .returning(|_| "an access token".to_owned());
    mocks
}

#[tokio::test]
async fn the_right_password_begins_a_session() {
    let tokens = right().identity().login(command()).await.unwrap();
    let expected = Tokens {
        access_token: "an access token".to_owned(),
        expires_in: ACCESS_TTL,
        refresh_token: "a new opaque token".to_owned(),
        user: ada(),
    };
    assert_eq!(tokens, expected);
}

#[tokio::test]
async fn a_wrong_password_is_refused_and_noted_of_the_account() {
    let mut mocks = Mocks::default();
    knows(&mut mocks, Ok(Some(credentials())));
    mocks.compares(Some(password_hash()), Ok(false));
    mocks.notes_a_failed_login(Some(ada().id));
    assert_eq!(
        refused(mocks.identity().login(command()).await),
        ErrorCode::InvalidCredentials
    );
}

#[tokio::test]
async fn an_unknown_address_is_refused_after_the_same_work_and_noted_of_nobody() {
    // Whatever comes of that work.
    for verified in [false, true] {
        let mut mocks = Mocks::default();
        knows(&mut mocks, Ok(None));
        mocks.compares(None, Ok(verified));
        mocks.notes_a_failed_login(None);
        assert_eq!(
            refused(mocks.identity().login(command()).await),
            ErrorCode::InvalidCredentials
        );
    }
}

#[tokio::test]
async fn what_is_no_address_is_refused_after_the_same_work() {
    for email in ["", "ada", "ada@", "Ada@example.com ", "ada@exam\u{0}ple.com"] {
        let mut mocks = Mocks::default();
        mocks.compares(None, Ok(false));
        mocks.notes_a_failed_login(None);
        let command = Login {
            email: email.to_owned(),
            ..command()
        };
        let outcome = mocks.identity().login(command).await;
        assert_eq!(refused(outcome), ErrorCode::InvalidCredentials, "{email:?}");
    }
}

#[tokio::test]
async fn that_an_account_is_shut_out_is_told_to_the_right_password_alone() {
    let shut_out = || Credentials {
        user: disabled(),
        ..credentials()
    };
    let mut right = Mocks::default();
    knows(&mut right, Ok(Some(shut_out())));
    right.compares(Some(password_hash()), Ok(true));
    right.appends(AuditEntry {
        actor_id: None,
        detail: Some("the account is disabled".to_owned()),
        ..entry(AuditAction::LoginFailed)
    });
    assert_eq!(
        refused(right.identity().login(command()).await),
        ErrorCode::AccountDisabled
    );

    let mut wrong = Mocks::default();
    knows(&mut wrong, Ok(Some(shut_out())));
    wrong.compares(Some(password_hash()), Ok(false));
    wrong.notes_a_failed_login(Some(ada().id));
    assert_eq!(
        refused(wrong.identity().login(command()).await),
        ErrorCode::InvalidCredentials
    );
}

#[tokio::test]
async fn a_password_that_cannot_be_compared_is_told() {
    let failures = [
        (HashingError::Busy, ErrorCode::Unavailable),
        (HashingError::Internal("not a hash".into()), ErrorCode::Internal),
    ];
    for (failure, code) in failures {
        let mut mocks = Mocks::default();
        knows(&mut mocks, Ok(Some(credentials())));
        mocks.compares(Some(password_hash()), Err(failure));
        assert_eq!(refused(mocks.identity().login(command()).await), code);
    }
}

#[tokio::test]
async fn a_storage_that_is_away_is_told() {
    let mut away = Mocks::default();
    knows(&mut away, unavailable());
    assert_eq!(
        refused(away.identity().login(command()).await),
        ErrorCode::Unavailable
    );

    let mut away_for_the_audit_trail = Mocks::default();
    knows(&mut away_for_the_audit_trail, Ok(None));
    away_for_the_audit_trail.compares(None, Ok(false));
    away_for_the_audit_trail.makes_an_entry();
    away_for_the_audit_trail
        .audit
        .expect_append()
        .times(1)
        .returning(|_| unavailable());
    let outcome = away_for_the_audit_trail.identity().login(command()).await;
    assert_eq!(refused(outcome), ErrorCode::Unavailable);

    let outcome = starting(unavailable()).identity().login(command()).await;
    assert_eq!(refused(outcome), ErrorCode::Unavailable);
}

#[tokio::test]
async fn an_account_that_changes_meanwhile_gets_no_session() {
    let changed = starting(Err(StoreError::Stale));
    assert_eq!(
        refused(changed.identity().login(command()).await),
        ErrorCode::InvalidCredentials
    );
}
