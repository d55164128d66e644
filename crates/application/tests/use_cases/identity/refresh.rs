use std::time::Duration;

use taskwell_application::{
    Error, ErrorCode, Limit,
    identity::{IdentityPolicy, Refresh, Tokens, TryLimits},
    ports::{AccessClaims, HeldSession, OpaqueKind, RefreshToken, StoreError, TokenHash},
};
use taskwell_domain::{
    Allowance, AuditAction, AuditEntry, Client, Quota, RefreshUse, Session, Timestamp, User,
};

use super::{
    A_MOMENT_AGO, ACCESS_TTL, Mocks, ada, client, disabled, entry, hash, new_hash, policy, session,
    session_id,
};
use crate::tasks::{at, now, refused, unavailable};

fn command() -> Refresh {
    Refresh {
        refresh_token: "a refresh token".to_owned(),
        client: client(),
    }
}

/// A session that Ada began yesterday, elsewhere.
fn begun() -> Session {
    Session {
        created_at: at("2026-11-20T12:00:00.000Z"),
        last_used_at: at("2026-11-20T12:00:00.000Z"),
        expires_at: at("2026-12-20T12:00:00.000Z"),
        client: Client::new(Some("198.51.100.9".parse().unwrap()), Some("Firefox")),
        ..session()
    }
}

/// That session as it is once it is renewed now, from where Ada is.
fn renewed() -> Session {
    Session {
        created_at: begun().created_at,
        ..session()
    }
}

/// The token that stands behind the text, given out when the session began.
fn token(session: Session, user: User, spent_at: Option<Timestamp>) -> RefreshToken {
    RefreshToken {
        held: HeldSession { session, user },
        usage: RefreshUse {
            issued_at: begun().created_at,
            spent_at,
        },
    }
}

/// Asked once, the maker of random tokens says whether the text is a refresh token.
fn is_a_refresh_token(mocks: &mut Mocks, answer: Option<TokenHash>) {
    mocks
        .opaque_tokens
        .expect_hash()
        .withf(|kind, text| (*kind, text) == (OpaqueKind::Refresh, "a refresh token"))
        .times(1)
        .return_once(move |_, _| answer);
}

fn found(answer: Result<Option<RefreshToken>, StoreError>) -> Mocks {
    let mut mocks = Mocks::default();
    is_a_refresh_token(&mut mocks, Some(hash()));
    mocks
        .sessions
        .expect_find_refresh_token()
        .withf(|asked| *asked == hash())
        .times(1)
        .return_once(|_| answer);
    mocks
}

fn presents(session: Session, user: User, spent_at: Option<Timestamp>) -> Mocks {
    found(Ok(Some(token(session, user, spent_at))))
}

/// Everything goes well until the session is to be kept as it was renewed.
fn renewing(spent_at: Option<Timestamp>, answer: Result<(), StoreError>) -> Mocks {
    let mut mocks = presents(begun(), ada(), spent_at);
    mocks.generates(OpaqueKind::Refresh);
    mocks
        .sessions
        .expect_renew()
        .withf(|session, spent, fresh| *session == renewed() && (*spent, *fresh) == (hash(), new_hash()))
        .times(1)
        .return_once(|_, _, _| answer);
    mocks
}

