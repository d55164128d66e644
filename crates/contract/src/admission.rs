//! Accounts from elsewhere.

use taskwell_application::ports::Constraint;
use taskwell_domain::{AuditAction, AuditEntry, Role, Timestamp, User, UserId};

use crate::{
    fixture::Storage,
    given::{assert_taken, at, at_once, email, issuer, later, noon, outsider, role, user, user_id},
};

impl Storage {
    /// Notes a token of that account that was issued at that minute and tells that address.
    async fn note_token(&self, id: &UserId, address: &str, minute: u64) {
        let noted = self.users.note_token(id, Some(email(address)), later(minute));
        noted.await.unwrap();
    }

    /// Deletes that account at that minute.
    async fn delete_at(&self, id: &UserId, minute: u64) {
        let entry = AuditEntry {
            at: later(minute),
            ..self.entry(AuditAction::AccountDeleted, id)
        };
        self.users.delete(id, &entry).await.unwrap();
    }

    /// Admits that account with a token issued then.
    async fn admit_with(&self, user: &User, issued_at: Option<Timestamp>) -> Option<User> {
        let entry = self.entry(AuditAction::Registered, &user.id);
        self.users.admit(user, issued_at, &entry).await.unwrap()
    }
}

pub(crate) async fn an_account_from_elsewhere_is_made_when_first_seen(storage: Storage) {
    let mut expected = Vec::new();
    for (id, name, address, created_at, issued_at) in [
        (
            "coMhnmLkdmv2cnkLIS7KRalGgxJt2PwI",
            "better-auth",
            Some("Ada@Example.com"),
            at("2026-11-21T09:30:00.001Z"),
            Some(noon()),
        ),
        (
            "auth0|5f7c",
            "a.b_c-1",
            None,
            at("1970-01-01T00:00:00.000Z"),
            None,
        ),
        (
            "é",
            &"x".repeat(64),
            Some("Ada@Example.com"),
            at("2999-12-31T23:59:59.999Z"),
            None,
        ),
    ] {
        let user = User::admitted(user_id(id), issuer(name), address.map(email), created_at);
        let entry = storage.entry(AuditAction::Registered, &user.id);
        let admitted = storage.users.admit(&user, issued_at, &entry).await.unwrap();
        assert_eq!(admitted.as_ref(), Some(&user));
        assert_eq!(storage.user(&user.id).await.as_ref(), Some(&user));
        let lately = storage.users.find_lately(&user.id).await.unwrap();
        assert_eq!(lately.as_deref(), Some(&user));
        expected.insert(0, entry);
        assert_eq!(storage.trail().await, expected);
    }
}

pub(crate) async fn an_account_from_elsewhere_is_made_once(storage: Storage) {
    let first = outsider("ada", Some("ada@example.com"));
    storage.admit(&first).await;
    let stands = storage.change(&first.id, &role(Role::Admin)).await.unwrap();
    let trail = storage.trail().await;
    let again = User::admitted(first.id.clone(), first.issuer, None, later(5));
    for issued_at in [None, Some(noon()), Some(later(9))] {
        let admitted = storage.admit_with(&again, issued_at).await;
        assert_eq!(admitted.as_ref(), Some(&stands));
        assert_eq!(storage.user(&first.id).await.as_ref(), Some(&stands));
        assert_eq!(storage.trail().await, trail);
    }
}

pub(crate) async fn the_account_of_an_id_is_answered_whoever_it_belongs_to(storage: Storage) {
    let ours = user("ada", "ada@example.com");
    storage.add(&ours).await.unwrap();
    let theirs = outsider("bob", None);
    storage.admit(&theirs).await;
    let trail = storage.trail().await;
    for stands in [ours, theirs] {
        let elsewhere = User::admitted(stands.id.clone(), issuer("other"), None, later(1));
        assert_eq!(storage.admit(&elsewhere).await.as_ref(), Some(&stands));
        assert_eq!(storage.user(&stands.id).await, Some(stands));
    }
    assert_eq!(storage.trail().await, trail);
}

