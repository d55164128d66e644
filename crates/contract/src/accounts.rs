//! Changing accounts.

use taskwell_domain::{AccountChange, AuditAction, Role, User};

use crate::{
    fixture::Storage,
    given::{assert_not_found, disabled, later, outsider, revocation, role, user, user_id},
};

pub(crate) async fn a_change_changes_what_it_names_alone(storage: Storage) {
    storage.admin("admin").await;
    let mut expected = user("ada", "Ada@Example.com");
    storage.add(&expected).await.unwrap();
    storage.account("bob").await;
    let session = storage.login(&expected.id, 1).await;
    expected.last_login_at = Some(session.created_at);
    let bob = storage.user(&user_id("bob")).await;

    let both = AccountChange {
        role: Some(Role::User),
        disabled: Some(false),
    };
    for (minute, change, role, disabled_at) in [
        (1, role(Role::Admin), Role::Admin, None),
        (2, disabled(true), Role::Admin, Some(2)),
        (3, disabled(true), Role::Admin, Some(2)),
        (4, role(Role::User), Role::User, Some(2)),
        (5, disabled(false), Role::User, None),
        (6, disabled(true), Role::User, Some(6)),
        (7, AccountChange::default(), Role::User, Some(6)),
        (8, role(Role::Admin), Role::Admin, Some(6)),
        (9, both, Role::User, None),
    ] {
        expected.role = role;
        expected.disabled_at = disabled_at.map(later);
        let changed = storage
            .users
            .change(&expected.id, &change, later(minute), &[])
            .await;
        assert_eq!(changed.unwrap(), expected, "minute {minute}");
        assert_eq!(storage.user(&expected.id).await.as_ref(), Some(&expected));
    }
    assert_eq!(storage.user(&user_id("bob")).await, bob);
    assert_eq!(
        storage.session(&expected.id, session.id).await,
        Some(session.clone())
    );
}

pub(crate) async fn a_change_is_noted_with_every_entry(storage: Storage) {
    let ada = storage.account("ada").await.id;
    let mut expected = storage.trail().await;
    let entries =
        [AuditAction::RoleChanged, AuditAction::AccountDisabled].map(|action| storage.entry(action, &ada));
    let change = AccountChange {
        role: Some(Role::Admin),
        disabled: Some(true),
    };
    let changed = storage.users.change(&ada, &change, later(1), &entries).await;
    changed.unwrap();
    expected.splice(0..0, entries.into_iter().rev());
    assert_eq!(storage.trail().await, expected);
}

pub(crate) async fn an_account_from_elsewhere_is_changed_as_any(storage: Storage) {
    let outsider = storage.admit(&outsider("ada", None)).await.unwrap();
    let changed = storage.change(&outsider.id, &role(Role::Admin)).await.unwrap();
    let expected = User {
        role: Role::Admin,
        ..outsider
    };
    assert_eq!(changed, expected);
    assert_eq!(storage.user(&expected.id).await.as_ref(), Some(&expected));
}

pub(crate) async fn an_account_that_never_was_is_not_found(storage: Storage) {
    storage.admin("admin").await;
    let trail = storage.trail().await;
    let nobody = user_id("nobody");
    for change in [role(Role::Admin), disabled(true), AccountChange::default()] {
        assert_not_found(&storage.change(&nobody, &change).await);
    }
    for api_tokens in [true, false] {
        let entry = storage.entry(AuditAction::TokensRevoked, &nobody);
        let revoked = storage
            .users
            .revoke_tokens(&nobody, &revocation(api_tokens, later(1)), &entry)
            .await;
        assert_not_found(&revoked);
    }
    assert_not_found(&storage.delete(&nobody).await);
    assert_eq!(storage.trail().await, trail);
    assert_eq!(storage.user(&nobody).await, None);
}
