//! What every request looks up may be kept for a moment, but is never older than what was changed here.

use taskwell_application::ports::{HeldApiToken, HeldSession};
use taskwell_domain::{ApiToken, AuditAction, Role, Session, User, UserId};

use crate::{
    fixture::Storage,
    given::{
        api_token_id, at_once, disabled, email, later, noon, outsider, password_hash, revocation, role,
        session, session_id, token_hash, user, valid_from,
    },
};

/// What the lookups tell of an account, and of the session and the token of number 1.
#[derive(Clone, Debug, PartialEq)]
struct Seen {
    user: Option<User>,
    session: Option<Session>,
    api_token: Option<ApiToken>,
}

/// Looks everywhere. Wherever the account is told, it is told the same.
async fn look(storage: &Storage, id: &UserId) -> Seen {
    let user = storage.users.find_lately(id).await.unwrap();
    let session = storage.sessions.find(id, session_id(1)).await.unwrap();
    let api_token = storage.api_tokens.find(&token_hash(1)).await.unwrap();
    let user = user.as_deref();
    look_at_many(storage, id, user, session.as_deref(), api_token.as_deref()).await;
    assert_eq!(storage.user(id).await.as_ref(), user);
    if let Some(held) = &session {
        assert_eq!(Some(&held.user), user);
    }
    if let Some(held) = &api_token {
        assert_eq!(Some(&held.user), user);
    }
    Seen {
        user: user.cloned(),
        session: session.map(|held| held.session.clone()),
        api_token: api_token.map(|held| held.token.clone()),
    }
}

/// Asked for many at once, each is told as it is, and what is not there, or somebody else's, is left out.
async fn look_at_many(
    storage: &Storage,
    id: &UserId,
    user: Option<&User>,
    session: Option<&HeldSession>,
    api_token: Option<&HeldApiToken>,
) {
    let nobody = UserId::parse("nobody").unwrap();
    let ids = [nobody.clone(), id.clone()];
    let users = storage.users.find_all(&ids).await.unwrap();
    assert_eq!(users.iter().collect::<Vec<_>>(), Vec::from_iter(user));

    let sessions = [(id, 1), (id, 9), (&nobody, 1)].map(|(user, number)| (user.clone(), session_id(number)));
    let sessions = storage.sessions.find_all(&sessions).await.unwrap();
    assert_eq!(sessions.iter().collect::<Vec<_>>(), Vec::from_iter(session));

    let tokens = [(id, 1), (id, 9), (&nobody, 1)].map(|(user, number)| (user.clone(), api_token_id(number)));
    let tokens = storage.api_tokens.find_all(&tokens).await.unwrap();
    assert_eq!(tokens.iter().collect::<Vec<_>>(), Vec::from_iter(api_token));
}

/// An account with a session and a token, all looked up before.
async fn known(storage: &Storage) -> (UserId, Seen) {
    let ada = storage.account("ada").await.id;
    storage.login(&ada, 1).await;
    storage.add_api_token(&ada, 1).await;
    let seen = look(storage, &ada).await;
    assert!(seen.user.is_some() && seen.session.is_some() && seen.api_token.is_some());
    (ada, seen)
}

/// The same with that account.
fn with_user(seen: &Seen, change: impl FnOnce(&mut User)) -> Seen {
    let mut seen = seen.clone();
    change(seen.user.as_mut().unwrap());
    seen
}

/// The same with the session ended then.
fn with_end(seen: &Seen, minute: u64) -> Seen {
    let mut seen = seen.clone();
    seen.session.as_mut().unwrap().ended_at = Some(later(minute));
    seen
}

