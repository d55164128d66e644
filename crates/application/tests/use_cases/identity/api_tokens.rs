use taskwell_application::{
    Error, ErrorCode,
    identity::{CreateApiToken, CreatedApiToken},
    ports::{Login, OpaqueKind, StoreError},
};
use taskwell_domain::{ApiToken, AuditAction, AuditEntry, FaultCode, Timestamp, TokenName};

use super::{
    A_MOMENT_AGO, IN_A_MOMENT, Mocks, ada, api_token_id, caller, client, entry, new_hash, program, scopes,
    session_id,
};
use crate::tasks::{at, now, refused, unavailable};

fn command(expires_at: Option<Timestamp>) -> CreateApiToken {
    CreateApiToken {
        name: TokenName::parse("nightly backup").unwrap(),
        scopes: scopes(),
        expires_at,
    }
}

/// The token that comes of it.
fn token(expires_at: Option<Timestamp>) -> ApiToken {
    ApiToken {
        id: api_token_id(),
        user_id: ada().id,
        name: command(None).name,
        scopes: scopes(),
        created_at: now(),
        last_used_at: None,
        expires_at,
    }
}

/// What the audit trail is to say, with the id of the token, which opens nothing.
fn noted(action: AuditAction) -> AuditEntry {
    AuditEntry {
        detail: Some(format!("token {}", api_token_id())),
        ..entry(action)
    }
}

/// Everything goes well until the token is to be kept.
fn adding(expires_at: Option<Timestamp>, answer: Result<(), StoreError>) -> Mocks {
    let mut mocks = listing(Ok(vec![token(None); 99]));
    mocks.ids.expect_api_token_id().times(1).returning(api_token_id);
    mocks.generates(OpaqueKind::Api);
    mocks.makes_an_entry();
    mocks
        .api_tokens
        .expect_add()
        .withf(move |added, hash, login, entry| {
            *added == token(expires_at)
                && (*hash, *login) == (new_hash(), Login::Session(session_id()))
                && *entry == noted(AuditAction::TokenCreated)
        })
        .times(1)
        .return_once(|_, _, _, _| answer);
    mocks
}

fn listing(answer: Result<Vec<ApiToken>, StoreError>) -> Mocks {
    let mut mocks = Mocks::default();
    mocks
        .api_tokens
        .expect_list()
        .withf(|user| *user == ada().id)
        .times(1)
        .return_once(|_| answer);
    mocks
}

fn deleting(answer: Result<bool, StoreError>) -> Mocks {
    let mut mocks = Mocks::default();
    mocks.makes_an_entry();
    mocks
        .api_tokens
        .expect_delete()
        .withf(|user, id, entry| {
            (user, *id) == (&ada().id, api_token_id()) && *entry == noted(AuditAction::TokenRevoked)
        })
        .times(1)
        .return_once(|_, _, _| answer);
    mocks
}

async fn create(mocks: Mocks, expires_at: Option<Timestamp>) -> Result<CreatedApiToken, Error> {
    mocks
        .identity()
        .create_api_token(&caller(), command(expires_at), &client())
        .await
}

async fn revoke(mocks: Mocks) -> Result<(), Error> {
    mocks
        .identity()
        .revoke_api_token(&caller(), api_token_id(), &client())
        .await
}

#[tokio::test]
async fn a_token_is_shown_once_and_kept_as_its_hash() {
    for expires_at in [None, Some(at(IN_A_MOMENT))] {
        let created = create(adding(expires_at, Ok(())), expires_at).await.unwrap();
        let expected = CreatedApiToken {
            token: token(expires_at),
            text: "a new opaque token".to_owned(),
        };
        assert_eq!(created, expected);
    }
}

#[tokio::test]
async fn an_account_has_a_hundred_tokens_at_most() {
    let full = listing(Ok(vec![token(None); 100]));
    assert_eq!(refused(create(full, None).await), ErrorCode::Forbidden);
}

#[tokio::test]
async fn whoever_is_logged_out_meanwhile_makes_no_token() {
    let over = adding(None, Err(StoreError::Stale));
    assert_eq!(refused(create(over, None).await), ErrorCode::SessionRevoked);
}

#[tokio::test]
async fn a_program_makes_no_token() {
    let identity = Mocks::default().identity();
    let outcome = identity
        .create_api_token(&program(), command(None), &client())
        .await;
    assert_eq!(refused(outcome), ErrorCode::InsufficientScope);
}

#[tokio::test]
async fn a_token_that_would_have_expired_already_is_not_made() {
    for expires_at in [at(A_MOMENT_AGO), now()] {
        let outcome = create(Mocks::default(), Some(expires_at)).await;
        let Err(Error::Validation(faults)) = outcome else {
            panic!("{outcome:?}");
        };
        let faults: Vec<_> = faults
            .iter()
            .map(|fault| (fault.field, fault.fault.code))
            .collect();
        assert_eq!(faults, [("expires_at", FaultCode::OutOfRange)]);
    }
}

#[tokio::test]
async fn the_caller_sees_the_own_tokens() {
    let identity = listing(Ok(vec![token(None)])).identity();
    assert_eq!(identity.api_tokens(&caller()).await.unwrap(), [token(None)]);
}

#[tokio::test]
async fn a_token_of_the_callers_can_be_revoked() {
    revoke(deleting(Ok(true))).await.unwrap();
}

#[tokio::test]
async fn a_token_that_is_not_the_callers_is_not_there() {
    assert_eq!(refused(revoke(deleting(Ok(false))).await), ErrorCode::NotFound);
}

#[tokio::test]
async fn an_account_that_is_gone_is_nobody() {
    let gone = adding(None, Err(StoreError::NotFound));
    assert_eq!(refused(create(gone, None).await), ErrorCode::Unauthenticated);
}

#[tokio::test]
async fn a_storage_that_is_away_is_told() {
    let outcome = create(adding(None, unavailable()), None).await;
    assert_eq!(refused(outcome), ErrorCode::Unavailable);
    let outcome = listing(unavailable()).identity().api_tokens(&caller()).await;
    assert_eq!(refused(outcome), ErrorCode::Unavailable);
    assert_eq!(
        refused(revoke(deleting(unavailable())).await),
        ErrorCode::Unavailable
    );
}
