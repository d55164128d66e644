use std::sync::Arc;

use taskwell_application::{
    ErrorCode,
    identity::{Authenticated, Door},
    ports::{OutsideClaims, OutsideRefusal, StoreError},
};
use taskwell_domain::{ActorKind, Grant, Issuer, Role, Timestamp, User};

use super::{ada_by, authenticate, claims, presents_outside};
use crate::{
    identity::{Mocks, ada_from_elsewhere},
    tasks::{at, refused, unavailable},
};

/// When the token was issued that [`claims`] tells of.
fn issued() -> Timestamp {
    at("2026-11-21T11:59:00Z")
}

/// Ada's account, where her token was seen before.
fn ada() -> User {
    User {
        last_login_at: Some(issued()),
        ..ada_from_elsewhere()
    }
}

fn found(claims: OutsideClaims, answer: Result<Option<Arc<User>>, StoreError>) -> Mocks {
    let mut mocks = presents_outside(Ok(claims));
    mocks
        .users
        .expect_find_lately()
        .withf(|id| *id == ada().id)
        .times(1)
        .return_once(|_| answer);
    mocks
}

/// The token says that, and its account stands like this.
fn holds(claims: OutsideClaims, user: User) -> Mocks {
    found(claims, Ok(Some(Arc::new(user))))
}

fn notes_the_token(mut mocks: Mocks, noted: OutsideClaims, answer: Result<(), StoreError>) -> Mocks {
    mocks
        .users
        .expect_note_token()
        .withf(move |id, email, issued_at| {
            *id == ada().id && *email == noted.email && Some(*issued_at) == noted.issued_at
        })
        .times(1)
        .return_once(|_, _, _| answer);
    mocks
}

#[tokio::test]
async fn whoever_has_logged_in_at_another_issuer_is_known() {
    let known = authenticate(holds(claims(), ada())).await.unwrap();
    let expected = Authenticated {
        actor: ada_by(ActorKind::Session, "better-auth"),
        role: Role::User,
        grant: Grant::Everything,
        door: Door::Outside(claims().issued_at),
        expires_at: Some(claims().expires_at),
    };
    assert_eq!(known, expected);
    assert_eq!(known.session_id(), None);
}

#[tokio::test]
async fn what_the_other_issuers_refuse_is_refused_without_asking_a_storage() {
    let refusals = [
        (OutsideRefusal::Invalid, ErrorCode::Unauthenticated),
        (OutsideRefusal::Expired, ErrorCode::TokenExpired),
        (
            OutsideRefusal::Unavailable("no answer".into()),
            ErrorCode::Unavailable,
        ),
    ];
    for (refusal, code) in refusals {
        assert_eq!(refused(authenticate(presents_outside(Err(refusal))).await), code);
    }
}

#[tokio::test]
async fn a_subject_that_can_be_no_id_is_refused_without_asking_a_storage() {
    let long = "x".repeat(129);
    let subjects = [
        ("me", ErrorCode::Forbidden),
        ("a da", ErrorCode::Unauthenticated),
        ("ada\n", ErrorCode::Unauthenticated),
        ("", ErrorCode::Unauthenticated),
        (&long, ErrorCode::Unauthenticated),
    ];
    for (subject, code) in subjects {
        let claims = OutsideClaims {
            subject: subject.to_owned(),
            ..claims()
        };
        let outcome = authenticate(presents_outside(Ok(claims))).await;
        assert_eq!(refused(outcome), code, "{subject:?}");
    }
}

#[tokio::test]
async fn the_id_of_another_issuers_account_is_forbidden_however_that_account_stands() {
    for issuer in [Issuer::ourselves(), Issuer::parse("keycloak").unwrap()] {
        let active = User { issuer, ..ada() };
        let revoked = User {
            tokens_valid_from: Some(at("2026-11-21T11:59:30Z")),
            ..active.clone()
        };
        let disabled = User {
            disabled_at: Some(issued()),
            ..active.clone()
        };
        for account in [active, revoked, disabled] {
            let outcome = authenticate(holds(claims(), account)).await;
            assert_eq!(refused(outcome), ErrorCode::Forbidden);
        }
    }
}

