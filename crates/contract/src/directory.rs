//! Listing accounts.

use std::time::Duration;

use taskwell_application::ports::{UserPage, UserPosition, UserQuery};
use taskwell_domain::{AuditAction, Role, Timestamp, User};

use crate::{
    fixture::Storage,
    given::{ALL, at, email, issuer, later, noon, outsider, password_hash, role, user, user_id},
};

impl Storage {
    async fn page(&self, search: Option<&str>, after: Option<&User>, limit: u32) -> UserPage {
        let query = UserQuery {
            search: search.map(str::to_owned),
            after: after.map(UserPosition::from),
            limit,
        };
        self.users.list(&query).await.unwrap()
    }

    /// The ids of the accounts that a search finds.
    async fn found(&self, search: &str) -> Vec<String> {
        let page = self.page(Some(search), None, ALL).await;
        page.users.iter().map(|user| user.id.to_string()).collect()
    }

    /// Follows the pages from the first to the last.
    async fn walk(&self, search: Option<&str>, limit: u32) -> Vec<User> {
        let mut seen: Vec<User> = Vec::new();
        loop {
            let page = self.page(search, seen.last(), limit).await;
            assert!(
                page.users.len() <= limit as usize,
                "a page is longer than {limit}"
            );
            let more = page.more && !page.users.is_empty();
            seen.extend(page.users);
            assert!(seen.len() <= 100, "the walk goes in circles");
            if !more {
                return seen;
            }
        }
    }
}

/// Accounts of every kind, several of one instant, added in no order; newest first.
async fn some_accounts(storage: &Storage) -> Vec<User> {
    let made = |id: &str, created_at: Timestamp| User {
        created_at,
        ..user(id, &format!("user-{id}@example.com"))
    };
    let mut users = vec![
        made("b", later(2)),
        made("d", noon()),
        made("a", at("2999-12-31T23:59:59.999Z")),
        made("c", at("1970-01-01T00:00:00.000Z")),
        made("e", later(2).after(Duration::from_millis(1))),
    ];
    // In the order of the code points, whatever a language says.
    for id in ["Zoe", "ada", "Ada", "é", "zoe", "ad-a", "10", "9", "用户"] {
        users.push(User::admitted(user_id(id), issuer("better-auth"), None, later(1)));
    }
    for user in &users {
        let entry = storage.entry(AuditAction::Registered, &user.id);
        if user.issuer.is_ourselves() {
            let added = storage.users.add(user, &password_hash(), &entry).await;
            added.unwrap();
        } else {
            let admitted = storage.users.admit(user, None, &entry).await.unwrap();
            assert_eq!(admitted.as_ref(), Some(user));
        }
    }
    users.sort_by(|a, b| (b.created_at, &b.id).cmp(&(a.created_at, &a.id)));
    users
}

pub(crate) async fn accounts_are_listed_newest_first_and_as_they_stand(storage: Storage) {
    let mut users = some_accounts(&storage).await;
    for user in &mut users {
        *user = storage.change(&user.id, &role(Role::Admin)).await.unwrap();
    }
    let page = storage.page(None, None, ALL).await;
    assert_eq!(page, UserPage { users, more: false });
}

pub(crate) async fn pages_of_accounts_make_the_whole(storage: Storage) {
    let users = some_accounts(&storage).await;
    for limit in [1, 2, 3, 7, 14, 15] {
        assert_eq!(storage.walk(None, limit).await, users, "pages of {limit}");
    }
    let with_address: Vec<User> = users.into_iter().filter(|user| user.email.is_some()).collect();
    for limit in 1..=6 {
        let seen = storage.walk(Some("USER"), limit).await;
        assert_eq!(seen, with_address, "pages of {limit}");
    }
}

pub(crate) async fn whether_more_accounts_follow_is_told_exactly(storage: Storage) {
    let users = some_accounts(&storage).await;
    for (after, left) in [(None, 14), (Some(&users[8]), 5), (Some(&users[12]), 1)] {
        for (limit, more) in [(left - 1, true), (left, false), (left + 1, false)] {
            if limit > 0 {
                let page = storage.page(None, after, limit).await;
                assert_eq!(page.more, more, "{limit} of {left}");
            }
        }
    }
    let end = storage.page(None, users.last(), 5).await;
    let nothing = UserPage {
        users: vec![],
        more: false,
    };
    assert_eq!(end, nothing);
}

pub(crate) async fn a_place_among_accounts_outlives_its_account(storage: Storage) {
    let users = some_accounts(&storage).await;
    storage.delete(&users[6].id).await.unwrap();
    let page = storage.page(None, Some(&users[6]), ALL).await;
    assert_eq!(page.users, users[7..]);
}

pub(crate) async fn accounts_are_found_by_a_part_of_their_address_ignoring_case(storage: Storage) {
    let ours = user("joerg", "Jörg.Ångström@Example.com");
    storage.add(&ours).await.unwrap();
    let theirs = User {
        created_at: later(1),
        ..outsider("x1", Some("JÖRG@elsewhere.example"))
    };
    storage.admit(&theirs).await;
    let silent = outsider("x2", None);
    storage.admit(&silent).await;

    for search in ["jörg", "JÖRG", "Jörg", "ö"] {
        assert_eq!(storage.found(search).await, ["x1", "joerg"], "{search}");
    }
    for search in ["ångström", "G.Å", "@example.com", "jörg.ångström@example.com"] {
        assert_eq!(storage.found(search).await, ["joerg"], "{search}");
    }
    for search in ["bob", "jörg.ångström@example.com.", "jorg"] {
        assert_eq!(storage.found(search).await, [""; 0], "{search}");
    }
    let moved = storage
        .users
        .note_token(&theirs.id, Some(email("New@elsewhere.example")), later(2));
    moved.await.unwrap();
    assert_eq!(storage.found("jörg").await, ["joerg"]);
    assert_eq!(storage.found("nEW").await, ["x1"]);
}

pub(crate) async fn accounts_are_found_by_their_whole_id(storage: Storage) {
    for (n, id) in (1..).zip(["0199f0c1", "auth0|5f7c", "Ada"]) {
        storage
            .add(&user(id, &format!("user{n}@example.com")))
            .await
            .unwrap();
    }
    assert_eq!(storage.found("0199f0c1").await, ["0199f0c1"]);
    assert_eq!(storage.found("auth0|5f7c").await, ["auth0|5f7c"]);
    for search in [
        "0199",
        "199f0c1",
        "0199f0c1 ",
        "ada",
        "ADA",
        "AUTH0|5F7C",
        "auth0",
    ] {
        assert_eq!(storage.found(search).await, [""; 0], "{search}");
    }
}

pub(crate) async fn what_is_searched_for_is_not_a_pattern(storage: Storage) {
    for (id, address) in [
        ("percent", "a%b@example.com"),
        ("underscore", "a_b@example.com"),
        ("plain", "axb@example.com"),
        ("star", "a*b@example.com"),
        ("question", "a?b@example.com"),
    ] {
        storage.add(&user(id, address)).await.unwrap();
    }
    for (search, id) in [
        ("a%b", "percent"),
        ("%", "percent"),
        ("_", "underscore"),
        ("A_B", "underscore"),
        ("*", "star"),
        ("?", "question"),
        ("xb", "plain"),
    ] {
        assert_eq!(storage.found(search).await, [id], "{search}");
    }
    for search in ["\\", "a\\%b", "\\_", "[a-z]", "'", "' OR 1=1 --", "%%", "a.b"] {
        assert_eq!(storage.found(search).await, [""; 0], "{search}");
    }
}
