//! Writing tasks.

use taskwell_application::ports::{Constraint, TaskFilter};
use taskwell_domain::{Change, Completion, Description, NewTask, Seq, Task, TaskChange, TaskEdit};

use crate::{
    fixture::Storage,
    given::{
        Account, assert_not_found, assert_stale, assert_taken, at, completed, deleted, later, new_task, noon,
        numbers, origin, renamed, task_id, title, user_id,
    },
};

pub(crate) async fn a_task_is_found_as_it_was_recorded(storage: Storage) {
    let ada = storage.account("ada").await;
    let change = ada.creation(1);
    let recorded = ada.record(vec![change.clone()]).await.unwrap();

    let expected = change.recorded_as(Seq::from(1), &origin());
    assert_eq!(expected.task.version, Seq::from(1));
    assert_eq!(recorded, std::slice::from_ref(&expected));
    assert_eq!(ada.find(task_id(1)).await.as_ref(), Some(&expected.task));
    assert_eq!(
        ada.everything().await,
        (vec![expected.task.clone()], vec![expected])
    );
}

pub(crate) async fn every_text_survives_exactly(storage: Storage) {
    let ada = storage.account("ada").await;
    let longest_title = "👩".repeat(200);
    let longest_description = "🦀".repeat(1_000);
    let texts = [
        ("x", ""),
        (&longest_title, &longest_description),
        ("👩‍🚀 🏳️‍🌈 🇨🇭", "  spaces around, kept  "),
        // The same to the eye, but not the same text.
        ("Z\u{fc}rich", "\u{e9}"),
        ("Zu\u{308}rich", "e\u{301}"),
        ("שלום עולם", "مرحبا \u{200f}\u{202e}reversed\u{202c}"),
        ("买牛奶", "one\ntwo\r\nthree\rfour\n\n\tfive\u{2028}six"),
        ("'; DROP TABLE tasks; --", r#"\ \\ \n " ' `${x}` %s {} null"#),
        ("\u{10ffff}", "\u{ffff}\u{feff}"),
    ];
    for (n, (title_text, text)) in (1..).zip(texts) {
        let new = NewTask {
            title: title(title_text),
            description: Description::parse(text).unwrap(),
            ..new_task(n)
        };
        let change = Task::create(new, ada.id.clone(), noon());
        assert_kept(&ada, change, n).await;
    }
}

pub(crate) async fn every_instant_survives_exactly(storage: Storage) {
    let ada = storage.account("ada").await;
    let instants = [
        "1970-01-01T00:00:00.000Z",
        "1970-01-01T00:00:00.001Z",
        "2024-02-29T23:59:59.999Z",
        "2026-11-21T12:00:00.100Z",
        "2026-11-21T12:00:00.120Z",
        "2038-01-19T03:14:08.000Z",
        "2999-12-31T23:59:59.999Z",
    ];
    for (n, instant) in (1..).zip(instants) {
        let new = NewTask {
            completed: true,
            ..new_task(n)
        };
        let change = Task::create(new, ada.id.clone(), at(instant));
        assert_eq!(change.task().completed_at, Some(at(instant)));
        assert_kept(&ada, change, n).await;
    }
}

/// Records the `n`th change of an account, a creation, and looks at it in every way there is.
async fn assert_kept(account: &Account, change: TaskChange, n: u64) {
    let expected = change.clone().recorded_as(Seq::from(n), &origin());
    assert_eq!(
        account.record(vec![change]).await.unwrap(),
        std::slice::from_ref(&expected)
    );

    let id = expected.task.id;
    assert_eq!(account.find(id).await.as_ref(), Some(&expected.task));
    let creation = account.tasks.find_creation(&account.id, id).await.unwrap();
    assert_eq!(creation.as_ref(), Some(&expected.task));
    assert!(account.listed().await.contains(&expected.task));
    assert_eq!(account.log().await.last(), Some(&expected));
}

pub(crate) async fn an_edit_replaces_the_task(storage: Storage) {
    let ada = storage.account("ada").await;
    let task = ada.create(1).await;
    let other = ada.create(2).await;
    let edit = TaskEdit {
        title: Some(title("Another title")),
        description: Some(Description::parse("more\nabout it").unwrap()),
        completed: Some(true),
    };
    let change = task.edit(&edit, later(1)).unwrap();
    let expected = change.clone().recorded_as(Seq::from(3), &origin()).task;

    assert_eq!(ada.recorded(change).await, expected);
    assert_eq!(expected.updated_at, later(1));
    assert_eq!(ada.find(task.id).await.as_ref(), Some(&expected));
    assert_eq!(ada.listed().await, [expected, other]);
}

pub(crate) async fn a_completed_task_opens_again(storage: Storage) {
    let ada = storage.account("ada").await;
    let task = ada.create(1).await;
    let done = ada.recorded(completed(&task)).await;
    assert_eq!(done.completed_at, Some(later(2)));
    assert_eq!(ada.find(task.id).await.as_ref(), Some(&done));

    let change = done.complete(Completion::Toggle, later(4)).unwrap();
    let opened = ada.recorded(change).await;
    assert_eq!(opened.completed_at, None);
    assert_eq!(ada.find(task.id).await, Some(opened));
}

pub(crate) async fn a_deleted_task_is_gone(storage: Storage) {
    let ada = storage.account("ada").await;
    let kept = ada.create(1).await;
    let task = ada.create(2).await;
    let gone = ada.recorded(deleted(&task)).await;
    assert_eq!(gone.deleted_at, Some(later(3)));

    assert_eq!(ada.find(task.id).await, None);
    assert_eq!(ada.listed().await, [kept]);
    assert_eq!(ada.count(TaskFilter::default()).await, 1);

    let before = ada.everything().await;
    for last_seen in [&task, &gone] {
        for change in [renamed(last_seen, "Again"), deleted(last_seen)] {
            assert_stale(&ada.record(vec![change]).await);
        }
    }
    assert_eq!(ada.everything().await, before);
}

pub(crate) async fn a_stale_change_writes_nothing(storage: Storage) {
    let ada = storage.account("ada").await;
    let first = ada.create(1).await;
    let second = ada.recorded(renamed(&first, "Second")).await;
    let before = ada.everything().await;

    let from_the_future = Task {
        version: second.version.next(),
        ..second.clone()
    };
    for seen in [&first, &from_the_future] {
        for change in [renamed(seen, "Third"), completed(seen), deleted(seen)] {
            assert_stale(&ada.record(vec![change]).await);
            assert_eq!(ada.everything().await, before);
        }
    }
    let third = ada.recorded(renamed(&second, "Third")).await;
    assert_eq!(third.version, Seq::from(3), "a refused change takes no number");
}

pub(crate) async fn a_change_of_a_task_that_never_was_is_stale(storage: Storage) {
    let ada = storage.account("ada").await;
    ada.create(1).await;
    let never_recorded = ada.creation(2).recorded_as(Seq::from(1), &origin()).task;
    for change in [renamed(&never_recorded, "Renamed"), deleted(&never_recorded)] {
        assert_stale(&ada.record(vec![change]).await);
    }
    assert_eq!(ada.find(task_id(2)).await, None);
    assert_eq!(ada.create(3).await.version, Seq::from(2));
}

pub(crate) async fn a_taken_id_is_refused(storage: Storage) {
    let ada = storage.account("ada").await;
    let task = ada.create(1).await;
    let before = ada.everything().await;

    let other = Task::create(
        NewTask {
            title: title("Another task"),
            ..new_task(1)
        },
        ada.id.clone(),
        later(1),
    );
    for creation in [ada.creation(1), other] {
        assert_taken(&ada.record(vec![creation]).await, Constraint::TaskId);
        assert_eq!(ada.everything().await, before);
    }
    let renamed = ada.recorded(renamed(&task, "Renamed")).await;
    assert_eq!(renamed.version, Seq::from(2), "a refused change takes no number");
}

pub(crate) async fn an_id_in_the_trash_is_taken(storage: Storage) {
    let ada = storage.account("ada").await;
    let task = ada.create(1).await;
    ada.recorded(deleted(&task)).await;
    let before = ada.everything().await;

    assert_taken(&ada.record(vec![ada.creation(1)]).await, Constraint::TaskId);
    assert_eq!(ada.everything().await, before);
    assert_eq!(ada.create(2).await.version, Seq::from(3));
}

pub(crate) async fn an_owner_that_never_was_is_not_found(storage: Storage) {
    storage.account("ada").await;
    let nobody = storage.owner(&user_id("nobody"));
    assert_not_found(&nobody.record(vec![nobody.creation(1)]).await);
    assert_eq!(nobody.everything().await, (vec![], vec![]));
}

pub(crate) async fn several_changes_are_recorded_in_order(storage: Storage) {
    let ada = storage.account("ada").await;
    let one = ada.create(1).await;
    let two = ada.create(2).await;
    let three = ada.create(3).await;
    // Neither the ids nor the kinds are in order.
    let changes = vec![
        deleted(&two),
        ada.creation(5),
        renamed(&one, "Renamed"),
        ada.creation(4),
        completed(&three),
    ];
    let expected: Vec<Change> = (4..)
        .zip(changes.clone())
        .map(|(n, change)| change.recorded_as(Seq::from(n), &origin()))
        .collect();

    assert_eq!(ada.record(changes).await.unwrap(), expected);
    assert_eq!(ada.log().await[3..], expected);
    for change in &expected {
        let stands = change.task.deleted_at.is_none().then_some(&change.task);
        assert_eq!(ada.find(change.task_id()).await.as_ref(), stands);
    }
    assert_eq!(ada.create(6).await.version, Seq::from(9));
}

pub(crate) async fn several_changes_last_together_or_not_at_all(storage: Storage) {
    let ada = storage.account("ada").await;
    let old = ada.create(1).await;
    let task = ada.recorded(renamed(&old, "Renamed")).await;
    let other = ada.create(2).await;
    let before = ada.everything().await;

    let good = [ada.creation(3), completed(&task), deleted(&other)];
    for place in 0..=good.len() {
        let with = |bad: TaskChange| {
            let mut changes = good.to_vec();
            changes.insert(place, bad);
            changes
        };
        let unknown = ada.creation(4).recorded_as(Seq::from(1), &origin()).task;
        assert_stale(&ada.record(with(renamed(&unknown, "Unknown"))).await);
        assert_eq!(ada.everything().await, before);
        assert_taken(&ada.record(with(ada.creation(1))).await, Constraint::TaskId);
        assert_eq!(ada.everything().await, before);
    }
    // Without the one that does not fit, all of them do.
    let recorded = ada.record(good.to_vec()).await.unwrap();
    assert_eq!(numbers(&recorded), [4, 5, 6]);
}

pub(crate) async fn two_changes_of_one_version_exclude_each_other(storage: Storage) {
    let ada = storage.account("ada").await;
    let task = ada.create(1).await;
    let before = ada.everything().await;
    for second in [renamed(&task, "Second"), deleted(&task)] {
        assert_stale(&ada.record(vec![renamed(&task, "First"), second]).await);
        assert_eq!(ada.everything().await, before);
    }
}

pub(crate) async fn two_creations_of_one_id_exclude_each_other(storage: Storage) {
    let ada = storage.account("ada").await;
    let twice = vec![ada.creation(1), ada.creation(1)];
    assert_taken(&ada.record(twice).await, Constraint::TaskId);
    assert_eq!(ada.everything().await, (vec![], vec![]));
    assert_eq!(ada.create(1).await.version, Seq::from(1));
}

pub(crate) async fn no_changes_take_no_number(storage: Storage) {
    let ada = storage.account("ada").await;
    assert_eq!(ada.record(vec![]).await.unwrap(), []);
    assert_eq!(ada.log().await, []);
    assert_eq!(ada.create(1).await.version, Seq::from(1));
}
