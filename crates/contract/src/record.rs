//! Writing tasks.

use taskwell_application::ports::{Constraint, Recording};
use taskwell_domain::{
    Change, ChangeKind, Completion, NewTask, Place, Seq, Tags, Task, TaskChange, TaskEdit,
};

use crate::{
    fixture::Storage,
    given::{
        Account, Everything, all_fields, assert_not_found, assert_stale, assert_taken, by_id, completed,
        deleted, description, edited, later, moved, new_task, numbers, origin, purged, recording, renamed,
        restored, task_id, title, user_id,
    },
};

pub(crate) async fn a_task_is_found_as_it_was_recorded(storage: Storage) {
    let ada = storage.account("ada").await;
    let change = ada.creation(1);
    let recorded = ada.record(vec![change.clone()]).await.unwrap();

    let expected = change.recorded_as(Seq::from(1), &origin());
    let task = expected.task.clone().unwrap();
    assert_eq!(task.version, Seq::from(1));
    assert_eq!(recorded, std::slice::from_ref(&expected));
    assert_eq!(ada.find(task.id).await.as_ref(), Some(&task));
    assert_eq!(ada.find_deleted(task.id).await, None);
    let everything = Everything {
        tasks: vec![task],
        trash: vec![],
        log: vec![expected],
    };
    assert_eq!(ada.everything().await, everything);
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

pub(crate) async fn what_is_done_to_a_task_shows_at_once(storage: Storage) {
    let ada = storage.account("ada").await;
    let other = ada.create(1).await;
    let task = ada.create(2).await;
    let renamed = ada.recorded(renamed(&task, "Another title")).await;
    assert_eq!(renamed.updated_at, later(1));
    assert_eq!(ada.find(task.id).await.as_ref(), Some(&renamed));
    assert_eq!(ada.listed().await, [other, renamed]);
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

/// The task of that number as the first change would have left it.
fn never_recorded(account: &Account, n: u64) -> Task {
    let change = account.creation(n).recorded_as(Seq::from(1), &origin());
    change.task.unwrap()
}

pub(crate) async fn a_change_of_a_task_that_never_was_is_stale(storage: Storage) {
    let ada = storage.account("ada").await;
    ada.create(1).await;
    let never_recorded = never_recorded(&ada, 2);
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

    let other = ada.creation_of(&NewTask {
        title: title("Another task"),
        ..new_task(1)
    });
    for creation in [ada.creation(1), other] {
        assert_taken(&ada.record(vec![creation]).await, Constraint::TaskId);
        assert_eq!(ada.everything().await, before);
    }
    let renamed = ada.recorded(renamed(&task, "Renamed")).await;
    assert_eq!(renamed.version, Seq::from(2), "a refused change takes no number");
}

pub(crate) async fn an_id_in_the_trash_is_taken(storage: Storage) {
    let ada = storage.account("ada").await;
    ada.create_deleted(1).await;
    let before = ada.everything().await;

    assert_taken(&ada.record(vec![ada.creation(1)]).await, Constraint::TaskId);
    assert_eq!(ada.everything().await, before);
    assert_eq!(ada.create(2).await.version, Seq::from(3));
}

pub(crate) async fn an_owner_that_never_was_is_not_found(storage: Storage) {
    storage.account("ada").await;
    let nobody = storage.owner(&user_id("nobody"));
    assert_not_found(&nobody.record(vec![nobody.creation(1)]).await);
    assert_eq!(nobody.everything().await, Everything::default());
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
        let stands = change.task.as_ref().filter(|task| task.deleted_at.is_none());
        assert_eq!(ada.find(change.task_id).await.as_ref(), stands);
    }
    assert_eq!(ada.create(6).await.version, Seq::from(9));
}

pub(crate) async fn several_changes_change_each_its_own_task(storage: Storage) {
    let ada = storage.account("ada").await;
    let mut tasks = Vec::new();
    for n in 1..=4 {
        tasks.push(ada.create(n).await);
    }
    let filled = ada.recorded(edited(&tasks[0], &all_fields())).await;
    let emptied = TaskEdit {
        description: Some(description("")),
        completed: Some(false),
        due_date: Some(None),
        due_time: Some(None),
        recurrence: Some(None),
        time_zone: Some(None),
        remind_at: Some(None),
        tags: Some(Tags::default()),
        ..TaskEdit::default()
    };
    // What one has in a field, another has not.
    let changes = vec![
        edited(&filled, &emptied),
        renamed(&tasks[1], "Renamed"),
        edited(&tasks[2], &all_fields()),
        deleted(&tasks[3]),
    ];
    let recorded = ada.record(changes).await.unwrap();
    assert_eq!(numbers(&recorded), [6, 7, 8, 9]);
    let found = ada.tasks.find_all(&ada.id, &[1, 2, 3, 4].map(task_id)).await;
    let mut found = found.unwrap();
    found.sort_by_key(|task| task.id);
    let expected: Vec<Task> = recorded.into_iter().filter_map(|change| change.task).collect();
    assert_eq!(found, expected);
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
        let unknown = never_recorded(&ada, 4);
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
    assert_eq!(ada.everything().await, Everything::default());
    assert_eq!(ada.create(1).await.version, Seq::from(1));
}

pub(crate) async fn no_changes_take_no_number(storage: Storage) {
    let ada = storage.account("ada").await;
    assert_eq!(ada.record(vec![]).await.unwrap(), []);
    assert_eq!(ada.log().await, []);
    assert_eq!(ada.create(1).await.version, Seq::from(1));
}

pub(crate) async fn a_change_rests_on_an_earlier_one_of_the_same_recording(storage: Storage) {
    let ada = storage.account("ada").await;
    let kept = ada.create(1).await;
    let other = ada.create(2).await;
    let foretold = |change: &TaskChange, n: u64| change.clone().recorded_as(Seq::from(n), &origin());
    // One that is made here and one that was there, in turns; in the end one of them is gone for good.
    let made = ada.creation(3);
    let after_made = foretold(&made, 3).task.unwrap();
    let done = completed(&other);
    let after_done = foretold(&done, 4).task.unwrap();
    let named = renamed(&after_made, "Renamed").after_earlier();
    let after_named = foretold(&named, 5).task.unwrap();
    let gone = deleted(&after_done).after_earlier();
    let after_gone = foretold(&gone, 6).task.unwrap();
    let last = moved(&after_named, Place::Last).after_earlier();
    let for_good = purged(&after_gone).after_earlier();
    let changes = vec![made, done, named, gone, last, for_good];
    let expected: Vec<Change> = (3..)
        .zip(&changes)
        .map(|(n, change)| foretold(change, n))
        .collect();

    assert_eq!(ada.record(changes).await.unwrap(), expected);
    let stands = expected[4].task.clone().unwrap();
    assert_eq!(stands.version, Seq::from(7));
    assert_eq!(ada.listed().await, [kept, stands]);
    assert_eq!(ada.find_deleted(other.id).await, None);
    assert_eq!(ada.log().await[2..], expected);
}

pub(crate) async fn without_an_earlier_one_a_change_that_rests_on_it_is_stale(storage: Storage) {
    let ada = storage.account("ada").await;
    let task = ada.create(1).await;
    let before = ada.everything().await;
    let change = renamed(&task, "Renamed").after_earlier();
    assert_stale(&ada.record(vec![change.clone()]).await);
    // One of another task is not enough, and one that comes later is too late.
    assert_stale(&ada.record(vec![ada.creation(2), change.clone()]).await);
    assert_stale(&ada.record(vec![change, completed(&task)]).await);
    assert_eq!(ada.everything().await, before);
}

pub(crate) async fn what_is_expected_of_the_log_must_be_so(storage: Storage) {
    let ada = storage.account("ada").await;
    let expecting = |seq: u64, changes: Vec<TaskChange>| Recording {
        expects: Some(Seq::from(seq)),
        ..recording(changes)
    };
    assert_stale(&ada.make(expecting(1, vec![ada.creation(1)])).await);
    ada.make(expecting(0, vec![ada.creation(1)])).await.unwrap();
    let two = vec![ada.creation(2), ada.creation(3)];
    ada.make(expecting(1, two)).await.unwrap();

    let before = ada.everything().await;
    for wrong in [0, 2, 4, i64::MAX as u64, u64::MAX] {
        assert_stale(&ada.make(expecting(wrong, vec![ada.creation(4)])).await);
        assert_eq!(ada.everything().await, before);
    }
    let recorded = ada.make(expecting(3, vec![ada.creation(4)])).await.unwrap();
    assert_eq!(numbers(&recorded), [4]);
}

pub(crate) async fn a_task_comes_back_from_the_trash(storage: Storage) {
    let ada = storage.account("ada").await;
    let gone = ada.create_deleted(1).await;
    let back = ada.recorded(restored(&gone)).await;
    assert_eq!(back.deleted_at, None);
    assert_eq!(ada.find(back.id).await.as_ref(), Some(&back));
    assert_eq!(ada.find_deleted(back.id).await, None);
    assert_eq!(ada.listed().await, [back]);
    // Only once.
    assert_stale(&ada.record(vec![restored(&gone)]).await);
}

pub(crate) async fn what_is_purged_is_gone_for_good(storage: Storage) {
    let ada = storage.account("ada").await;
    let kept = ada.create_deleted(1).await;
    let gone = ada.create_deleted(2).await;
    let recorded = ada.record(vec![purged(&gone)]).await.unwrap();

    let expected = Change {
        seq: Seq::from(5),
        kind: ChangeKind::Purged,
        task_id: gone.id,
        task: None,
        origin: origin(),
    };
    assert_eq!(recorded, std::slice::from_ref(&expected));
    assert_eq!(ada.log().await.last(), Some(&expected));
    assert_eq!(ada.find(gone.id).await, None);
    assert_eq!(ada.find_deleted(gone.id).await, None);
    assert_eq!(ada.everything().await.trash, [kept]);
    assert_stale(&ada.record(vec![restored(&gone)]).await);
    assert_stale(&ada.record(vec![purged(&gone)]).await);

    // Its id is free, and its place was never anybody else's.
    let again = ada.create(2).await;
    assert_eq!(again.version, Seq::from(6));
    assert_eq!(ada.creation_found(2).await, Some(again));
}

pub(crate) async fn the_tasks_of_those_ids_are_found_in_the_trash_too(storage: Storage) {
    let ada = storage.account("ada").await;
    let bob = storage.account("bob").await;
    let task = ada.create(1).await;
    let gone = ada.create_deleted(2).await;
    ada.create(3).await;
    bob.create(4).await;
    let purge = purged(&ada.create_deleted(5).await);
    ada.record(vec![purge]).await.unwrap();

    let find_all = async |ids: &[u64]| {
        let ids: Vec<_> = ids.iter().map(|n| task_id(*n)).collect();
        by_id(ada.tasks.find_all(&ada.id, &ids).await.unwrap())
    };
    assert_eq!(find_all(&[]).await, []);
    assert_eq!(find_all(&[4, 5, 6]).await, []);
    assert_eq!(find_all(&[2, 6, 1, 4]).await, [task, gone]);
    let many: Vec<u64> = (1..=500).collect();
    assert_eq!(find_all(&many).await.len(), 3);
}