#[tokio::test]
async fn a_token_that_was_issued_before_a_revocation_is_refused() {
    let revoked_at = |instant: &str| User {
        tokens_valid_from: Some(at(instant)),
        ..ada()
    };
    for still_good in ["2026-11-21T11:58:00Z", "2026-11-21T11:59:00Z"] {
        let known = authenticate(holds(claims(), revoked_at(still_good))).await;
        assert!(known.is_ok(), "{still_good}");
    }
    let too_old = authenticate(holds(claims(), revoked_at("2026-11-21T11:59:01Z"))).await;
    assert_eq!(refused(too_old), ErrorCode::SessionRevoked);

    let without_a_time = OutsideClaims {
        issued_at: None,
        ..claims()
    };
    let of_unknown_age = authenticate(holds(without_a_time, revoked_at("2026-11-21T11:58:00Z"))).await;
    assert_eq!(refused(of_unknown_age), ErrorCode::SessionRevoked);
}

#[tokio::test]
async fn an_account_that_is_shut_out_is_refused_and_nothing_is_noted_of_its_token() {
    let disabled = User {
        disabled_at: Some(issued()),
        last_login_at: None,
        ..ada()
    };
    let revoked_too = User {
        tokens_valid_from: Some(at("2026-11-21T11:59:01Z")),
        ..disabled.clone()
    };
    for (account, code) in [
        (disabled, ErrorCode::AccountDisabled),
        (revoked_too, ErrorCode::SessionRevoked),
    ] {
        assert_eq!(refused(authenticate(holds(claims(), account)).await), code);
    }
}

#[tokio::test]
async fn a_newer_token_than_was_seen_before_is_noted_with_the_address_that_it_tells() {
    for last_login_at in [None, Some(at("2026-11-21T11:58:59Z"))] {
        let account = User {
            last_login_at,
            ..ada()
        };
        let newer = holds(claims(), account);
        authenticate(notes_the_token(newer, claims(), Ok(())))
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn a_token_as_old_as_was_seen_before_or_of_unknown_age_is_not_noted() {
    let seen_a_newer_one = User {
        last_login_at: Some(at("2026-11-21T11:59:01Z")),
        ..ada()
    };
    let never_seen = User {
        last_login_at: None,
        ..ada()
    };
    let without_a_time = OutsideClaims {
        issued_at: None,
        ..claims()
    };
    for (claims, account) in [
        (claims(), ada()),
        (claims(), seen_a_newer_one),
        (without_a_time, never_seen),
    ] {
        authenticate(holds(claims, account)).await.unwrap();
    }
}

#[tokio::test]
async fn a_role_in_the_token_adds_to_that_of_the_account_and_is_not_kept() {
    let cases = [
        (false, Role::User, Role::User),
        (true, Role::User, Role::Admin),
        (false, Role::Admin, Role::Admin),
        (true, Role::Admin, Role::Admin),
    ];
    for (is_admin, kept, role) in cases {
        let claims = OutsideClaims { is_admin, ..claims() };
        let account = User { role: kept, ..ada() };
        let known = authenticate(holds(claims, account)).await.unwrap();
        assert_eq!(known.role, role, "{is_admin} and {kept}");
    }
}

#[tokio::test]
async fn a_storage_that_is_away_is_told_and_lets_nobody_in() {
    let unseen = User {
        last_login_at: None,
        ..ada()
    };
    let away = [
        found(claims(), unavailable()),
        notes_the_token(holds(claims(), unseen), claims(), unavailable()),
    ];
    for away in away {
        assert_eq!(refused(authenticate(away).await), ErrorCode::Unavailable);
    }
}
