//! Accounts.

use taskwell_application::ports::{Constraint, Credentials, PasswordHash};
use taskwell_domain::{Email, Role, User};

use crate::{
    fixture::Storage,
    given::{assert_taken, at, at_once, password_hash, user, user_id},
};

fn email(text: &str) -> Email {
    Email::parse(text).unwrap()
}

pub(crate) async fn an_account_is_found_as_it_was_added(storage: Storage) {
    let longest = format!("{}@{1}.{1}.{1}.com", "a".repeat(64), "d".repeat(61));
    let known = [
        ("Ada.Lovelace@Example.COM", Role::User, "2026-11-21T09:30:00.001Z"),
        ("JÖRG+tag@example.com", Role::Admin, "1970-01-01T00:00:00.000Z"),
        (&longest, Role::User, "2999-12-31T23:59:59.999Z"),
    ];
    for (n, (address, role, created_at)) in known.into_iter().enumerate() {
        let user = User {
            id: user_id(&format!("user-{n}")),
            email: Some(email(address)),
            role,
            created_at: at(created_at),
        };
        let password = PasswordHash::from(format!("$argon2id$v=19$m=19456,t=2,p=1$c2FsdA${n}+/"));
        storage.users.add(&user, &password).await.unwrap();

        assert_eq!(storage.users.find(&user.id).await.unwrap().as_ref(), Some(&user));
        let credentials = storage.users.find_credentials(&email(address)).await.unwrap();
        assert_eq!(credentials, Some(Credentials { user, password }));
    }
}

pub(crate) async fn an_unknown_account_is_not_found(storage: Storage) {
    storage.account("ada").await;
    assert_eq!(storage.users.find(&user_id("bob")).await.unwrap(), None);
    let credentials = storage.users.find_credentials(&email("bob@example.com")).await;
    assert_eq!(credentials.unwrap(), None);
}

pub(crate) async fn an_account_without_an_address_takes_none(storage: Storage) {
    for id in ["ada", "bob"] {
        let user = User {
            email: None,
            ..user(id, "unused@example.com")
        };
        storage.users.add(&user, &password_hash()).await.unwrap();
        assert_eq!(storage.users.find(&user.id).await.unwrap(), Some(user));
    }
}

pub(crate) async fn credentials_are_found_ignoring_case(storage: Storage) {
    let user = user("joerg", "Jörg.Ångström@Example.com");
    storage.users.add(&user, &password_hash()).await.unwrap();
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
    storage.users.add(&first, &password_hash()).await.unwrap();
    for address in ["Jörg@example.com", "JÖRG@EXAMPLE.COM"] {
        let second = user("second", address);
        let other_hash = PasswordHash::from("$argon2id$other".to_owned());
        let outcome = storage.users.add(&second, &other_hash).await;
        assert_taken(&outcome, Constraint::Email);

        assert_eq!(storage.users.find(&second.id).await.unwrap(), None);
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
        storage.users.add(user, &password_hash()).await.unwrap();
    }
    for user in &users {
        assert_eq!(storage.users.find(&user.id).await.unwrap().as_ref(), Some(user));
        let task = storage.owner(&user.id).create(1).await;
        assert_eq!(task.user_id, user.id);
        assert_eq!(storage.owner(&user.id).listed().await, [task]);
    }
}

pub(crate) async fn a_user_id_is_taken_once(storage: Storage) {
    let first = user("ada", "ada@example.com");
    storage.users.add(&first, &password_hash()).await.unwrap();
    let second = user("ada", "lovelace@example.com");
    storage.users.add(&second, &password_hash()).await.unwrap_err();

    assert_eq!(storage.users.find(&first.id).await.unwrap(), Some(first));
    let credentials = storage
        .users
        .find_credentials(&email("lovelace@example.com"))
        .await;
    assert_eq!(credentials.unwrap(), None);
}

pub(crate) async fn of_racing_adds_of_one_address_one_wins(storage: Storage) {
    let adds = (0..8).map(|n| {
        let users = storage.users.clone();
        let address = if n % 2 == 0 {
            "ada@example.com"
        } else {
            "ADA@example.com"
        };
        let user = user(&format!("user-{n}"), address);
        async move {
            let outcome = users.add(&user, &password_hash()).await;
            (user, outcome)
        }
    });
    let (won, lost): (Vec<_>, Vec<_>) = at_once(adds).await.into_iter().partition(|(_, o)| o.is_ok());
    for (user, outcome) in &lost {
        assert_taken(outcome, Constraint::Email);
        assert_eq!(storage.users.find(&user.id).await.unwrap(), None);
    }
    let [(winner, _)] = won.try_into().unwrap();
    let known = storage
        .users
        .find_credentials(&email("ada@example.com"))
        .await
        .unwrap();
    assert_eq!(known.map(|known| known.user), Some(winner));
}
