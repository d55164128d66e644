//! Searching, which means the same on both databases.

use taskwell_application::ports::{Sort, SortKey, Start, TaskFilter, TaskQuery, TaskStore, UserStore};
use taskwell_domain::{AuditAction, Tag, Task, TaskEdit, UserId};
use taskwell_infrastructure::{SqlTaskStore, testing::TestDatabase};

use crate::support::{add_user, audit, creation, execute, now, recorded, recording, users};

on_both_databases! {
    words_are_found_whatever_their_spelling,
    what_means_something_to_a_search_engine_means_nothing_here,
    what_is_found_follows_what_is_written,
    nobody_finds_what_somebody_else_wrote,
    tags_are_no_words_and_words_are_no_tags,
    a_word_of_any_length_is_kept_and_found,
}

async fn add(store: &SqlTaskStore, owner: &UserId, titles: &[&str]) -> Vec<Task> {
    let created = titles.iter().zip(1..);
    let created = created.map(|(title, number)| creation(owner, number, title));
    let recorded = store.record(owner, recording(created.collect())).await.unwrap();
    recorded.into_iter().filter_map(|change| change.task).collect()
}

fn searching(text: &str) -> TaskFilter {
    TaskFilter {
        search: Some(text.to_owned()),
        ..TaskFilter::default()
    }
}

/// The titles of what passes.
async fn titles(store: &SqlTaskStore, owner: &UserId, filter: TaskFilter) -> Vec<String> {
    let query = TaskQuery {
        filter,
        sort: Sort {
            key: SortKey::Position,
            descending: false,
        },
        start: Start::Skip(0),
        limit: 100,
    };
    let found = store.list(owner, &query).await.unwrap().tasks;
    let counted = store.count(owner, &query.filter).await.unwrap();
    assert_eq!(counted, found.len() as u64);
    found.iter().map(|task| task.title.to_string()).collect()
}

async fn words_are_found_whatever_their_spelling(test: &TestDatabase) {
    let store = SqlTaskStore::new(test.database().clone());
    let ada = add_user(test.database(), "ada").await;
    let all = [
        "Crème brûlée",
        "CREME Brulee",
        "Große Straße",
        "GROSSE STRASSE",
        "Οδός",
        "牛乳を買う 今日",
        "e-mail to ada.l@example.com",
        "Ada's \"quoted\" words",
        "🥛",
    ];
    add(&store, &ada, &all).await;
    let searches: [(&str, &[usize]); 18] = [
        ("creme", &[0, 1]),
        ("CRE\u{300}ME brul", &[0, 1]),
        ("brulee crème", &[0, 1]),
        ("crem brulee", &[]),
        ("große", &[2, 3]),
        ("strasse", &[2, 3]),
        ("STRAẞE", &[2, 3]),
        ("ΟΔΟΣ", &[4]),
        ("牛乳", &[5]),
        ("今日 牛乳を", &[5]),
        ("乳", &[]),
        ("e-mail", &[6]),
        ("ada.l@example.com", &[6]),
        ("ada", &[6, 7]),
        ("Ada's", &[7]),
        ("\"quoted words\"", &[7]),
        ("two LINES", &[0, 1, 2, 3, 4, 5, 6, 7, 8]),
        ("🥛", &[]),
    ];
    for (search, expected) in searches {
        let expected: Vec<&str> = expected.iter().map(|index| all[*index]).collect();
        assert_eq!(
            titles(&store, &ada, searching(search)).await,
            expected,
            "{search}"
        );
    }
}

async fn what_means_something_to_a_search_engine_means_nothing_here(test: &TestDatabase) {
    let store = SqlTaskStore::new(test.database().clone());
    let ada = add_user(test.database(), "ada").await;
    add(
        &store,
        &ada,
        &["milk and bread", "milk or near", "words: not, null"],
    )
    .await;
    let searches: [(&str, &[&str]); 16] = [
        ("milk OR", &["milk or near"]),
        ("bread OR near", &[]),
        ("milk AND bread", &["milk and bread"]),
        ("NOT", &["words: not, null"]),
        ("milk NEAR", &["milk or near"]),
        ("milk NEAR(near, 1)", &[]),
        ("mil*", &["milk and bread", "milk or near"]),
        ("mil* bread", &[]),
        ("bread:*", &["milk and bread"]),
        ("bread & milk", &["milk and bread"]),
        ("milk | nothing", &[]),
        ("!milk", &["milk and bread", "milk or near"]),
        ("words:null", &["words: not, null"]),
        ("\"milk", &["milk and bread", "milk or near"]),
        ("') -- milk\\", &["milk and bread", "milk or near"]),
        ("\" OR \"\" *", &["milk or near"]),
    ];
    for (search, expected) in searches {
        assert_eq!(
            titles(&store, &ada, searching(search)).await,
            expected,
            "{search}"
        );
    }
    for search in ["", " ", "*", "\"", "'", ":*", "&", "(", "\0", "\\"] {
        assert_eq!(
            titles(&store, &ada, searching(search)).await,
            [""; 0],
            "{search:?}"
        );
    }
}

