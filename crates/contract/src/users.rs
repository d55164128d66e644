//! Accounts.

use taskwell_application::ports::{Constraint, Credentials, PasswordHash};
use taskwell_domain::{AuditAction, Role, User};

use crate::{
    fixture::Storage,
    given::{assert_taken, at, at_once, email, password_hash, user, user_id},
};

pub(crate) async fn an_account_is_found_as_it_was_added(storage: Storage) {
    let longest = format!("{}@{1}.{1}.{1}.com", "a".repeat(64), "d".repeat(61));
    let known = [
        ("Ada.Lovelace@Example.COM", Role::User, "2026-11-21T09:30:00.001Z"),
        ("JÖRG+tag@example.com", Role::Admin, "1970-01-01T00:00:00.000Z"),
        (&longest, Role::User, "2999-12-31T23:59:59.999Z"),
    ];
    for (n, (address, role, created_at)) in known.into_iter().enumerate() {
        let id = user_id(&format!("user-{n}"));
        let user = User::registered(id, email(address), role, at(created_at));
        let password = PasswordHash::from(format!("$argon2id$v=19$m=19456,t=2,p=1$c2FsdA${n}+/"));
        let entry = storage.entry(AuditAction::Registered, &user.id);
        storage.users.add(&user, &password, &entry).await.unwrap();

        assert_eq!(storage.user(&user.id).await.as_ref(), Some(&user));
        let found = storage.users.find_password(&user.id).await.unwrap();
        assert_eq!(found.as_ref(), Some(&password));
        let credentials = storage.users.find_credentials(&email(address)).await.unwrap();
        assert_eq!(credentials, Some(Credentials { user, password }));
    }
}

pub(crate) async fn a_new_account_is_noted(storage: Storage) {
    let user = user("ada", "ada@example.com");
    let entry = storage.entry(AuditAction::Registered, &user.id);
    storage.users.add(&user, &password_hash(), &entry).await.unwrap();
    assert_eq!(storage.trail().await, [entry]);
}

pub(crate) async fn an_unknown_account_is_not_found(storage: Storage) {
    storage.account("ada").await;
    let bob = user_id("bob");
    assert_eq!(storage.user(&bob).await, None);
    assert_eq!(storage.users.find_lately(&bob).await.unwrap(), None);
    assert_eq!(storage.users.find_password(&bob).await.unwrap(), None);
    let credentials = storage.users.find_credentials(&email("bob@example.com")).await;
    assert_eq!(credentials.unwrap(), None);
}

pub(crate) async fn an_account_without_an_address_takes_none(storage: Storage) {
    for id in ["ada", "bob"] {
        let user = User {
            email: None,
            ..user(id, "unused@example.com")
        };
        storage.add(&user).await.unwrap();
        assert_eq!(storage.user(&user.id).await, Some(user));
    }
}

pub(crate) async fn credentials_are_found_ignoring_case(storage: Storage) {
    let user = user("joerg", "Jörg.Ångström@Example.com");
    storage.add(&user).await.unwrap();
    for typed in ["JÖRG.ÅNGSTRÖM@EXAMPLE.COM", "jörg.ångström@example.com"] {
        let found = storage.users.find_credentials(&email(typed)).await.unwrap();
        assert_eq!(found.map(|known| known.user).as_ref(), Some(&user), "{typed}");
    }
}

pub(crate) async fn an_address_is_not_a_pattern(storage: Storage) {
    storage.account("ada").await;
    for typed in ["a_a@example.com", "%@example.com", "ad*@example.com"] {
        let found = storage.users.find_credentials(&email(typed)).await.unwrap();
        assert_eq!(found, None, "{typed}");
    }
}

pub(crate) async fn an_address_is_taken_ignoring_case(storage: Storage) {
    let first = user("first", "Jörg@example.com");
    storage.add(&first).await.unwrap();
    for address in ["Jörg@example.com", "JÖRG@EXAMPLE.COM"] {
        let second = user("second", address);
        let other_hash = PasswordHash::from("$argon2id$other".to_owned());
        let entry = storage.entry(AuditAction::Registered, &second.id);
        let trail = storage.trail().await;
        let outcome = storage.users.add(&second, &other_hash, &entry).await;
        assert_taken(&outcome, Constraint::Email);
        assert_eq!(storage.trail().await, trail);

        assert_eq!(storage.user(&second.id).await, None);
        let known = storage.users.find_credentials(&email(address)).await.unwrap();
        let unchanged = Credentials {
            user: first.clone(),
            password: password_hash(),
        };
        assert_eq!(known, Some(unchanged));
    }
}

pub(crate) async fn a_user_id_is_opaque(storage: Storage) {
    let longest = "🦀".repeat(128);
    let ids = [
        "1",
        "01",
        "ada",
        "ADA",
        "auth0|5f7c",
        "https://issuer.example/users/7?a=b&c=%20",
        "';DROP_TABLE_users;--",
        "\u{e9}",
        "e\u{301}",
        "用户",
        &longest,
    ];
    let users: Vec<User> = (1..)
        .zip(ids)
        .map(|(n, id)| user(id, &format!("user{n}@example.com")))
        .collect();
    for user in &users {
        storage.add(user).await.unwrap();
    }
    for user in &users {
        assert_eq!(storage.user(&user.id).await.as_ref(), Some(user));
        let task = storage.owner(&user.id).create(1).await;
        assert_eq!(task.user_id, user.id);
        assert_eq!(storage.owner(&user.id).listed().await, [task]);
    }
}

pub(crate) async fn a_user_id_is_taken_once(storage: Storage) {
    let first = user("ada", "ada@example.com");
    storage.add(&first).await.unwrap();
    let second = user("ada", "lovelace@example.com");
    let trail = storage.trail().await;
    storage.add(&second).await.unwrap_err();
    assert_eq!(storage.trail().await, trail);

    assert_eq!(storage.user(&first.id).await, Some(first));
    let credentials = storage
        .users
        .find_credentials(&email("lovelace@example.com"))
        .await;
    assert_eq!(credentials.unwrap(), None);
}

pub(crate) async fn of_racing_adds_of_one_address_one_wins(storage: Storage) {
    let adds = (0..8).map(|n| {
        let storage = storage.clone();
        let address = if n % 2 == 0 {
            "ada@example.com"
        } else {
            "ADA@example.com"
        };
        let user = user(&format!("user-{n}"), address);
        async move {
            let outcome = storage.add(&user).await;
            (user, outcome)
        }
    });
    let (won, lost): (Vec<_>, Vec<_>) = at_once(adds).await.into_iter().partition(|(_, o)| o.is_ok());
    for (user, outcome) in &lost {
        assert_taken(outcome, Constraint::Email);
        assert_eq!(storage.user(&user.id).await, None);
    }
    let [(winner, _)] = won.try_into().unwrap();
    let known = storage
        .users
        .find_credentials(&email("ada@example.com"))
        .await
        .unwrap();
    assert_eq!(known.map(|known| known.user), Some(winner));
}