pub(crate) async fn what_was_not_there_is_seen_once_it_is(storage: Storage) {
    let ada = user("ada", "ada@example.com");
    let nothing = Seen {
        user: None,
        session: None,
        api_token: None,
    };
    assert_eq!(look(&storage, &ada.id).await, nothing);
    storage.add(&ada).await.unwrap();
    let mut seen = Seen {
        user: Some(ada.clone()),
        ..nothing
    };
    assert_eq!(look(&storage, &ada.id).await, seen);
    seen.api_token = Some(storage.add_api_token(&ada.id, 1).await);
    assert_eq!(look(&storage, &ada.id).await, seen);
    seen.session = Some(storage.login(&ada.id, 1).await);
    seen.user.as_mut().unwrap().last_login_at = Some(noon());
    assert_eq!(look(&storage, &ada.id).await, seen);
}

pub(crate) async fn an_admission_and_a_newer_token_are_seen_at_once(storage: Storage) {
    let mut eve = outsider("eve", None);
    assert_eq!(storage.users.find_lately(&eve.id).await.unwrap(), None);
    storage.admit(&eve).await;
    let api_token = Some(storage.add_api_token(&eve.id, 1).await);
    let seen = Seen {
        user: Some(eve.clone()),
        session: None,
        api_token,
    };
    assert_eq!(look(&storage, &eve.id).await, seen);

    eve.email = Some(email("eve@example.com"));
    eve.last_login_at = Some(later(1));
    let noted = storage.users.note_token(&eve.id, eve.email.clone(), later(1));
    noted.await.unwrap();
    let user = Some(eve.clone());
    assert_eq!(look(&storage, &eve.id).await, Seen { user, ..seen });
}

pub(crate) async fn a_login_is_seen_at_once(storage: Storage) {
    let (ada, seen) = known(&storage).await;
    let second = Session {
        created_at: later(3),
        ..session(&ada, 2)
    };
    storage.start(&second, 2).await.unwrap();
    let expected = with_user(&seen, |user| user.last_login_at = Some(later(3)));
    assert_eq!(look(&storage, &ada).await, expected);
}

pub(crate) async fn a_change_of_an_account_is_seen_at_once(storage: Storage) {
    let (ada, seen) = known(&storage).await;
    storage.change(&ada, &disabled(true)).await.unwrap();
    let expected = with_user(&seen, |user| user.disabled_at = Some(later(1)));
    assert_eq!(look(&storage, &ada).await, expected);

    storage.change(&ada, &disabled(false)).await.unwrap();
    assert_eq!(look(&storage, &ada).await, seen);

    storage.change(&ada, &role(Role::Admin)).await.unwrap();
    let expected = with_user(&seen, |user| user.role = Role::Admin);
    assert_eq!(look(&storage, &ada).await, expected);
}

pub(crate) async fn a_renewal_is_seen_at_once(storage: Storage) {
    let (ada, seen) = known(&storage).await;
    let renewed = Session {
        last_used_at: later(1),
        expires_at: later(7),
        ..seen.session.clone().unwrap()
    };
    storage.renew(&renewed, 1, 2).await.unwrap();
    let session = Some(renewed);
    assert_eq!(look(&storage, &ada).await, Seen { session, ..seen });
}

pub(crate) async fn the_end_of_a_session_is_seen_at_once(storage: Storage) {
    let (ada, seen) = known(&storage).await;
    assert!(storage.end(&ada, session_id(1), later(2)).await);
    assert_eq!(look(&storage, &ada).await, with_end(&seen, 2));
}

pub(crate) async fn a_purge_of_sessions_is_seen_at_once(storage: Storage) {
    let (ada, seen) = known(&storage).await;
    assert_eq!(storage.sessions.purge(later(10_000)).await.unwrap(), 1);
    let session = None;
    assert_eq!(look(&storage, &ada).await, Seen { session, ..seen });
}

pub(crate) async fn what_a_new_password_ends_is_seen_at_once(storage: Storage) {
    let (ada, seen) = known(&storage).await;
    let entry = storage.entry(AuditAction::PasswordChanged, &ada);
    let set = storage
        .users
        .set_password(&ada, None, &password_hash(), None, later(4), &entry)
        .await;
    set.unwrap();
    assert_eq!(look(&storage, &ada).await, with_end(&seen, 4));
}

