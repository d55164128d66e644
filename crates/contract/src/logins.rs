//! How sessions begin, and from where.

use taskwell_application::ports::PasswordHash;
use taskwell_domain::{AuditAction, Client, Session, User, UserId};

use crate::{
    fixture::Storage,
    given::{
        assert_stale, disabled, later, outsider, password_hash, session, session_id, token_hash, user_id,
    },
};

/// A program at that address.
pub(crate) fn client(address: &str) -> Client {
    Client::new(Some(address.parse().unwrap()), Some("curl/8.5"))
}

pub(crate) async fn a_login_is_noted_with_the_account_and_in_the_audit_trail(storage: Storage) {
    let ada = storage.account("ada").await.id;
    let mut expected = storage.trail().await;
    let mut user = storage.user(&ada).await.unwrap();
    for n in 1..=2 {
        let session = Session {
            created_at: later(n),
            ..session(&ada, n)
        };
        let entry = storage.entry(AuditAction::LoggedIn, &ada);
        let started = storage
            .sessions
            .start(&session, &token_hash(n), &password_hash(), &entry)
            .await;
        started.unwrap();

        user.last_login_at = Some(later(n));
        assert_eq!(storage.user(&ada).await.as_ref(), Some(&user));
        expected.insert(0, entry);
        assert_eq!(storage.trail().await, expected);
    }
}

/// A login that rests on that password is stale, and leaves no trace.
async fn assert_refused(storage: &Storage, id: &UserId, verified: &PasswordHash) {
    let user: Option<User> = storage.user(id).await;
    let trail = storage.trail().await;
    let session = session(id, 1);
    let entry = storage.entry(AuditAction::LoggedIn, id);
    let outcome = storage
        .sessions
        .start(&session, &token_hash(1), verified, &entry)
        .await;

    assert_stale(&outcome);
    assert_eq!(storage.session(id, session.id).await, None);
    let token = storage.sessions.find_refresh_token(&token_hash(1)).await;
    assert_eq!(token.unwrap(), None);
    assert_eq!(storage.user(id).await, user);
    assert_eq!(storage.trail().await, trail);
}

pub(crate) async fn a_login_with_another_password_is_stale(storage: Storage) {
    let ada = storage.account("ada").await.id;
    let other = PasswordHash::from(format!("{}x", password_hash().as_str()));
    assert_refused(&storage, &ada, &other).await;
}

pub(crate) async fn a_login_to_a_disabled_account_is_stale(storage: Storage) {
    let ada = storage.account("ada").await.id;
    storage.change(&ada, &disabled(true)).await.unwrap();
    assert_refused(&storage, &ada, &password_hash()).await;

    storage.change(&ada, &disabled(false)).await.unwrap();
    storage.login(&ada, 1).await;
}

pub(crate) async fn a_login_to_an_account_that_is_gone_is_stale(storage: Storage) {
    assert_refused(&storage, &user_id("nobody"), &password_hash()).await;
    let ada = storage.account("ada").await.id;
    storage.delete(&ada).await.unwrap();
    assert_refused(&storage, &ada, &password_hash()).await;
}

pub(crate) async fn a_login_to_an_account_without_a_password_is_stale(storage: Storage) {
    let outsider = storage.admit(&outsider("ada", None)).await.unwrap();
    assert_refused(&storage, &outsider.id, &password_hash()).await;
}

pub(crate) async fn a_network_that_a_session_was_begun_from_is_known(storage: Storage) {
    let ada = storage.account("ada").await.id;
    let bob = storage.account("bob").await.id;
    for (n, address) in [(1, "192.0.2.1"), (2, "2001:db8:1:2::1")] {
        let session = Session {
            client: client(address),
            ..session(&ada, n)
        };
        storage.start(&session, n).await.unwrap();
    }
    assert!(storage.end(&ada, session_id(1), later(1)).await);
    let nobody = user_id("nobody");
    let has_begun = async |user, address| {
        // What a program calls itself says nothing about where it is.
        let client = Client::new(client(address).address(), None);
        storage.sessions.has_begun_from(user, &client).await.unwrap()
    };
    for address in ["192.0.2.1", "2001:db8:1:2::1", "2001:db8:1:2:ffff::9"] {
        assert!(has_begun(&ada, address).await, "{address}");
        assert!(!has_begun(&bob, address).await, "{address}");
        assert!(!has_begun(&nobody, address).await, "{address}");
    }
    for address in [
        "192.0.2.2",
        "192.0.2.10",
        "2001:db8:1:3::1",
        "2001:db8:1:20::1",
        "::1",
    ] {
        assert!(!has_begun(&ada, address).await, "{address}");
    }
}

pub(crate) async fn a_network_that_a_session_was_renewed_from_is_not_where_it_was_begun(storage: Storage) {
    let ada = storage.account("ada").await.id;
    let [home, away] = [client("192.0.2.1"), client("198.51.100.1")];
    let session = Session {
        client: home.clone(),
        ..session(&ada, 1)
    };
    storage.start(&session, 1).await.unwrap();
    let renewed = Session {
        client: away.clone(),
        ..session
    };
    storage.renew(&renewed, 1, 2).await.unwrap();
    assert!(storage.sessions.has_begun_from(&ada, &home).await.unwrap());
    assert!(!storage.sessions.has_begun_from(&ada, &away).await.unwrap());
}

pub(crate) async fn whoever_cannot_be_placed_has_begun_nowhere(storage: Storage) {
    let ada = storage.account("ada").await.id;
    storage.login(&ada, 1).await;
    let nowhere = Client::new(None, Some("curl/8.5"));
    assert!(!storage.sessions.has_begun_from(&ada, &nowhere).await.unwrap());
}
