//! Tasks on their way out, and a log that forgets.

use std::{collections::HashSet, time::Duration};

use taskwell_application::ports::{SortKey, Start, TaskFilter, TaskQuery};
use taskwell_domain::{Seq, Task, TaskChange, TaskId, Timestamp};

use crate::{
    fixture::Storage,
    given::{
        Account, all, by, completed, deleted, later, numbers, purged, readable, recording_at, renamed,
        restored, task_id, trash,
    },
};

pub(crate) async fn the_trash_is_listed_apart(storage: Storage) {
    let ada = storage.account("ada").await;
    let kept = ada.create(1).await;
    let open = ada.create_deleted(2).await;
    let task = ada.create(3).await;
    let done = ada.recorded(completed(&task)).await;
    let done = ada.recorded(deleted(&done)).await;

    assert_eq!(ada.listed().await, std::slice::from_ref(&kept));
    assert_eq!(ada.count(TaskFilter::default()).await, 1);
    assert_eq!(ada.passing(trash()).await, [open.clone(), done.clone()]);
    assert_eq!(ada.count(trash()).await, 2);
    // The other filters hold there too.
    let done_ones = TaskFilter {
        completed: Some(true),
        ..trash()
    };
    assert_eq!(ada.count(done_ones.clone()).await, 1);
    assert_eq!(ada.passing(done_ones).await, std::slice::from_ref(&done));
    let second = TaskQuery {
        start: Start::Skip(1),
        limit: 1,
        ..all(trash(), by(SortKey::CreatedAt))
    };
    assert_eq!(ada.page(&second).await.tasks, [done]);

    let back = ada.recorded(restored(&open)).await;
    assert_eq!(ada.listed().await, [kept, back]);
    assert_eq!(ada.count(trash()).await, 1);
}

/// Makes the task of that number and puts it into the trash at that time.
async fn expire(account: &Account, n: u64, at: Timestamp) -> Task {
    let task = account.create(n).await;
    account.recorded(task.delete(at).unwrap()).await
}

async fn expired_by(storage: &Storage, deleted_before: Timestamp, limit: u32) -> Vec<Task> {
    readable(storage.tasks.find_expired(deleted_before, limit).await.unwrap())
}

pub(crate) async fn what_went_to_the_trash_before_then_is_found_whosever_it_is(storage: Storage) {
    let ada = storage.account("ada").await;
    let bob = storage.account("bob").await;
    ada.create(1).await;
    let old = [
        expire(&ada, 2, later(10)).await,
        expire(&bob, 2, later(11)).await,
        expire(&bob, 3, later(10)).await,
    ];
    expire(&ada, 4, later(12)).await;
    let back = expire(&ada, 5, later(10)).await;
    ada.recorded(restored(&back)).await;
    let gone = expire(&ada, 6, later(10)).await;
    ada.record(vec![purged(&gone)]).await.unwrap();

    let expired = expired_by(&storage, later(12), 100).await;
    assert_eq!(expired.len(), old.len());
    for task in &old {
        assert!(expired.contains(task), "{task:?}");
    }
    assert_eq!(expired_by(&storage, later(10), 100).await, []);
}

pub(crate) async fn what_expired_is_found_in_steps(storage: Storage) {
    let ada = storage.account("ada").await;
    for n in 1..=5 {
        expire(&ada, n, later(n)).await;
    }
    let mut seen = HashSet::new();
    for left in [5, 3, 1, 0] {
        let step = expired_by(&storage, later(60), 2).await;
        assert_eq!(step.len(), left.min(2));
        seen.extend(step.iter().map(|task| task.id));
        ada.record(step.iter().map(purged).collect()).await.unwrap();
    }
    assert_eq!(seen.len(), 5);
    assert_eq!(ada.everything().await.trash, []);
}

/// Records changes made at that minute past noon.
async fn record_at(account: &Account, changes: Vec<TaskChange>, minute: u64) -> Vec<Task> {
    let recorded = account.make(recording_at(changes, later(minute))).await.unwrap();
    recorded.into_iter().filter_map(|change| change.task).collect()
}

async fn history(account: &Account, id: TaskId) -> Vec<u64> {
    numbers(&account.tasks.history(&account.id, id, 100).await.unwrap())
}