pub(crate) async fn a_revocation_is_seen_at_once(storage: Storage) {
    let (ada, seen) = known(&storage).await;
    let revoke = async |api_tokens, minute| {
        let entry = storage.entry(AuditAction::TokensRevoked, &ada);
        let revocation = revocation(api_tokens, later(minute));
        let revoked = storage.users.revoke_tokens(&ada, &revocation, &entry);
        revoked.await.unwrap();
    };
    revoke(false, 5).await;
    let expected = with_user(&with_end(&seen, 5), |user| {
        user.tokens_valid_from = Some(valid_from(later(5)));
    });
    assert_eq!(look(&storage, &ada).await, expected);

    revoke(true, 6).await;
    let mut expected = with_user(&expected, |user| {
        user.tokens_valid_from = Some(valid_from(later(6)));
    });
    expected.api_token = None;
    assert_eq!(look(&storage, &ada).await, expected);
}

pub(crate) async fn the_deletion_of_an_account_is_seen_at_once(storage: Storage) {
    let (ada, _) = known(&storage).await;
    storage.delete(&ada).await.unwrap();
    let nothing = Seen {
        user: None,
        session: None,
        api_token: None,
    };
    assert_eq!(look(&storage, &ada).await, nothing);
}

pub(crate) async fn a_use_of_a_token_is_seen_at_once(storage: Storage) {
    let (ada, mut seen) = known(&storage).await;
    let noted = storage.api_tokens.note_use(&ada, api_token_id(1), later(1));
    noted.await.unwrap();
    seen.api_token.as_mut().unwrap().last_used_at = Some(later(1));
    assert_eq!(look(&storage, &ada).await, seen);
}

pub(crate) async fn the_deletion_of_a_token_is_seen_at_once(storage: Storage) {
    let (ada, seen) = known(&storage).await;
    let entry = storage.entry(AuditAction::TokenRevoked, &ada);
    let deleted = storage.api_tokens.delete(&ada, api_token_id(1), &entry).await;
    assert!(deleted.unwrap());
    let api_token = None;
    assert_eq!(look(&storage, &ada).await, Seen { api_token, ..seen });
}

pub(crate) async fn who_changed_nothing_sees_what_was_there(storage: Storage) {
    let (ada, seen) = known(&storage).await;
    let bob = storage.account("bob").await.id;
    storage.login(&bob, 2).await;
    storage.change(&bob, &role(Role::Admin)).await.unwrap();
    storage.change(&bob, &disabled(true)).await.unwrap_err();
    assert_eq!(look(&storage, &ada).await, seen);
}

/// A lookup that has read what was there before a change must not be what is kept after it.
pub(crate) async fn a_lookup_that_races_a_change_does_not_outlive_it(storage: Storage) {
    let ada = storage.account("ada").await.id;
    storage.add_api_token(&ada, 1).await;
    for turn in 1..=40 {
        // Nobody has looked since.
        let session = storage.login(&ada, turn).await;
        let now = later(turn);
        let work = (0..8).map(|n| {
            let (storage, ada) = (storage.clone(), ada.clone());
            async move {
                if n == 0 {
                    let entry = storage.entry(AuditAction::LoggedOutEverywhere, &ada);
                    let revoked = storage
                        .users
                        .revoke_tokens(&ada, &revocation(false, now), &entry)
                        .await;
                    revoked.unwrap();
                } else {
                    storage.sessions.find(&ada, session.id).await.unwrap();
                    storage.users.find_lately(&ada).await.unwrap();
                    storage.api_tokens.find(&token_hash(1)).await.unwrap();
                }
            }
        });
        at_once(work).await;
        let held = storage.sessions.find(&ada, session.id).await.unwrap().unwrap();
        assert_eq!(held.session.ended_at, Some(now));
        assert_eq!(held.user.tokens_valid_from, Some(valid_from(now)));
        let user = storage.users.find_lately(&ada).await.unwrap();
        assert_eq!(user.as_deref(), Some(&held.user));
        let token = storage.api_tokens.find(&token_hash(1)).await.unwrap().unwrap();
        assert_eq!(token.user, held.user);
    }
}
