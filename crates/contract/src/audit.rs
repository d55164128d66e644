//! The audit trail.

use std::time::Duration;

use taskwell_application::ports::{AuditPage, AuditQuery};
use taskwell_domain::{AuditAction, AuditEntry, AuditId, UserId};

use crate::{
    fixture::Storage,
    given::{ALL, at, audit_id, later, noon, user_id},
};

async fn append(storage: &Storage, entry: &AuditEntry) {
    storage.audit.append(entry).await.unwrap();
}

async fn page(storage: &Storage, user_id: Option<&UserId>, before: Option<AuditId>, limit: u32) -> AuditPage {
    let query = AuditQuery {
        user_id: user_id.cloned(),
        before,
        limit,
    };
    storage.audit.list(&query).await.unwrap()
}

/// Follows the pages from the first to the last.
async fn walk(storage: &Storage, user_id: Option<&UserId>, limit: u32) -> Vec<AuditEntry> {
    let mut seen: Vec<AuditEntry> = Vec::new();
    loop {
        let before = seen.last().map(|last| last.id);
        let page = page(storage, user_id, before, limit).await;
        assert!(
            page.entries.len() <= limit as usize,
            "a page is longer than {limit}"
        );
        let more = page.more && !page.entries.is_empty();
        seen.extend(page.entries);
        assert!(seen.len() <= 100, "the walk goes in circles");
        if !more {
            return seen;
        }
    }
}

/// Ten entries about several people, appended in no order; newest first.
async fn ten_entries(storage: &Storage) -> Vec<AuditEntry> {
    let people = [
        (None, None),
        (None, Some("ada")),
        (Some("ada"), Some("ada")),
        (Some("ada"), Some("bob")),
        (Some("bob"), Some("ada")),
        (Some("bob"), Some("bob")),
        (Some("ADA"), Some("ada-2")),
        (Some("bob"), None),
        (Some("ada"), None),
        (None, Some("bob")),
    ];
    let mut entries: Vec<AuditEntry> = (1..)
        .zip(people)
        .map(|(n, (actor, subject))| AuditEntry {
            // The clocks of several servers differ; the order is that of the ids.
            at: later(20 - n % 3),
            id: audit_id(n),
            actor_id: actor.map(user_id),
            subject_id: subject.map(user_id),
            ..storage.entry(AuditAction::LoggedIn, &user_id("ada"))
        })
        .collect();
    for n in [4, 0, 9, 2, 7, 1, 8, 3, 6, 5] {
        append(storage, &entries[n]).await;
    }
    entries.reverse();
    entries
}

pub(crate) async fn every_field_of_an_entry_survives(storage: Storage) {
    let mut expected = Vec::new();
    for action in AuditAction::ALL {
        expected.insert(0, storage.entry(*action, &user_id("nobody")));
    }
    let longest = "🦀".repeat(128);
    for (time, actor, subject, address, detail) in [
        (
            "1970-01-01T00:00:00.000Z",
            None,
            Some("auth0|5f7c"),
            Some("192.0.2.255"),
            None,
        ),
        (
            "2026-11-21T09:30:00.001Z",
            Some(&*longest),
            None,
            Some("2001:db8:1:2:3:4:5:6"),
            Some("é 'x' \"y\" 🙂\n"),
        ),
        (
            "2999-12-31T23:59:59.999Z",
            None,
            None,
            None,
            Some("user to admin, on the command line"),
        ),
        ("2026-11-21T09:30:00.999Z", Some("é"), Some("É"), Some("::"), None),
    ] {
        let entry = AuditEntry {
            at: at(time),
            actor_id: actor.map(user_id),
            subject_id: subject.map(user_id),
            address: address.map(|address| address.parse().unwrap()),
            detail: detail.map(str::to_owned),
            ..storage.entry(AuditAction::LoginFailed, &user_id("nobody"))
        };
        expected.insert(0, entry);
    }
    for entry in &expected {
        append(&storage, entry).await;
    }
    assert_eq!(storage.trail().await, expected);
}

pub(crate) async fn entries_are_listed_newest_first(storage: Storage) {
    let entries = ten_entries(&storage).await;
    let whole = AuditPage { entries, more: false };
    assert_eq!(page(&storage, None, None, ALL).await, whole);
}

pub(crate) async fn what_a_user_did_and_what_was_done_to_one_is_found(storage: Storage) {
    let entries = ten_entries(&storage).await;
    for name in ["ada", "bob", "ADA", "ada-2", "ad", "nobody"] {
        let user = user_id(name);
        let about: Vec<AuditEntry> = entries
            .iter()
            .filter(|entry| [&entry.actor_id, &entry.subject_id].contains(&&Some(user.clone())))
            .cloned()
            .collect();
        let found = page(&storage, Some(&user), None, ALL).await;
        let expected = AuditPage {
            entries: about.clone(),
            more: false,
        };
        assert_eq!(found, expected, "{name}");
        for limit in 1..=3 {
            let seen = walk(&storage, Some(&user), limit).await;
            assert_eq!(seen, about, "{name} in pages of {limit}");
        }
    }
}

pub(crate) async fn pages_of_entries_make_the_whole(storage: Storage) {
    let entries = ten_entries(&storage).await;
    for limit in 1..=11 {
        assert_eq!(walk(&storage, None, limit).await, entries, "pages of {limit}");
    }
}

pub(crate) async fn whether_more_entries_follow_is_told_exactly(storage: Storage) {
    let entries = ten_entries(&storage).await;
    for (before, left) in [(None, 10), (Some(entries[3].id), 6)] {
        for (limit, more) in [(left - 1, true), (left, false), (left + 1, false)] {
            let page = page(&storage, None, before, limit).await;
            assert_eq!(page.more, more, "{limit} of {left}");
        }
    }
    let end = page(&storage, None, Some(entries[9].id), 5).await;
    let nothing = AuditPage {
        entries: vec![],
        more: false,
    };
    assert_eq!(end, nothing);
}

pub(crate) async fn entries_from_before_then_are_purged(storage: Storage) {
    let just_before = noon().after(Duration::from_millis(59_999));
    let mut entries = Vec::new();
    for time in [later(1), just_before, later(2), noon(), later(1)] {
        let entry = AuditEntry {
            at: time,
            ..storage.entry(AuditAction::LoggedIn, &user_id("ada"))
        };
        append(&storage, &entry).await;
        entries.insert(0, entry);
    }
    assert_eq!(storage.audit.purge(later(1)).await.unwrap(), 2);
    entries.retain(|entry| entry.at >= later(1));
    assert_eq!(storage.trail().await, entries);
    assert_eq!(storage.audit.purge(later(1)).await.unwrap(), 0);
}