/// Of every task, the newest of the old entries stays.
pub(crate) async fn what_undoing_needs_is_not_forgotten(storage: Storage) {
    let ada = storage.account("ada").await;
    // Three old entries and two new ones; one old entry; two old entries; one new entry.
    let first = record_at(&ada, vec![ada.creation(1), ada.creation(2), ada.creation(3)], 0).await;
    let second = record_at(
        &ada,
        vec![renamed(&first[0], "Second"), renamed(&first[2], "Second")],
        1,
    )
    .await;
    let third = record_at(&ada, vec![renamed(&second[0], "Third")], 2).await;
    let fourth = record_at(&ada, vec![renamed(&third[0], "Fourth"), ada.creation(4)], 3).await;
    record_at(&ada, vec![renamed(&fourth[0], "Fifth")], 4).await;
    let tasks = ada.listed().await;

    assert_eq!(storage.tasks.forget_changes(later(0)).await.unwrap(), 0);
    assert_eq!(ada.log_since(0, 100).await.forgotten, Seq::START);
    assert_eq!(storage.tasks.forget_changes(later(3)).await.unwrap(), 3);
    assert_eq!(storage.tasks.forget_changes(later(3)).await.unwrap(), 0);

    assert_eq!(history(&ada, task_id(1)).await, [9, 7, 6]);
    assert_eq!(history(&ada, task_id(2)).await, [2]);
    assert_eq!(history(&ada, task_id(3)).await, [5]);
    assert_eq!(history(&ada, task_id(4)).await, [8]);
    let before = async |seq: u64| {
        let found = ada
            .tasks
            .find_before(&ada.id, &[task_id(1)], Seq::from(seq))
            .await;
        found.unwrap().pop()
    };
    assert_eq!(before(9).await.as_ref(), Some(&fourth[0]));
    assert_eq!(before(7).await.as_ref(), Some(&third[0]));
    assert_eq!(before(6).await, None);
    let versions = ada
        .tasks
        .find_versions(&ada.id, &[Seq::from(1), Seq::from(2)])
        .await;
    assert_eq!(versions.unwrap(), [first[1].clone()]);
    // Sent again, the create of a task that nobody has changed since is known for good.
    assert_eq!(ada.creation_found(2).await.as_ref(), Some(&first[1]));
    assert_eq!(ada.creation_found(1).await, None);
    // The tasks themselves are what they were.
    assert_eq!(ada.listed().await, tasks);
}

pub(crate) async fn how_far_the_log_goes_back_is_told(storage: Storage) {
    let ada = storage.account("ada").await;
    let bob = storage.account("bob").await;
    let first = record_at(&ada, vec![ada.creation(1), ada.creation(2)], 0).await;
    let second = record_at(&ada, vec![renamed(&first[0], "Second")], 1).await;
    record_at(&ada, vec![renamed(&second[0], "Third")], 2).await;
    record_at(&bob, vec![bob.creation(1)], 0).await;

    assert_eq!(storage.tasks.forget_changes(later(2)).await.unwrap(), 1);
    let page = ada.log_since(1, 100).await;
    assert_eq!((page.latest, page.forgotten), (Seq::from(4), Seq::from(1)));
    assert_eq!(
        numbers(&page.changes),
        [2, 3, 4],
        "whoever was there misses nothing"
    );
    assert_eq!(bob.log_since(0, 100).await.forgotten, Seq::START);

    assert_eq!(storage.tasks.forget_changes(later(60)).await.unwrap(), 1);
    let page = ada.log_since(3, 100).await;
    assert_eq!((page.latest, page.forgotten), (Seq::from(4), Seq::from(3)));
    assert_eq!(numbers(&page.changes), [4]);
    // Numbers go on.
    assert_eq!(ada.create(3).await.version, Seq::from(5));
}

pub(crate) async fn of_a_purged_task_nothing_need_be_remembered(storage: Storage) {
    let ada = storage.account("ada").await;
    let made = record_at(&ada, vec![ada.creation(1), ada.creation(2)], 0).await;
    let gone = record_at(&ada, vec![deleted(&made[0])], 1).await;
    record_at(&ada, vec![purged(&gone[0])], 2).await;
    assert_eq!(storage.tasks.forget_changes(later(3)).await.unwrap(), 3);
    assert_eq!(history(&ada, task_id(1)).await, []);
    assert_eq!(ada.creation_found(1).await, None);
    let page = ada.log_since(4, 100).await;
    assert_eq!((page.latest, page.forgotten), (Seq::from(4), Seq::from(4)));
    assert_eq!(numbers(&ada.log().await), [2]);
    assert_eq!(ada.create(1).await.version, Seq::from(5));
}

pub(crate) async fn what_is_forgotten_is_from_before_then_to_the_millisecond(storage: Storage) {
    let ada = storage.account("ada").await;
    let then = later(1);
    let just_before = then.before(Duration::from_millis(1));
    let made = record_at(&ada, vec![ada.creation(1)], 0).await;
    let renamed_at = async |task: &Task, at: Timestamp| {
        let recording = recording_at(vec![renamed(task, &at.to_string())], at);
        ada.make(recording).await.unwrap()[0].task.clone().unwrap()
    };
    let task = renamed_at(&made[0], just_before).await;
    renamed_at(&task, then).await;
    assert_eq!(storage.tasks.forget_changes(then).await.unwrap(), 1);
    assert_eq!(numbers(&ada.log().await), [2, 3]);
}
