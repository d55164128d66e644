//! Tokens for programs.

use std::time::Duration;

use taskwell_application::ports::{HeldApiToken, Login};
use taskwell_domain::{ApiToken, AuditAction, Scope, Scopes, TokenName, UserId};

use crate::{
    fixture::Storage,
    given::{
        api_token, api_token_id, assert_stale, at, at_once, disabled, good_login, later, noon, outsider,
        revocation, session_id, token_hash, user_id, valid_from,
    },
};

/// The token of that number as it is found by its hash.
async fn find(storage: &Storage, n: u64) -> Option<ApiToken> {
    let held = storage.api_tokens.find(&token_hash(n)).await.unwrap();
    held.map(|held| held.token.clone())
}

async fn list(storage: &Storage, user: &UserId) -> Vec<ApiToken> {
    storage.api_tokens.list(user).await.unwrap()
}

async fn note_use(storage: &Storage, user: &UserId, n: u64, minute: u64) {
    let noted = storage.api_tokens.note_use(user, api_token_id(n), later(minute));
    noted.await.unwrap();
}

pub(crate) async fn a_token_is_found_as_it_was_added(storage: Storage) {
    let ada = storage.account("ada").await.id;
    let eve = storage.admit(&outsider("eve", None)).await.unwrap().id;
    let longest = "🦀".repeat(100);
    let known = [
        (&ada, "nightly backup", &Scope::ALL[..1], noon(), None),
        (
            &eve,
            &longest,
            Scope::ALL,
            at("1970-01-01T00:00:00.000Z"),
            Some(at("2999-12-31T23:59:59.999Z")),
        ),
        (&ada, "é 'x'", &Scope::ALL[1..], noon(), Some(later(1))),
    ];
    for (n, (owner, name, scopes, created_at, expires_at)) in (1..).zip(known) {
        let token = ApiToken {
            name: TokenName::parse(name).unwrap(),
            scopes: Scopes::new(scopes).unwrap(),
            created_at,
            expires_at,
            ..api_token(owner, n)
        };
        let mut expected = storage.trail().await;
        let entry = storage.entry(AuditAction::TokenCreated, owner);
        let added = storage
            .api_tokens
            .add(&token, &token_hash(n), good_login(), &entry)
            .await;
        added.unwrap();

        expected.insert(0, entry);
        assert_eq!(storage.trail().await, expected);
        let user = storage.user(owner).await.unwrap();
        let held = storage.api_tokens.find(&token_hash(n)).await.unwrap();
        assert_eq!(held.as_deref(), Some(&HeldApiToken { token, user }));
    }
}

pub(crate) async fn a_token_that_never_was_is_not_found(storage: Storage) {
    let ada = storage.account("ada").await.id;
    storage.add_api_token(&ada, 1).await;
    assert_eq!(find(&storage, 2).await, None);
}

pub(crate) async fn a_token_is_not_found_by_the_hash_of_a_refresh_token(storage: Storage) {
    let ada = storage.account("ada").await.id;
    storage.login(&ada, 1).await;
    storage.add_api_token(&ada, 2).await;
    assert_eq!(find(&storage, 1).await, None);
    let refresh_token = storage.sessions.find_refresh_token(&token_hash(2)).await;
    assert_eq!(refresh_token.unwrap(), None);
}

pub(crate) async fn a_token_needs_its_user(storage: Storage) {
    let gone = storage.account("ada").await.id;
    storage.delete(&gone).await.unwrap();
    let trail = storage.trail().await;
    for user in [gone, user_id("nobody")] {
        let entry = storage.entry(AuditAction::TokenCreated, &user);
        let outcome = storage
            .api_tokens
            .add(&api_token(&user, 1), &token_hash(1), good_login(), &entry)
            .await;
        assert_stale(&outcome);
        assert_eq!(find(&storage, 1).await, None);
        assert_eq!(storage.trail().await, trail);
    }
}

/// Whether a token can be made then by somebody who is logged in like that; if not, nothing is written.
async fn can_make(storage: &Storage, user: &UserId, n: u64, minute: u64, login: Login) -> bool {
    let token = ApiToken {
        created_at: later(minute),
        ..api_token(user, n)
    };
    let trail = storage.trail().await;
    let entry = storage.entry(AuditAction::TokenCreated, user);
    let outcome = storage
        .api_tokens
        .add(&token, &token_hash(n), login, &entry)
        .await;
    if outcome.is_ok() {
        return true;
    }
    assert_stale(&outcome);
    assert_eq!(find(storage, n).await, None);
    assert_eq!(storage.trail().await, trail);
    false
}