pub(crate) async fn of_racing_admissions_one_makes_the_account(storage: Storage) {
    let admissions = (0..8).map(|n| {
        let storage = storage.clone();
        let user = User {
            created_at: later(n),
            ..outsider("ada", None)
        };
        async move { storage.admit(&user).await }
    });
    let admitted = at_once(admissions).await;
    let stands = storage.user(&user_id("ada")).await;
    assert!(stands.is_some());
    assert!(admitted.iter().all(|user| *user == stands), "{admitted:?}");
    assert_eq!(storage.trail().await.len(), 1);
}

pub(crate) async fn an_account_from_elsewhere_does_not_log_in_here(storage: Storage) {
    let outsider = storage.admit(&outsider("ada", Some("ada@example.com"))).await;
    let outsider = outsider.unwrap();
    let credentials = storage.users.find_credentials(&email("ada@example.com")).await;
    assert_eq!(credentials.unwrap(), None);
    assert_eq!(storage.users.find_password(&outsider.id).await.unwrap(), None);
}

pub(crate) async fn an_address_is_unique_only_among_the_accounts_that_log_in_here(storage: Storage) {
    let before = storage.admit(&outsider("before", Some("ada@example.com"))).await;
    let ours = user("ours", "ADA@example.com");
    storage.add(&ours).await.unwrap();
    let after = storage.admit(&outsider("after", Some("ada@example.com"))).await;
    let moved = outsider("moved", Some("eve@example.com"));
    storage.admit(&moved).await;
    storage.note_token(&moved.id, "ada@example.com", 1).await;

    for outsider in [before, after] {
        let id = outsider.as_ref().unwrap().id.clone();
        assert_eq!(storage.user(&id).await, outsider);
    }
    let moved = storage.user(&moved.id).await.unwrap();
    assert_eq!(moved.email, Some(email("ada@example.com")));
    let credentials = storage.users.find_credentials(&email("ada@example.com")).await;
    assert_eq!(credentials.unwrap().map(|known| known.user), Some(ours));
    let outcome = storage.add(&user("second", "Ada@example.com")).await;
    assert_taken(&outcome, Constraint::Email);
}

pub(crate) async fn a_deleted_account_does_not_come_back_by_itself(storage: Storage) {
    let ada = outsider("ada", None);
    storage.admit(&ada).await;
    storage.delete_at(&ada.id, 5).await;
    let trail = storage.trail().await;
    // By a clock that may be ahead, too.
    for issued_at in [None, Some(noon()), Some(later(5)), Some(later(6))] {
        assert_eq!(storage.admit_with(&ada, issued_at).await, None, "{issued_at:?}");
        assert_eq!(storage.user(&ada.id).await, None);
        assert_eq!(storage.trail().await, trail);
    }
    let again = User {
        created_at: later(7),
        ..ada
    };
    let admitted = storage.admit_with(&again, Some(later(7))).await;
    assert_eq!(admitted.unwrap().created_at, later(7));

    // And once more.
    storage.delete_at(&again.id, 8).await;
    assert_eq!(storage.admit_with(&again, Some(later(7))).await, None);
    let admitted = storage.admit_with(&again, Some(later(10))).await;
    assert_eq!(admitted.unwrap().tokens_valid_from, Some(later(9)));
}

pub(crate) async fn the_id_of_a_deleted_account_is_not_free_for_older_tokens_of_others(storage: Storage) {
    let ours = storage.account("ada").await.id;
    storage.delete_at(&ours, 5).await;
    let theirs = outsider("ada", None);
    assert_eq!(storage.admit_with(&theirs, Some(later(4))).await, None);
    let admitted = storage.admit_with(&theirs, Some(later(7))).await;
    assert_eq!(admitted.unwrap().issuer, theirs.issuer);
}

