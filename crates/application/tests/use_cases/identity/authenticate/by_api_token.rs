use std::sync::Arc;

use taskwell_application::{
    ErrorCode,
    identity::{Authenticated, Door},
    ports::{HeldApiToken, StoreError},
};
use taskwell_domain::{ActorKind, ApiToken, Grant, Role, TokenName, User};

use super::{ada_by, authenticate, is_for_programs};
use crate::{
    identity::{
        A_MOMENT_AGO, IN_A_MOMENT, Mocks, ada, ada_from_elsewhere, api_token_id, better_auth, disabled, hash,
        scopes,
    },
    tasks::{at, now, refused, unavailable},
};

/// A token that was used a moment ago and never expires.
fn token() -> ApiToken {
    ApiToken {
        id: api_token_id(),
        user_id: ada().id,
        name: TokenName::parse("nightly backup").unwrap(),
        scopes: scopes(),
        created_at: at("2026-11-20T09:00:00.000Z"),
        last_used_at: Some(at(A_MOMENT_AGO)),
        expires_at: None,
    }
}

/// The text is a token for programs, so nobody is asked but the store of those, which gives this answer.
fn found(answer: Result<Option<Arc<HeldApiToken>>, StoreError>) -> Mocks {
    let mut mocks = Mocks::default();
    is_for_programs(&mut mocks, Some(hash()));
    mocks
        .api_tokens
        .expect_find()
        .withf(|asked| *asked == hash())
        .times(1)
        .return_once(|_| answer);
    mocks
}

/// The token and its account stand like this.
fn holds(token: ApiToken, user: User) -> Mocks {
    found(Ok(Some(Arc::new(HeldApiToken { token, user }))))
}

fn notes_the_use(mut mocks: Mocks, answer: Result<(), StoreError>) -> Mocks {
    mocks
        .api_tokens
        .expect_note_use()
        .withf(|user, id, at| (user, *id, *at) == (&ada().id, api_token_id(), now()))
        .times(1)
        .return_once(|_, _, _| answer);
    mocks
}

#[tokio::test]
async fn a_program_with_a_token_may_what_the_token_says() {
    let known = authenticate(holds(token(), ada())).await.unwrap();
    let expected = Authenticated {
        actor: ada_by(ActorKind::Token, &api_token_id().to_string()),
        role: Role::Admin,
        grant: Grant::Only(scopes()),
        door: Door::ApiToken(api_token_id()),
        expires_at: token().expires_at,
    };
    assert_eq!(known, expected);
    assert_eq!(known.session_id(), None);
}

#[tokio::test]
async fn an_account_whose_issuer_is_trusted_no_more_is_not_open_to_programs_either() {
    for trusted in [true, false] {
        let mut mocks = holds(token(), ada_from_elsewhere());
        mocks
            .outside_tokens
            .expect_trusts()
            .withf(|issuer| *issuer == better_auth())
            .times(1)
            .return_once(move |_| trusted);
        let outcome = authenticate(mocks).await;
        if trusted {
            outcome.unwrap();
        } else {
            assert_eq!(refused(outcome), ErrorCode::Unauthenticated);
        }
    }
}

#[tokio::test]
async fn the_use_of_a_token_is_noted_once_a_minute() {
    for last_used_at in [None, Some(at("2026-11-21T11:59:00.123Z"))] {
        let token = ApiToken {
            last_used_at,
            ..token()
        };
        let noted = notes_the_use(holds(token, ada()), Ok(()));
        authenticate(noted).await.unwrap();
    }
    let within_the_minute = ApiToken {
        last_used_at: Some(at("2026-11-21T11:59:00.124Z")),
        ..token()
    };
    authenticate(holds(within_the_minute, ada())).await.unwrap();
}

#[tokio::test]
async fn a_token_that_is_not_known_is_shown_to_nobody_else() {
    let outcome = authenticate(found(Ok(None))).await;
    assert_eq!(refused(outcome), ErrorCode::Unauthenticated);
}

#[tokio::test]
async fn a_token_expires_at_the_instant_it_says() {
    let expiring = |expires_at: &str| ApiToken {
        expires_at: Some(at(expires_at)),
        ..token()
    };
    authenticate(holds(expiring(IN_A_MOMENT), ada())).await.unwrap();
    for expired in [A_MOMENT_AGO, "2026-11-21T12:00:00.123Z"] {
        let outcome = authenticate(holds(expiring(expired), ada())).await;
        assert_eq!(refused(outcome), ErrorCode::TokenExpired, "{expired}");
    }
}

#[tokio::test]
async fn what_is_refused_is_no_use() {
    let unused = ApiToken {
        last_used_at: None,
        ..token()
    };
    let expired = ApiToken {
        expires_at: Some(now()),
        ..unused.clone()
    };
    let refusals = [
        (expired.clone(), ada(), ErrorCode::TokenExpired),
        (unused, disabled(), ErrorCode::AccountDisabled),
        (expired, disabled(), ErrorCode::TokenExpired),
    ];
    for (token, user, code) in refusals {
        assert_eq!(refused(authenticate(holds(token, user)).await), code);
    }
}

#[tokio::test]
async fn a_storage_that_is_away_is_told_and_lets_nobody_in() {
    let unused = ApiToken {
        last_used_at: None,
        ..token()
    };
    let away = [
        found(unavailable()),
        notes_the_use(holds(unused, ada()), unavailable()),
    ];
    for away in away {
        assert_eq!(refused(authenticate(away).await), ErrorCode::Unavailable);
    }
}
