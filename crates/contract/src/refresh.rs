//! Refresh tokens.

use std::time::Duration;

use taskwell_application::ports::{HeldSession, RefreshToken};
use taskwell_domain::{Client, RefreshUse, Session, Timestamp};

use crate::{
    fixture::Storage,
    given::{assert_stale, at_once, later, noon, session, token_hash},
};

/// What stands behind the token of that number.
async fn token(storage: &Storage, n: u64) -> Option<RefreshToken> {
    let hash = token_hash(n);
    storage.sessions.find_refresh_token(&hash).await.unwrap()
}

async fn spent_at(storage: &Storage, n: u64) -> Option<Timestamp> {
    token(storage, n).await.unwrap().usage.spent_at
}

/// The session as it stands once it is renewed at that minute.
fn renewed(session: &Session, minute: u64) -> Session {
    Session {
        last_used_at: later(minute),
        expires_at: later(minute).after(Duration::from_millis(1)),
        client: Client::new(Some("192.0.2.7".parse().unwrap()), Some("curl/8.5")),
        ..session.clone()
    }
}

/// Renews the session at that minute with the token `spent`, for the token `fresh`.
async fn renew(storage: &Storage, session: &Session, minute: u64, spent: u64, fresh: u64) -> Session {
    let renewed = renewed(session, minute);
    storage.renew(&renewed, spent, fresh).await.unwrap();
    renewed
}

pub(crate) async fn a_token_leads_to_its_session_and_user(storage: Storage) {
    let ada = storage.account("ada").await.id;
    let bob = storage.account("bob").await.id;
    for (n, user) in [(1, &ada), (2, &ada), (3, &bob)] {
        let session = storage.login(user, n).await;
        let user = storage.user(user).await.unwrap();
        let expected = RefreshToken {
            held: HeldSession { session, user },
            usage: RefreshUse {
                issued_at: noon(),
                spent_at: None,
            },
        };
        assert_eq!(token(&storage, n).await, Some(expected));
    }
}

pub(crate) async fn an_unknown_token_leads_nowhere(storage: Storage) {
    let ada = storage.account("ada").await.id;
    storage.login(&ada, 1).await;
    assert_eq!(token(&storage, 2).await, None);
}

pub(crate) async fn a_token_of_an_ended_session_is_still_known(storage: Storage) {
    let ada = storage.account("ada").await.id;
    let session = storage.login(&ada, 1).await;
    assert!(storage.end(&ada, session.id, later(1)).await);
    let found = token(&storage, 1).await.unwrap().held.session;
    assert_eq!(found.ended_at, Some(later(1)));
}

pub(crate) async fn a_renewed_session_is_kept_as_it_was_renewed(storage: Storage) {
    let ada = storage.account("ada").await.id;
    let session = storage.login(&ada, 1).await;
    let other = storage.login(&ada, 10).await;
    let renewed = renew(&storage, &session, 1, 1, 2).await;

    let held = HeldSession {
        session: renewed,
        user: storage.user(&ada).await.unwrap(),
    };
    let found = storage.sessions.find(&ada, session.id).await.unwrap();
    assert_eq!(found.as_deref(), Some(&held));
    for (n, issued_at, spent_at) in [(1, noon(), Some(later(1))), (2, later(1), None)] {
        let expected = RefreshToken {
            held: held.clone(),
            usage: RefreshUse { issued_at, spent_at },
        };
        assert_eq!(token(&storage, n).await, Some(expected));
    }
    assert_eq!(spent_at(&storage, 10).await, None);
    assert_eq!(storage.session(&ada, other.id).await, Some(other));
}

pub(crate) async fn a_spent_token_keeps_the_time_of_its_first_use(storage: Storage) {
    let ada = storage.account("ada").await.id;
    let session = storage.login(&ada, 1).await;
    for (minute, fresh) in [(2, 2), (3, 3), (1, 4)] {
        renew(&storage, &session, minute, 1, fresh).await;
        assert_eq!(spent_at(&storage, 1).await, Some(later(2)));
        assert_eq!(spent_at(&storage, fresh).await, None);
    }
}

