//! Sessions.

use std::time::Duration;

use taskwell_application::ports::HeldSession;
use taskwell_domain::{AuditAction, Client, Session};

use crate::{
    fixture::Storage,
    given::{at, at_once, later, noon, session, session_id, token_hash, user_id},
    logins::client,
};

pub(crate) async fn a_session_is_found_as_it_was_started(storage: Storage) {
    let ada = storage.account("ada").await.id;
    let loopback = Some("::1".parse().unwrap());
    let started = [
        (
            "2026-11-21T09:30:00.001Z",
            "2026-12-21T09:30:00.120Z",
            Client::default(),
        ),
        (
            "1970-01-01T00:00:00.000Z",
            "2999-12-31T23:59:59.999Z",
            Client::new(loopback, None),
        ),
        (
            "2026-11-21T09:30:00.000Z",
            "2026-11-21T09:30:00.001Z",
            client("192.0.2.1"),
        ),
        (
            "2026-11-21T09:30:00.999Z",
            "2026-12-21T09:30:00.000Z",
            Client::new(None, Some(&"🦀".repeat(256))),
        ),
    ];
    for (n, (created_at, expires_at, client)) in (1..).zip(started) {
        let session = Session {
            created_at: at(created_at),
            last_used_at: at(created_at),
            expires_at: at(expires_at),
            client,
            ..session(&ada, n)
        };
        storage.start(&session, n).await.unwrap();
        let held = storage.sessions.find(&ada, session.id).await.unwrap().unwrap();
        let user = storage.user(&ada).await.unwrap();
        assert_eq!(*held, HeldSession { session, user });
    }
}

pub(crate) async fn a_session_that_never_was_is_not_found(storage: Storage) {
    let ada = storage.account("ada").await.id;
    storage.login(&ada, 1).await;
    assert_eq!(storage.session(&ada, session_id(2)).await, None);
}

pub(crate) async fn a_session_belongs_to_its_user(storage: Storage) {
    let ada = storage.account("ada").await.id;
    let bob = storage.account("bob").await.id;
    let session = storage.login(&ada, 1).await;

    assert_eq!(storage.session(&bob, session.id).await, None);
    assert!(!storage.end(&bob, session.id, later(1)).await);
    assert_eq!(storage.session(&ada, session.id).await, Some(session));
}

pub(crate) async fn an_ended_session_says_when(storage: Storage) {
    let ada = storage.account("ada").await.id;
    let session = storage.login(&ada, 1).await;
    assert!(storage.end(&ada, session.id, later(1)).await);
    let ended = Session {
        ended_at: Some(later(1)),
        ..session
    };
    assert_eq!(storage.session(&ada, ended.id).await, Some(ended));
}

pub(crate) async fn a_session_ends_once(storage: Storage) {
    let ada = storage.account("ada").await.id;
    let session = storage.login(&ada, 1).await;
    for (minute, was_active) in [(2, true), (3, false), (1, false)] {
        assert_eq!(storage.end(&ada, session.id, later(minute)).await, was_active);
        let ended_at = storage.session(&ada, session.id).await.unwrap().ended_at;
        assert_eq!(ended_at, Some(later(2)));
    }
}

pub(crate) async fn an_expired_session_ends_no_more(storage: Storage) {
    let ada = storage.account("ada").await.id;
    let last_millisecond = Duration::from_millis(59_999);
    for (n, now, was_active) in [
        (1, noon().after(last_millisecond), true),
        (2, later(1), false),
        (3, later(2), false),
    ] {
        let session = Session {
            expires_at: later(1),
            ..session(&ada, n)
        };
        storage.start(&session, n).await.unwrap();
        let ended = storage.end(&ada, session.id, now).await;
        assert_eq!(ended, was_active);
        let ended_at = storage.session(&ada, session.id).await.unwrap().ended_at;
        assert_eq!(ended_at, was_active.then_some(now));
    }
}

pub(crate) async fn the_end_is_noted_where_there_is_something_to_say(storage: Storage) {
    let ada = storage.account("ada").await.id;
    let [loud, silent] = [storage.login(&ada, 1).await, storage.login(&ada, 2).await];
    let mut expected = storage.trail().await;
    let end = async |id, entry| storage.sessions.end(&ada, id, later(1), entry).await.unwrap();

    let entry = storage.entry(AuditAction::RefreshReused, &ada);
    assert!(end(loud.id, Some(entry.clone())).await);
    expected.insert(0, entry);
    assert_eq!(storage.trail().await, expected);
    assert!(end(silent.id, None).await);
    assert_eq!(storage.trail().await, expected);
}

pub(crate) async fn where_nothing_ends_nothing_is_noted(storage: Storage) {
    let ada = storage.account("ada").await.id;
    let session = storage.login(&ada, 1).await;
    assert!(storage.end(&ada, session.id, later(1)).await);
    let trail = storage.trail().await;
    for (user, id) in [
        (ada.clone(), session.id),
        (ada.clone(), session_id(2)),
        (user_id("nobody"), session.id),
    ] {
        let entry = storage.entry(AuditAction::RefreshReused, &user);
        let ended = storage.sessions.end(&user, id, later(2), Some(entry)).await;
        assert!(!ended.unwrap());
    }
    assert_eq!(storage.trail().await, trail);
}