pub(crate) async fn a_token_needs_a_session_that_is_active(storage: Storage) {
    let ada = storage.account("ada").await.id;
    let bob = storage.account("bob").await.id;
    let session = storage.login(&ada, 1).await;
    let login = Login::Session(session.id);
    assert!(can_make(&storage, &ada, 11, 1, login).await);
    assert!(!can_make(&storage, &bob, 12, 1, login).await);
    assert!(!can_make(&storage, &ada, 12, 1, Login::Session(session_id(2))).await);
    assert!(!can_make(&storage, &ada, 12, 100_000, login).await);
    assert!(storage.end(&ada, session.id, later(2)).await);
    assert!(!can_make(&storage, &ada, 12, 2, login).await);
}

pub(crate) async fn a_token_needs_a_login_elsewhere_that_is_not_revoked(storage: Storage) {
    let eve = storage.admit(&outsider("eve", None)).await.unwrap().id;
    let issued = |minute| Login::Outside(Some(later(minute)));
    assert!(can_make(&storage, &eve, 11, 1, issued(0)).await);
    assert!(can_make(&storage, &eve, 12, 1, Login::Outside(None)).await);

    let revocation = revocation(false, later(2));
    let entry = storage.entry(AuditAction::TokensRevoked, &eve);
    let revoked = storage.users.revoke_tokens(&eve, &revocation, &entry);
    revoked.await.unwrap();
    assert!(!can_make(&storage, &eve, 13, 3, issued(1)).await);
    assert!(!can_make(&storage, &eve, 13, 3, Login::Outside(None)).await);
    let since = Login::Outside(Some(valid_from(later(2))));
    assert!(can_make(&storage, &eve, 13, 3, since).await);
}

pub(crate) async fn who_is_shut_out_makes_no_token(storage: Storage) {
    let ada = storage.account("ada").await.id;
    let login = Login::Session(storage.login(&ada, 1).await.id);
    storage.change(&ada, &disabled(true)).await.unwrap();
    assert!(!can_make(&storage, &ada, 11, 1, login).await);
    assert!(!can_make(&storage, &ada, 11, 1, good_login()).await);
}

pub(crate) async fn tokens_that_expired_before_then_are_purged(storage: Storage) {
    let ada = storage.account("ada").await.id;
    let known = [
        (1, None),
        (2, Some(later(1))),
        (3, Some(later(2))),
        (4, Some(later(3))),
    ];
    for (n, expires_at) in known {
        let token = ApiToken {
            expires_at,
            ..api_token(&ada, n)
        };
        let entry = storage.entry(AuditAction::TokenCreated, &ada);
        let added = storage
            .api_tokens
            .add(&token, &token_hash(n), good_login(), &entry)
            .await;
        added.unwrap();
    }
    assert_eq!(storage.api_tokens.purge(later(2)).await.unwrap(), 1);
    let left: Vec<_> = list(&storage, &ada).await.iter().map(|token| token.id).collect();
    assert_eq!(left, [4, 3, 1].map(api_token_id));
}

pub(crate) async fn tokens_are_listed_newest_first(storage: Storage) {
    let ada = storage.account("ada").await.id;
    let bob = storage.account("bob").await.id;
    let mut tokens = Vec::new();
    for (n, minute) in [(1, 2), (2, 4), (3, 1), (4, 3)] {
        let token = ApiToken {
            created_at: later(minute),
            // One that has expired is listed as well.
            expires_at: Some(later(minute + 1)),
            ..api_token(&ada, n)
        };
        let entry = storage.entry(AuditAction::TokenCreated, &ada);
        let added = storage
            .api_tokens
            .add(&token, &token_hash(n), good_login(), &entry)
            .await;
        added.unwrap();
        tokens.push(token);
    }
    let other = storage.add_api_token(&bob, 5).await;
    let newest_first = [1, 3, 0, 2].map(|n| tokens[n].clone());
    assert_eq!(list(&storage, &ada).await, newest_first);
    assert_eq!(list(&storage, &bob).await, [other]);
    assert_eq!(list(&storage, &user_id("nobody")).await, []);
}

