//! What a task has is kept exactly, in the task and in the log.

use std::time::Duration;

use taskwell_domain::{
    Completion, NewTask, Place, Position, Priority, Seq, Tag, Tags, Task, TaskChange, TaskEdit, TimeOfDay,
};

use crate::{
    fixture::Storage,
    given::{
        Account, all_fields, at, date, deleted, description, edited, moved, new_task, noon, origin, restored,
        rule, tags, task_id, title, zone,
    },
};

/// Records the `n`th change of an account and looks at its task, which is outside the trash then, in every way
/// there is.
async fn assert_kept(account: &Account, change: TaskChange, n: u64) -> Task {
    let expected = change.clone().recorded_as(Seq::from(n), &origin());
    assert_eq!(
        account.record(vec![change]).await.unwrap(),
        std::slice::from_ref(&expected)
    );

    let task = expected.task.clone().unwrap();
    assert_eq!(account.find(task.id).await.as_ref(), Some(&task));
    assert!(account.listed().await.contains(&task));
    let versions = account.tasks.find_versions(&account.id, &[expected.seq]).await;
    assert_eq!(versions.unwrap(), std::slice::from_ref(&task));
    assert_eq!(account.log_since(n - 1, 1).await.changes, [expected]);
    task
}

/// The creation of the task of that number with these fields.
fn with(account: &Account, n: u64, fields: TaskEdit) -> TaskChange {
    account.creation_of(&NewTask {
        fields,
        ..new_task(n)
    })
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
            fields: TaskEdit {
                description: Some(description(text)),
                ..TaskEdit::default()
            },
            ..new_task(n)
        };
        let task = assert_kept(&ada, ada.creation_of(&new), n).await;
        assert_eq!(ada.creation_found(n).await, Some(task));
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
            fields: TaskEdit {
                completed: Some(true),
                remind_at: Some(Some(at(instant))),
                ..TaskEdit::default()
            },
            ..new_task(n)
        };
        let change = Task::create(&new, ada.id.clone(), at(instant)).unwrap();
        assert_eq!(change.task().completed_at, Some(at(instant)));
        assert_kept(&ada, change, n).await;
    }
}

pub(crate) async fn every_due_time_survives_exactly(storage: Storage) {
    let ada = storage.account("ada").await;
    let dues = [
        ("2026-11-21", None, None),
        ("2026-11-21", Some("00:00"), None),
        ("2026-11-21", Some("23:59"), Some("UTC")),
        ("0001-01-01", None, Some("America/Argentina/Buenos_Aires")),
        ("9999-12-31", Some("12:34"), None),
        // Skipped by the clocks, and twice on them.
        ("2026-03-29", Some("02:30"), Some("Europe/Berlin")),
        ("2026-10-25", Some("02:30"), Some("Europe/Berlin")),
    ];
    for (n, (day, time, place)) in (1..).zip(dues) {
        let fields = TaskEdit {
            due_date: Some(Some(date(day))),
            due_time: Some(time.map(|time| TimeOfDay::parse(time).unwrap())),
            time_zone: Some(place.map(zone)),
            ..TaskEdit::default()
        };
        assert_kept(&ada, with(&ada, n, fields), n).await;
    }
    let only_a_zone = TaskEdit {
        time_zone: Some(Some(zone("Asia/Kathmandu"))),
        ..TaskEdit::default()
    };
    assert_kept(&ada, with(&ada, 8, only_a_zone), 8).await;
}

pub(crate) async fn every_tag_survives_in_its_place(storage: Storage) {
    let ada = storage.account("ada").await;
    let longest = "🏠".repeat(50);
    let many: Vec<Tag> = (0..20)
        .rev()
        .map(|n| Tag::parse(&format!("Tag {n}")).unwrap())
        .collect();
    let lists = [
        Tags::default(),
        Tags::new(many).unwrap(),
        tags(&[
            "zebra",
            "Apple",
            "ÉMILE",
            "e\u{301}mile",
            "a,b",
            "\"q\"",
            "[]",
            "null",
        ]),
        tags(&[&longest, "%", "_", "\\", "'", "{x}"]),
    ];
    for (n, list) in (1..).zip(lists) {
        let fields = TaskEdit {
            tags: Some(list.clone()),
            ..TaskEdit::default()
        };
        let task = assert_kept(&ada, with(&ada, n, fields), n).await;
        assert_eq!(task.tags, list);
    }
}