pub(crate) async fn who_deleted_another_is_not_shut_out(storage: Storage) {
    for (n, id) in (1..).zip(["ADA", "ada-2", "eve"]) {
        let other = user(id, &format!("user{n}@example.com"));
        storage.add(&other).await.unwrap();
        let entry = AuditEntry {
            actor_id: Some(user_id("ada")),
            ..storage.entry(AuditAction::AccountDeleted, &other.id)
        };
        storage.users.delete(&other.id, &entry).await.unwrap();
    }
    let entry = storage.entry(AuditAction::AccountDisabled, &user_id("ada"));
    storage.audit.append(&entry).await.unwrap();
    for name in ["ada", "ada-22", "AD"] {
        let outsider = outsider(name, None);
        let admitted = storage.admit_with(&outsider, None).await;
        assert_eq!(admitted, Some(outsider));
    }
}

pub(crate) async fn the_newest_token_seen_is_noted(storage: Storage) {
    let other = storage.admit(&outsider("bob", None)).await.unwrap();
    let mut ada = outsider("ada", Some("ada@example.com"));
    storage.admit(&ada).await;
    let trail = storage.trail().await;
    for (minute, address, noted) in [
        (5, "first@example.com", (5, "first@example.com")),
        (5, "same@example.com", (5, "first@example.com")),
        (4, "older@example.com", (5, "first@example.com")),
        (6, "Newer@example.com", (6, "Newer@example.com")),
        (0, "oldest@example.com", (6, "Newer@example.com")),
    ] {
        storage.note_token(&ada.id, address, minute).await;
        ada.last_login_at = Some(later(noted.0));
        ada.email = Some(email(noted.1));
        assert_eq!(storage.user(&ada.id).await.as_ref(), Some(&ada));
    }
    assert_eq!(storage.user(&other.id).await, Some(other));
    assert_eq!(storage.trail().await, trail);
}

pub(crate) async fn a_token_that_tells_no_address_leaves_none(storage: Storage) {
    let mut ada = outsider("ada", Some("ada@example.com"));
    storage.admit(&ada).await;
    storage.users.note_token(&ada.id, None, later(1)).await.unwrap();
    ada.last_login_at = Some(later(1));
    ada.email = None;
    assert_eq!(storage.user(&ada.id).await, Some(ada));
}

pub(crate) async fn a_token_tells_nothing_of_an_account_that_logs_in_here(storage: Storage) {
    storage.account("ada").await;
    let bob = storage.account("bob").await.id;
    let before = storage.user(&bob).await;
    storage.note_token(&bob, "ada@example.com", 1).await;
    assert_eq!(storage.user(&bob).await, before);
}

pub(crate) async fn of_racing_tokens_the_newest_is_noted(storage: Storage) {
    let ada = outsider("ada", None);
    storage.admit(&ada).await;
    let notes = (0..8).map(|n| {
        let (storage, id) = (storage.clone(), ada.id.clone());
        async move { storage.note_token(&id, &format!("ada-{n}@example.com"), n).await }
    });
    at_once(notes).await;
    let stands = storage.user(&ada.id).await.unwrap();
    assert_eq!(stands.last_login_at, Some(later(7)));
    assert_eq!(stands.email, Some(email("ada-7@example.com")));
}

pub(crate) async fn a_token_of_nobody_is_not_noted(storage: Storage) {
    let nobody = user_id("nobody");
    storage.note_token(&nobody, "nobody@example.com", 1).await;
    assert_eq!(storage.user(&nobody).await, None);
}

pub(crate) async fn an_account_that_comes_back_takes_no_token_from_before_its_deletion(storage: Storage) {
    let first = outsider("ada", None);
    storage.admit(&first).await;
    storage.delete_at(&first.id, 5).await;
    let back = storage.admit_with(&first, Some(later(7))).await.unwrap();
    assert_eq!(back.tokens_valid_from, Some(later(6)));
    assert_eq!(storage.user(&first.id).await, Some(back));
}