async fn what_is_found_follows_what_is_written(test: &TestDatabase) {
    let store = SqlTaskStore::new(test.database().clone());
    let ada = add_user(test.database(), "ada").await;
    let tasks = add(&store, &ada, &["first", "second", "third", "fourth"]).await;
    let edit = TaskEdit {
        title: Some("renamed".parse().unwrap()),
        ..TaskEdit::default()
    };
    recorded(&store, &ada, tasks[0].edit(&edit, now()).unwrap().unwrap()).await;
    let deleted = recorded(&store, &ada, tasks[1].delete(now()).unwrap()).await;
    let purged = recorded(&store, &ada, tasks[2].delete(now()).unwrap()).await;
    let purge = purged.purge(now()).unwrap();
    store.record(&ada, recording(vec![purge])).await.unwrap();
    if test.url().starts_with("sqlite:") {
        // The rows that the index points at do not get other numbers.
        execute(
            test,
            "VACUUM; INSERT INTO tasks_search (tasks_search, rank) VALUES ('integrity-check', 1)",
        )
        .await;
    }
    for (search, expected) in [
        ("first", [].as_slice()),
        ("renamed", &["renamed"]),
        ("second", &[]),
        ("third", &[]),
        ("fourth", &["fourth"]),
    ] {
        assert_eq!(
            titles(&store, &ada, searching(search)).await,
            expected,
            "{search}"
        );
    }
    let in_trash = TaskFilter {
        deleted: true,
        ..searching("second")
    };
    assert_eq!(titles(&store, &ada, in_trash).await, ["second"]);
    recorded(&store, &ada, deleted.restore(now()).unwrap()).await;
    assert_eq!(titles(&store, &ada, searching("second")).await, ["second"]);
}

async fn nobody_finds_what_somebody_else_wrote(test: &TestDatabase) {
    let store = SqlTaskStore::new(test.database().clone());
    let ada = add_user(test.database(), "ada").await;
    let eve = add_user(test.database(), "eve").await;
    add(&store, &ada, &["secret"]).await;
    add(&store, &eve, &["secret too"]).await;
    assert_eq!(titles(&store, &ada, searching("s")).await, ["secret"]);
    assert_eq!(titles(&store, &eve, searching("secret")).await, ["secret too"]);
    // What goes with its owner goes from the index as well.
    let entry = audit(AuditAction::AccountDeleted, &ada);
    users(test.database()).delete(&ada, &entry).await.unwrap();
    if test.url().starts_with("sqlite:") {
        execute(
            test,
            "INSERT INTO tasks_search (tasks_search, rank) VALUES ('integrity-check', 1)",
        )
        .await;
    }
    assert_eq!(titles(&store, &ada, searching("secret")).await, [""; 0]);
    assert_eq!(titles(&store, &eve, searching("secret")).await, ["secret too"]);
}

async fn tags_are_no_words_and_words_are_no_tags(test: &TestDatabase) {
    let store = SqlTaskStore::new(test.database().clone());
    let ada = add_user(test.database(), "ada").await;
    let tasks = add(&store, &ada, &["home", "tagged"]).await;
    let tags: Vec<Tag> = ["Home", "Ünter Wegs", "C++"]
        .map(|tag| tag.parse().unwrap())
        .into();
    let edit = TaskEdit {
        tags: Some(tags.try_into().unwrap()),
        ..TaskEdit::default()
    };
    recorded(&store, &ada, tasks[1].edit(&edit, now()).unwrap().unwrap()).await;
    assert_eq!(titles(&store, &ada, searching("home")).await, ["home"]);
    for (tags, expected) in [
        (["HOME"].as_slice(), ["tagged"].as_slice()),
        (&["home", "c++"], &["tagged"]),
        (&["ünter wegs"], &["tagged"]),
        // Tags are told apart by their accents and signs, and are whole.
        (&["unter wegs"], &[]),
        (&["C"], &[]),
        (&["hom"], &[]),
        (&["home", "work"], &[]),
    ] {
        let filter = TaskFilter {
            tags: tags.iter().map(|tag| tag.parse().unwrap()).collect(),
            ..TaskFilter::default()
        };
        assert_eq!(titles(&store, &ada, filter).await, expected, "{tags:?}");
    }
}

async fn a_word_of_any_length_is_kept_and_found(test: &TestDatabase) {
    let store = SqlTaskStore::new(test.database().clone());
    let ada = add_user(test.database(), "ada").await;
    let tasks = add(&store, &ada, &["long"]).await;
    // Each syllable is three letters of three bytes.
    let edit = TaskEdit {
        description: Some("가".repeat(1_000).parse().unwrap()),
        ..TaskEdit::default()
    };
    recorded(&store, &ada, tasks[0].edit(&edit, now()).unwrap().unwrap()).await;
    for length in [1, 50, 200] {
        assert_eq!(
            titles(&store, &ada, searching(&"가".repeat(length))).await,
            ["long"],
            "{length}"
        );
    }
    assert_eq!(titles(&store, &ada, searching("가나")).await, [""; 0]);
}