pub(crate) async fn every_priority_survives(storage: Storage) {
    let ada = storage.account("ada").await;
    for (n, priority) in (1..).zip(Priority::ALL) {
        let fields = TaskEdit {
            priority: Some(*priority),
            ..TaskEdit::default()
        };
        let task = assert_kept(&ada, with(&ada, n, fields), n).await;
        assert_eq!(task.priority, *priority);
    }
}

/// A series counts on from where it began, so what it began with and what it has used up must be there.
pub(crate) async fn a_series_goes_on_as_it_would_have(storage: Storage) {
    let ada = storage.account("ada").await;
    let fields = TaskEdit {
        due_date: Some(Some(date("2026-01-31"))),
        recurrence: Some(Some(rule("FREQ=MONTHLY;COUNT=6"))),
        ..TaskEdit::default()
    };
    let mut task = assert_kept(&ada, with(&ada, 1, fields), 1).await;
    let put_off = TaskEdit {
        due_date: Some(Some(date("2026-03-30"))),
        ..TaskEdit::default()
    };
    // On the day itself.
    let done = |task: &Task| {
        let when = task.due_at().unwrap();
        task.complete(Completion::Set(true), when).unwrap()
    };
    for (n, due) in (2..).zip(["2026-02-28", "2026-03-30", "2026-04-30", "2026-05-30"]) {
        let step = match n {
            3 => edited(&task, &put_off),
            _ => done(&task),
        };
        let kept = assert_kept(&ada, step, n).await;
        assert_eq!(kept.due.as_ref().map(|due| due.date), Some(date(due)));
        // What is decided next is decided on what the storage has.
        task = ada.find(task.id).await.unwrap();
        assert_eq!(task.occurrences().count(), kept.occurrences().count());
    }
}

pub(crate) async fn every_field_is_replaced_and_emptied(storage: Storage) {
    let ada = storage.account("ada").await;
    let bare = assert_kept(&ada, ada.creation(1), 1).await;
    let other = ada.create(2).await;
    let full = assert_kept(&ada, edited(&bare, &all_fields()), 3).await;
    let emptied = TaskEdit {
        description: Some(description("")),
        completed: Some(false),
        priority: Some(Priority::None),
        due_date: Some(None),
        time_zone: Some(None),
        remind_at: Some(None),
        tags: Some(Tags::default()),
        ..TaskEdit::default()
    };
    // Completing it, since it recurs, has left it open.
    let emptied = assert_kept(&ada, edited(&full, &emptied), 4).await;
    let expected = Task {
        version: Seq::from(4),
        updated_at: emptied.updated_at,
        ..bare
    };
    assert_eq!(emptied, expected);
    assert_eq!(ada.find(task_id(2)).await, Some(other));
}

pub(crate) async fn every_place_survives_exactly(storage: Storage) {
    let ada = storage.account("ada").await;
    let mut task = ada.create(1).await;
    let long = "7f".repeat(120) + "80";
    for (n, place) in (2..).zip(["80", "0180", "ff80", &long]) {
        let place = Position::parse(place).unwrap();
        task = assert_kept(&ada, moved(&task, Place::At(place.clone())), n).await;
        assert_eq!(task.position, place);
    }
}

pub(crate) async fn a_task_in_the_trash_keeps_all_that_it_has(storage: Storage) {
    let ada = storage.account("ada").await;
    let full = assert_kept(&ada, with(&ada, 1, all_fields()), 1).await;
    let gone = ada.recorded(deleted(&full)).await;
    assert_eq!(ada.find_deleted(full.id).await.as_ref(), Some(&gone));

    let back = assert_kept(&ada, restored(&gone), 3).await;
    let expected = Task {
        version: Seq::from(3),
        updated_at: noon().after(Duration::from_secs(4 * 60)),
        ..full
    };
    assert_eq!(back, expected);
}