/// A renewal of that session is stale, and leaves no trace.
async fn assert_refused(storage: &Storage, session: &Session) {
    let before = (
        storage.session(&session.user_id, session.id).await,
        token(storage, 1).await,
    );
    assert_stale(&storage.renew(&renewed(session, 2), 1, 2).await);
    let after = (
        storage.session(&session.user_id, session.id).await,
        token(storage, 1).await,
    );
    assert_eq!(after, before);
    assert_eq!(token(storage, 2).await, None);
}

pub(crate) async fn an_ended_session_is_not_renewed(storage: Storage) {
    let ada = storage.account("ada").await.id;
    let session = storage.login(&ada, 1).await;
    assert!(storage.end(&ada, session.id, later(1)).await);
    assert_refused(&storage, &session).await;
}

pub(crate) async fn a_session_that_is_gone_is_not_renewed(storage: Storage) {
    let ada = storage.account("ada").await.id;
    assert_refused(&storage, &session(&ada, 1)).await;

    let purged = storage.login(&ada, 1).await;
    assert_eq!(storage.sessions.purge(later(10_000)).await.unwrap(), 1);
    assert_refused(&storage, &purged).await;

    let deleted = storage.login(&ada, 1).await;
    storage.delete(&ada).await.unwrap();
    assert_refused(&storage, &deleted).await;
}

/// The tabs of one browser share a token.
pub(crate) async fn racing_renewals_with_one_token_all_succeed(storage: Storage) {
    let ada = storage.account("ada").await.id;
    let session = storage.login(&ada, 1).await;
    let renewals = (2..10).map(|n| {
        let (storage, session) = (storage.clone(), session.clone());
        async move { renew(&storage, &session, n, 1, n).await }
    });
    let renewed = at_once(renewals).await;

    let stands = storage.session(&ada, session.id).await.unwrap();
    assert!(renewed.contains(&stands), "{stands:?}");
    let spent_at = spent_at(&storage, 1).await.unwrap();
    assert!(renewed.iter().any(|session| session.last_used_at == spent_at));
    for fresh in 2..10 {
        assert_eq!(token(&storage, fresh).await.unwrap().held.session, stands);
    }
}

pub(crate) async fn a_renewal_does_not_bring_an_ended_session_back(storage: Storage) {
    let ada = storage.account("ada").await.id;
    for turn in 1..=8 {
        let session = storage.login(&ada, 10 * turn).await;
        let id = session.id;
        let work = [true, false].map(|renews| {
            let (storage, session) = (storage.clone(), session.clone());
            async move {
                if renews {
                    let renewed = renewed(&session, 1);
                    // It may come too late.
                    storage.renew(&renewed, 10 * turn, 10 * turn + 1).await.is_ok()
                } else {
                    storage.end(&session.user_id, id, noon()).await
                }
            }
        });
        let [_, ended] = at_once(work).await.try_into().unwrap();
        assert!(ended);
        assert_eq!(storage.session(&ada, id).await.unwrap().ended_at, Some(noon()));
    }
}

pub(crate) async fn tokens_given_out_before_then_are_purged(storage: Storage) {
    let ada = storage.account("ada").await.id;
    let session = storage.login(&ada, 1).await;
    renew(&storage, &session, 1, 1, 2).await;
    renew(&storage, &session, 2, 2, 3).await;
    let session = Session {
        expires_at: later(1_000),
        ..renewed(&session, 3)
    };
    storage.renew(&session, 3, 4).await.unwrap();

    assert_eq!(storage.sessions.purge(later(2)).await.unwrap(), 0);
    for old in [1, 2] {
        assert_eq!(token(&storage, old).await, None);
    }
    assert_eq!(spent_at(&storage, 3).await, Some(later(3)));
    assert_eq!(spent_at(&storage, 4).await, None);
    assert_eq!(storage.session(&ada, session.id).await, Some(session));
}