/// A renewal that gets through.
fn right(spent_at: Option<Timestamp>) -> Mocks {
    let mut mocks = renewing(spent_at, Ok(()));
    mocks
        .ids
        .expect_token_id()
        .times(1)
        .returning(|| "token-2".to_owned());
    let claims = AccessClaims {
        user_id: ada().id,
        session_id: session_id(),
        token_id: "token-2".to_owned(),
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

/// The token had been spent long ago, and the storage, asked to end its session, gives this answer.
fn reused(user: User, answer: Result<bool, StoreError>) -> Mocks {
    let mut mocks = presents(begun(), user, Some(at("2026-11-21T11:59:40.122Z")));
    mocks.makes_an_entry();
    let noted = AuditEntry {
        actor_id: None,
        detail: Some(format!("session {}", session_id())),
        ..entry(AuditAction::RefreshReused)
    };
    mocks
        .sessions
        .expect_end()
        .withf(move |user, id, at, audit| {
            (user, *id, *at) == (&ada().id, session_id(), now()) && *audit == Some(noted.clone())
        })
        .times(1)
        .return_once(|_, _, _, _| answer);
    mocks
}

async fn refresh(mocks: Mocks) -> Result<Tokens, Error> {
    mocks.identity().refresh(command()).await
}

#[tokio::test]
async fn a_refresh_token_is_spent_for_new_tokens() {
    let tokens = refresh(right(None)).await.unwrap();
    let expected = Tokens {
        access_token: "an access token".to_owned(),
        expires_in: ACCESS_TTL,
        refresh_token: "a new opaque token".to_owned(),
        user: ada(),
    };
    assert_eq!(tokens, expected);
}

#[tokio::test]
async fn a_spent_token_works_for_twenty_seconds() {
    for spent_at in ["2026-11-21T12:00:00.123Z", "2026-11-21T11:59:40.123Z"] {
        refresh(right(Some(at(spent_at)))).await.unwrap();
    }
}

#[tokio::test]
async fn a_token_that_was_spent_before_then_ends_its_session_and_nobody_is_known_to_have_shown_it() {
    // Whether or not somebody else has ended it meanwhile.
    for ended in [true, false] {
        let outcome = refresh(reused(ada(), Ok(ended))).await;
        assert_eq!(refused(outcome), ErrorCode::SessionRevoked);
    }
}

#[tokio::test]
async fn that_a_token_is_used_again_matters_for_an_account_that_is_shut_out_as_well() {
    let outcome = refresh(reused(disabled(), Ok(true))).await;
    assert_eq!(refused(outcome), ErrorCode::SessionRevoked);
}

#[tokio::test]
async fn what_is_no_refresh_token_is_refused_without_asking_a_storage() {
    let mut mocks = Mocks::default();
    is_a_refresh_token(&mut mocks, None);
    assert_eq!(refused(refresh(mocks).await), ErrorCode::Unauthenticated);
}

#[tokio::test]
async fn a_token_that_is_not_known_is_refused() {
    assert_eq!(
        refused(refresh(found(Ok(None))).await),
        ErrorCode::Unauthenticated
    );
}

#[tokio::test]
async fn a_session_that_is_over_is_not_renewed_and_its_spent_tokens_say_nothing() {
    let ended = Session {
        ended_at: Some(at(A_MOMENT_AGO)),
        ..begun()
    };
    let expired = Session {
        expires_at: now(),
        ..begun()
    };
    let long_ago = Some(at("2026-11-20T12:30:00.000Z"));
    for (session, spent_at) in [(ended.clone(), None), (expired, None), (ended, long_ago)] {
        let outcome = refresh(presents(session, ada(), spent_at)).await;
        assert_eq!(refused(outcome), ErrorCode::SessionRevoked);
    }
}

#[tokio::test]
async fn a_token_that_was_left_lying_for_too_long_renews_nothing() {
    let mut left = token(begun(), ada(), None);
    left.usage.issued_at = at("2026-10-22T12:00:00.123Z");
    let outcome = refresh(found(Ok(Some(left)))).await;
    assert_eq!(refused(outcome), ErrorCode::SessionRevoked);
}

#[tokio::test]
async fn renewals_of_one_session_are_counted() {
    let refresh = Quota::per(7, Duration::from_secs(60));
    let mut mocks = presents(begun(), ada(), None);
    mocks
        .limits
        .expect_take()
        .withf(move |key, quota, at| {
            (key, *quota, *at) == (format!("refresh:{}", session_id()).as_str(), refresh, now())
        })
        .times(1)
        .return_once(move |_, quota, _| {
            Ok(Allowance {
                quota,
                remaining: None,
                reset_after: quota.interval(),
            })
        });
    let limited = IdentityPolicy {
        limits: Some(TryLimits {
            login: refresh,
            register: refresh,
            refresh,
        }),
        ..policy()
    };
    let outcome = mocks.identity_where(limited).refresh(command()).await;
    assert!(
        matches!(&outcome, Err(Error::RateLimited(exceeded)) if exceeded.limit == Limit::Refresh),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn a_session_that_ends_meanwhile_is_not_renewed() {
    let outcome = refresh(renewing(None, Err(StoreError::Stale))).await;
    assert_eq!(refused(outcome), ErrorCode::SessionRevoked);
}

#[tokio::test]
async fn an_account_that_is_shut_out_gets_no_new_tokens() {
    let outcome = refresh(presents(begun(), disabled(), None)).await;
    assert_eq!(refused(outcome), ErrorCode::AccountDisabled);
}

#[tokio::test]
async fn a_storage_that_is_away_is_told() {
    let away = [
        found(unavailable()),
        renewing(None, unavailable()),
        reused(ada(), unavailable()),
    ];
    for away in away {
        assert_eq!(refused(refresh(away).await), ErrorCode::Unavailable);
    }
}