pub(crate) async fn of_racing_ends_one_ends(storage: Storage) {
    let ada = storage.account("ada").await.id;
    let session = storage.login(&ada, 1).await;
    let before = storage.trail().await.len();
    let ends = (1..9).map(|minute| {
        let (storage, ada) = (storage.clone(), ada.clone());
        async move {
            let entry = storage.entry(AuditAction::RefreshReused, &ada);
            let now = later(minute);
            let ended = storage.sessions.end(&ada, session.id, now, Some(entry)).await;
            ended.unwrap().then_some(now)
        }
    });
    let won: Vec<_> = at_once(ends).await.into_iter().flatten().collect();
    let [ended_at] = won.try_into().unwrap();
    let stands = storage.session(&ada, session.id).await.unwrap();
    assert_eq!(stands.ended_at, Some(ended_at));
    assert_eq!(storage.trail().await.len(), before + 1);
}

pub(crate) async fn the_other_sessions_go_on(storage: Storage) {
    let ada = storage.account("ada").await.id;
    let bob = storage.account("bob").await.id;
    let ended = storage.login(&ada, 1).await;
    let others = [storage.login(&ada, 2).await, storage.login(&bob, 3).await];
    assert!(storage.end(&ada, ended.id, later(1)).await);
    for other in others {
        let found = storage.session(&other.user_id, other.id).await;
        assert_eq!(found, Some(other));
    }
}

pub(crate) async fn active_sessions_are_listed_newest_first(storage: Storage) {
    let ada = storage.account("ada").await.id;
    let bob = storage.account("bob").await.id;
    let mut sessions = Vec::new();
    for (n, minute) in [(1, 2), (2, 5), (3, 1), (4, 3), (5, 4)] {
        let session = Session {
            created_at: later(minute),
            client: client("2001:db8::1"),
            // The third one expires first.
            expires_at: later(10 + n % 3),
            ..session(&ada, n)
        };
        storage.start(&session, n).await.unwrap();
        sessions.push(session);
    }
    let other = storage.login(&bob, 6).await;
    assert!(storage.end(&ada, session_id(5), later(6)).await);

    let nobody = user_id("nobody");
    let list = async |user, now| storage.sessions.list(user, now).await.unwrap();
    let [first, second, third, fourth, _ended] = &sessions[..] else {
        panic!("there are five");
    };
    let active = [second, fourth, first, third].map(Clone::clone);
    assert_eq!(list(&ada, later(9)).await, active);
    let active = [second, fourth, first].map(Clone::clone);
    assert_eq!(list(&ada, later(10)).await, active);
    assert_eq!(list(&bob, later(9)).await, [other]);
    assert_eq!(list(&nobody, later(9)).await, []);
}

pub(crate) async fn the_thousand_newest_sessions_are_listed(storage: Storage) {
    let ada = storage.account("ada").await.id;
    for n in 0..=1_000 {
        let session = Session {
            created_at: noon().after(Duration::from_millis(n)),
            ..session(&ada, n)
        };
        storage.start(&session, n).await.unwrap();
    }
    let listed = storage.sessions.list(&ada, later(1)).await.unwrap();
    let ids: Vec<_> = listed.iter().map(|session| session.id).collect();
    assert_eq!(ids, (1..=1_000).rev().map(session_id).collect::<Vec<_>>());
}

pub(crate) async fn what_was_over_before_then_is_purged_and_nothing_else(storage: Storage) {
    let ada = storage.account("ada").await.id;
    let bob = storage.account("bob").await.id;
    let just_before = noon().after(Duration::from_millis(59_999));
    let far = later(1_000);
    let sessions = [
        // Whose, expires, ended, whether it stays.
        (&ada, just_before, None, false),
        (&bob, just_before, None, false),
        (&ada, later(1), None, true),
        (&ada, far, Some(just_before), false),
        (&bob, far, Some(later(1)), true),
        (&ada, far, None, true),
    ];
    for (n, (user, expires_at, ended_at, _)) in (1..).zip(sessions) {
        let session = Session {
            // Its token is given out then.
            last_used_at: later(1),
            expires_at,
            ..session(user, n)
        };
        storage.start(&session, n).await.unwrap();
        if let Some(now) = ended_at {
            assert!(storage.end(user, session.id, now).await);
        }
    }
    assert_eq!(storage.sessions.purge(later(1)).await.unwrap(), 3);
    for (n, (user, expires_at, ended_at, stays)) in (1..).zip(sessions) {
        let session = Session {
            last_used_at: later(1),
            expires_at,
            ended_at,
            ..session(user, n)
        };
        let token = storage.sessions.find_refresh_token(&token_hash(n)).await.unwrap();
        assert_eq!(token.is_some(), stays, "the token of {n}");
        assert_eq!(
            storage.session(user, session.id).await,
            stays.then_some(session),
            "the session {n}"
        );
    }
    assert_eq!(storage.sessions.purge(later(1)).await.unwrap(), 0);
}
