//! Setting passwords.

use taskwell_application::ports::{Credentials, PasswordHash, StoreError};
use taskwell_domain::{AuditAction, AuditEntry, Session, SessionId, Timestamp, UserId};

use crate::{
    fixture::Storage,
    given::{assert_stale, at_once, email, later, outsider, password_hash, session, session_id, user_id},
};

fn another_hash(n: u64) -> PasswordHash {
    PasswordHash::from(format!("$argon2id$v=19$m=19456,t=2,p=1$c2FsdA${n}+/"))
}

/// When the sessions with these numbers ended, if they did.
async fn ends(storage: &Storage, user: &UserId, numbers: &[u64]) -> Vec<Option<Timestamp>> {
    let mut ends = Vec::new();
    for n in numbers {
        let session = storage.session(user, session_id(*n)).await.unwrap();
        ends.push(session.ended_at);
    }
    ends
}

impl Storage {
    /// Sets the password of that number at the fifth minute.
    async fn set_password(
        &self,
        id: &UserId,
        verified: Option<PasswordHash>,
        n: u64,
        keep: Option<SessionId>,
    ) -> (Result<(), StoreError>, AuditEntry) {
        let entry = self.entry(AuditAction::PasswordChanged, id);
        let set = self
            .users
            .set_password(id, verified, &another_hash(n), keep, later(5), &entry)
            .await;
        (set, entry)
    }

    async fn password(&self, id: &UserId) -> Option<PasswordHash> {
        self.users.find_password(id).await.unwrap()
    }
}

pub(crate) async fn a_password_takes_the_place_of_the_verified_one_or_of_any(storage: Storage) {
    let ada = storage.account("ada").await.id;
    let bob = storage.account("bob").await.id;
    let user = storage.user(&ada).await.unwrap();
    let mut expected = storage.trail().await;
    for (n, verified) in [
        (1, Some(password_hash())),
        (2, Some(another_hash(1))),
        (3, None),
        (4, None),
    ] {
        let (outcome, entry) = storage.set_password(&ada, verified, n, None).await;
        outcome.unwrap();
        expected.insert(0, entry);
        assert_eq!(storage.trail().await, expected);

        let credentials = storage.users.find_credentials(&email("ada@example.com")).await;
        let changed = Credentials {
            user: user.clone(),
            password: another_hash(n),
        };
        assert_eq!(credentials.unwrap(), Some(changed));
        assert_eq!(storage.password(&ada).await, Some(another_hash(n)));
    }
    assert_eq!(storage.password(&bob).await, Some(password_hash()));
}

pub(crate) async fn a_new_password_ends_the_sessions_that_are_active(storage: Storage) {
    let ada = storage.account("ada").await.id;
    let bob = storage.account("bob").await.id;
    for n in 1..=3 {
        storage.login(&ada, n).await;
    }
    storage.login(&bob, 4).await;
    assert!(storage.end(&ada, session_id(3), later(1)).await);

    let (outcome, _) = storage.set_password(&ada, None, 1, None).await;
    outcome.unwrap();
    assert_eq!(
        ends(&storage, &ada, &[1, 2, 3]).await,
        [Some(later(5)), Some(later(5)), Some(later(1))]
    );
    assert_eq!(ends(&storage, &bob, &[4]).await, [None]);
}

/// Somebody may have begun to renew it just before it expired.
pub(crate) async fn a_session_that_expired_before_a_new_password_is_not_renewed(storage: Storage) {
    let ada = storage.account("ada").await.id;
    let session = Session {
        expires_at: later(1),
        ..session(&ada, 1)
    };
    storage.start(&session, 1).await.unwrap();
    let (outcome, _) = storage.set_password(&ada, None, 1, None).await;
    outcome.unwrap();
    let renewed = Session {
        expires_at: later(10),
        ..session
    };
    assert_stale(&storage.renew(&renewed, 1, 2).await);
}

pub(crate) async fn a_new_password_keeps_the_session_that_it_was_set_in(storage: Storage) {
    let ada = storage.account("ada").await.id;
    for n in 1..=3 {
        storage.login(&ada, n).await;
    }
    let (outcome, _) = storage
        .set_password(&ada, Some(password_hash()), 1, Some(session_id(2)))
        .await;
    outcome.unwrap();
    assert_eq!(
        ends(&storage, &ada, &[1, 2, 3]).await,
        [Some(later(5)), None, Some(later(5))]
    );
}

pub(crate) async fn a_password_in_the_place_of_another_is_stale(storage: Storage) {
    let ada = storage.account("ada").await.id;
    storage.login(&ada, 1).await;
    let trail = storage.trail().await;
    let (outcome, _) = storage.set_password(&ada, Some(another_hash(1)), 2, None).await;

    assert_stale(&outcome);
    assert_eq!(storage.password(&ada).await, Some(password_hash()));
    assert_eq!(ends(&storage, &ada, &[1]).await, [None]);
    assert_eq!(storage.trail().await, trail);
}

pub(crate) async fn where_no_password_is_none_is_set(storage: Storage) {
    let outsider = storage.admit(&outsider("ada", None)).await.unwrap().id;
    let gone = storage.account("bob").await.id;
    storage.delete(&gone).await.unwrap();
    let trail = storage.trail().await;
    for id in [outsider, gone, user_id("nobody")] {
        for verified in [None, Some(password_hash())] {
            let (outcome, _) = storage.set_password(&id, verified, 1, None).await;
            assert_stale(&outcome);
            assert_eq!(storage.password(&id).await, None);
            assert_eq!(storage.trail().await, trail);
        }
    }
}

pub(crate) async fn of_racing_changes_of_one_password_one_wins(storage: Storage) {
    let ada = storage.account("ada").await.id;
    let changes = (0..8).map(|n| {
        let (storage, ada) = (storage.clone(), ada.clone());
        async move {
            let (outcome, entry) = storage.set_password(&ada, Some(password_hash()), n, None).await;
            (n, outcome, entry)
        }
    });
    let (won, lost): (Vec<_>, Vec<_>) = at_once(changes)
        .await
        .into_iter()
        .partition(|(_, outcome, _)| outcome.is_ok());
    for (_, outcome, _) in &lost {
        assert_stale(outcome);
    }
    let [(n, _, entry)] = won.try_into().unwrap();
    assert_eq!(storage.password(&ada).await, Some(another_hash(n)));
    assert_eq!(storage.trail().await[0], entry);
}

/// Whoever knows the old password alone must not be left with a session.
pub(crate) async fn no_login_with_the_old_password_outlives_it(storage: Storage) {
    for turn in 0..8 {
        let ada = storage.account(&format!("ada-{turn}")).await.id;
        let work = [true, false].map(|is_login| {
            let (storage, ada) = (storage.clone(), ada.clone());
            async move {
                if is_login {
                    storage.start(&session(&ada, turn), turn).await
                } else {
                    storage.set_password(&ada, None, 1, None).await.0
                }
            }
        });
        let [login, set] = at_once(work).await.try_into().unwrap();
        set.unwrap();
        if login.is_err() {
            assert_stale(&login);
        }
        assert_eq!(storage.sessions.list(&ada, later(6)).await.unwrap(), []);
    }
}
