use taskwell_application::{
    ErrorCode,
    ports::{OutsideClaims, StoreError},
};
use taskwell_domain::{AuditAction, AuditEntry, Issuer, Role, User};

use super::{
    Mocks, ada_from_elsewhere,
    authenticate::{authenticate, claims, presents_unknown},
    better_auth, disabled, entry,
};
use crate::tasks::{at, now, refused, unavailable};

/// The account that comes of a token with those claims.
fn account(claims: &OutsideClaims) -> User {
    User {
        email: claims.email.clone(),
        created_at: now(),
        ..ada_from_elsewhere()
    }
}

/// What the audit trail is to say.
fn noted() -> AuditEntry {
    AuditEntry {
        detail: Some("by better-auth".to_owned()),
        ..entry(AuditAction::Registered)
    }
}

/// The account that the token names is not known, and the storage, asked to add it, gives this answer.
fn admitting(claims: OutsideClaims, answer: Result<Option<User>, StoreError>) -> Mocks {
    let mut mocks = presents_unknown(claims.clone());
    mocks.makes_an_entry();
    mocks
        .users
        .expect_admit()
        .withf(move |user, issued_at, entry| {
            *user == account(&claims) && *issued_at == claims.issued_at && *entry == noted()
        })
        .times(1)
        .return_once(|_, _, _| answer);
    mocks
}

/// The same, and the token is the first one seen of it.
fn admitting_with_its_first_token(claims: OutsideClaims, user: User) -> Mocks {
    let mut mocks = admitting(claims.clone(), Ok(Some(user)));
    mocks
        .users
        .expect_note_token()
        .withf(move |id, email, issued_at| {
            *id == ada_from_elsewhere().id && *email == claims.email && Some(*issued_at) == claims.issued_at
        })
        .times(1)
        .returning(|_, _, _| Ok(()));
    mocks
}

#[tokio::test]
async fn an_account_from_elsewhere_is_made_when_its_first_token_is_seen() {
    let without_an_address = OutsideClaims {
        email: None,
        ..claims()
    };
    for claims in [claims(), without_an_address] {
        let made = admitting_with_its_first_token(claims.clone(), account(&claims));
        let known = authenticate(made).await.unwrap();
        assert_eq!(known.actor.user_id, account(&claims).id);
        assert_eq!(known.role, Role::User);
    }
}

#[tokio::test]
async fn a_token_of_unknown_age_makes_an_account_as_well() {
    let claims = OutsideClaims {
        issued_at: None,
        ..claims()
    };
    let made = admitting(claims.clone(), Ok(Some(account(&claims))));
    authenticate(made).await.unwrap();
}

#[tokio::test]
async fn whoever_is_an_admin_elsewhere_is_one_from_the_first_token_on_and_is_not_kept_as_one() {
    let claims = OutsideClaims {
        is_admin: true,
        ..claims()
    };
    let made = admitting_with_its_first_token(claims.clone(), account(&claims));
    assert_eq!(account(&claims).role, Role::User);
    assert_eq!(authenticate(made).await.unwrap().role, Role::Admin);
}

#[tokio::test]
async fn an_account_that_was_made_meanwhile_counts_as_it_stands() {
    let admin = User {
        role: Role::Admin,
        last_login_at: claims().issued_at,
        ..ada_from_elsewhere()
    };
    let known = authenticate(admitting(claims(), Ok(Some(admin.clone()))))
        .await
        .unwrap();
    assert_eq!(known.role, Role::Admin);

    let anothers = User {
        issuer: Issuer::parse("keycloak").unwrap(),
        ..admin.clone()
    };
    let revoked = User {
        tokens_valid_from: Some(at("2026-11-21T11:59:01Z")),
        ..admin
    };
    let shut_out = User {
        issuer: better_auth(),
        ..disabled()
    };
    for (account, code) in [
        (anothers, ErrorCode::Forbidden),
        (revoked, ErrorCode::SessionRevoked),
        (shut_out, ErrorCode::AccountDisabled),
    ] {
        let outcome = authenticate(admitting(claims(), Ok(Some(account)))).await;
        assert_eq!(refused(outcome), code);
    }
}

#[tokio::test]
async fn an_account_that_was_deleted_does_not_come_back_by_an_old_token() {
    let outcome = authenticate(admitting(claims(), Ok(None))).await;
    assert_eq!(refused(outcome), ErrorCode::Unauthenticated);
}

#[tokio::test]
async fn a_storage_that_is_away_is_told_and_lets_nobody_in() {
    let outcome = authenticate(admitting(claims(), unavailable())).await;
    assert_eq!(refused(outcome), ErrorCode::Unavailable);
}