pub(crate) async fn the_thousand_newest_tokens_are_listed(storage: Storage) {
    let ada = storage.account("ada").await.id;
    for n in 0..=1_000 {
        let token = ApiToken {
            created_at: noon().after(Duration::from_millis(n)),
            ..api_token(&ada, n)
        };
        let entry = storage.entry(AuditAction::TokenCreated, &ada);
        let added = storage
            .api_tokens
            .add(&token, &token_hash(n), good_login(), &entry)
            .await;
        added.unwrap();
    }
    let ids: Vec<_> = list(&storage, &ada).await.iter().map(|token| token.id).collect();
    assert_eq!(ids, (1..=1_000).rev().map(api_token_id).collect::<Vec<_>>());
}

pub(crate) async fn a_deleted_token_is_gone_and_the_others_stay(storage: Storage) {
    let ada = storage.account("ada").await.id;
    let bob = storage.account("bob").await.id;
    storage.add_api_token(&ada, 1).await;
    let others = [
        storage.add_api_token(&ada, 2).await,
        storage.add_api_token(&bob, 3).await,
    ];
    let mut expected = storage.trail().await;
    let entry = storage.entry(AuditAction::TokenRevoked, &ada);
    let deleted = storage.api_tokens.delete(&ada, api_token_id(1), &entry).await;
    assert!(deleted.unwrap());

    expected.insert(0, entry);
    assert_eq!(storage.trail().await, expected);
    assert_eq!(find(&storage, 1).await, None);
    for (n, other) in (2..).zip(others) {
        assert_eq!(find(&storage, n).await.as_ref(), Some(&other));
        assert_eq!(list(&storage, &other.user_id).await, [other]);
    }
}

pub(crate) async fn a_token_that_is_not_there_is_not_deleted(storage: Storage) {
    let ada = storage.account("ada").await.id;
    let bob = storage.account("bob").await.id;
    let token = storage.add_api_token(&ada, 1).await;
    let trail = storage.trail().await;
    for (user, n) in [(&bob, 1), (&ada, 2), (&user_id("nobody"), 1)] {
        let entry = storage.entry(AuditAction::TokenRevoked, user);
        let deleted = storage.api_tokens.delete(user, api_token_id(n), &entry).await;
        assert!(!deleted.unwrap());
    }
    assert_eq!(find(&storage, 1).await, Some(token));
    assert_eq!(storage.trail().await, trail);
}

pub(crate) async fn of_racing_deletions_one_deletes(storage: Storage) {
    let ada = storage.account("ada").await.id;
    storage.add_api_token(&ada, 1).await;
    let before = storage.trail().await.len();
    let deletions = (0..8).map(|_| {
        let (storage, ada) = (storage.clone(), ada.clone());
        async move {
            let entry = storage.entry(AuditAction::TokenRevoked, &ada);
            storage.api_tokens.delete(&ada, api_token_id(1), &entry).await
        }
    });
    let outcomes = at_once(deletions).await.into_iter();
    let deleted: u32 = outcomes.map(|outcome| u32::from(outcome.unwrap())).sum();
    assert_eq!(deleted, 1);
    assert_eq!(storage.trail().await.len(), before + 1);
}

pub(crate) async fn the_latest_use_of_a_token_is_noted(storage: Storage) {
    let ada = storage.account("ada").await.id;
    let token = storage.add_api_token(&ada, 1).await;
    let other = storage.add_api_token(&ada, 2).await;
    let trail = storage.trail().await;
    for (minute, noted) in [(3, 3), (5, 5), (4, 5), (5, 5), (6, 6)] {
        note_use(&storage, &ada, 1, minute).await;
        let used = ApiToken {
            last_used_at: Some(later(noted)),
            ..token.clone()
        };
        assert_eq!(find(&storage, 1).await, Some(used));
    }
    assert_eq!(find(&storage, 2).await, Some(other));
    assert_eq!(storage.trail().await, trail);
}

pub(crate) async fn a_use_of_a_token_that_is_not_there_is_not_noted(storage: Storage) {
    let ada = storage.account("ada").await.id;
    let bob = storage.account("bob").await.id;
    let token = storage.add_api_token(&ada, 1).await;
    for (user, n) in [(&bob, 1), (&ada, 2), (&user_id("nobody"), 1)] {
        note_use(&storage, user, n, 1).await;
    }
    assert_eq!(list(&storage, &ada).await, [token]);
    assert_eq!(list(&storage, &bob).await, []);

    let entry = storage.entry(AuditAction::TokenRevoked, &ada);
    let deleted = storage.api_tokens.delete(&ada, api_token_id(1), &entry).await;
    assert!(deleted.unwrap());
    note_use(&storage, &ada, 1, 2).await;
    assert_eq!(find(&storage, 1).await, None);
    assert_eq!(list(&storage, &ada).await, []);
}
