use taskwell_application::{
    ErrorCode,
    identity::{Login, Tokens},
    ports::{AccessClaims, Credentials, HashingError, OpaqueToken, PasswordHash, StoreError, TokenHash},
};
use taskwell_domain::Password;

use super::{ACCESS_TTL, Mocks, ada, email, password_hash, session, session_id};
use crate::tasks::{at, now, refused, unavailable};

fn password() -> Password {
    Password::new("violet umbrella")
}

fn command() -> Login {
    Login {
        email: "Ada@example.com".to_owned(),
        password: password(),
    }
}

fn credentials() -> Credentials {
    Credentials {
        user: ada(),
        password: password_hash(),
    }
}

fn knows(mocks: &mut Mocks, answer: Result<Option<Credentials>, StoreError>) {
    mocks
        .users
        .expect_find_credentials()
        .withf(|asked| *asked == email())
        .times(1)
        .return_once(|_| answer);
}

/// The password is compared once, with that hash.
fn verifies(mocks: &mut Mocks, hash: Option<PasswordHash>, answer: Result<bool, HashingError>) {
    mocks
        .passwords
        .expect_verify()
        .withf(move |presented, with| *presented == password() && *with == hash)
        .times(1)
        .return_once(|_, _| answer);
}

/// Everything goes well until the session is to be kept.
fn starting(answer: Result<(), StoreError>) -> Mocks {
    let mut mocks = Mocks::default();
    knows(&mut mocks, Ok(Some(credentials())));
    verifies(&mut mocks, Some(password_hash()), Ok(true));
    mocks.ids.expect_session_id().times(1).returning(session_id);
    mocks
        .opaque_tokens
        .expect_generate()
        .times(1)
        .returning(|| OpaqueToken {
            text: "a refresh token".to_owned(),
            hash: TokenHash([7; 32]),
        });
    mocks
        .sessions
        .expect_start()
        .withf(|started, hash| *started == session() && *hash == TokenHash([7; 32]))
        .times(1)
        .return_once(|_, _| answer);
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
        refresh_token: "a refresh token".to_owned(),
        user: ada(),
    };
    assert_eq!(tokens, expected);
}

#[tokio::test]
async fn tokens_are_never_printed() {
    let tokens = right().identity().login(command()).await.unwrap();
    let printed = format!("{tokens:?}");
    for secret in [tokens.access_token, tokens.refresh_token] {
        assert!(!printed.contains(&secret), "{printed}");
    }
}

#[tokio::test]
async fn a_wrong_password_is_refused() {
    let mut mocks = Mocks::default();
    knows(&mut mocks, Ok(Some(credentials())));
    verifies(&mut mocks, Some(password_hash()), Ok(false));
    assert_eq!(
        refused(mocks.identity().login(command()).await),
        ErrorCode::InvalidCredentials
    );
}

#[tokio::test]
async fn an_unknown_address_is_refused_after_the_same_work() {
    // Whatever comes of that work.
    for verified in [false, true] {
        let mut mocks = Mocks::default();
        knows(&mut mocks, Ok(None));
        verifies(&mut mocks, None, Ok(verified));
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
        verifies(&mut mocks, None, Ok(false));
        let command = Login {
            email: email.to_owned(),
            ..command()
        };
        let outcome = mocks.identity().login(command).await;
        assert_eq!(refused(outcome), ErrorCode::InvalidCredentials, "{email:?}");
    }
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
        verifies(&mut mocks, Some(password_hash()), Err(failure));
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

    let outcome = starting(unavailable()).identity().login(command()).await;
    assert_eq!(refused(outcome), ErrorCode::Unavailable);
}

#[tokio::test]
async fn an_account_that_goes_meanwhile_gets_no_session() {
    let gone = starting(Err(StoreError::NotFound));
    assert_eq!(
        refused(gone.identity().login(command()).await),
        ErrorCode::Unauthenticated
    );
}
