//! Recording and forgetting more than one statement can hold.

use std::time::Duration;

use taskwell_application::ports::{Constraint, Sort, Start, StoreError, TaskFilter, TaskQuery, TaskStore};
use taskwell_domain::{Change, Completion, Seq, Task, TaskChange, TaskEdit};
use taskwell_infrastructure::{SqlTaskStore, testing::TestDatabase};

use crate::support::{add_user, creation, later, now, recorded, recording};

on_both_databases! {
    thousands_of_tasks_are_made_in_one_recording_or_none,
    thousands_of_tasks_are_changed_in_one_recording_or_none,
    thousands_of_tasks_go_for_good_in_one_recording_or_none,
    a_long_log_is_forgotten_to_its_end,
}

const MANY: u128 = 5_000;

async fn log(store: &SqlTaskStore, owner: &taskwell_domain::UserId) -> Vec<Change> {
    store.changes(owner, Seq::START, u32::MAX).await.unwrap().changes
}

async fn thousands_of_tasks_are_made_in_one_recording_or_none(test: &TestDatabase) {
    let ada = add_user(test.database(), "ada").await;
    let store = SqlTaskStore::new(test.database().clone());
    let last = recorded(&store, &ada, creation(&ada, MANY, "there already")).await;
    let many = |end: u128| {
        (1..end)
            .map(|n| creation(&ada, n, &format!("task {n}")))
            .collect()
    };

    let refused = store.record(&ada, recording(many(MANY + 1))).await;
    assert!(
        matches!(refused, Err(StoreError::Conflict(Constraint::TaskId))),
        "{refused:?}"
    );
    assert_eq!(log(&store, &ada).await.len(), 1);

    let made = store.record(&ada, recording(many(MANY))).await.unwrap();
    assert_eq!(made.len() as u128, MANY - 1);
    assert_eq!(log(&store, &ada).await[1..], made);
    let query = TaskQuery {
        filter: TaskFilter::default(),
        sort: Sort::default(),
        start: Start::Skip(0),
        limit: u32::MAX,
    };
    let mut listed = store.list(&ada, &query).await.unwrap().tasks;
    listed.sort_by_key(|task| task.version);
    let tasks: Vec<Task> = made.into_iter().filter_map(|change| change.task).collect();
    assert_eq!(listed[0], last);
    assert_eq!(listed[1..], tasks);

    // However many are asked for.
    let ids: Vec<_> = tasks.iter().map(|task| task.id).collect();
    assert_eq!(store.find_all(&ada, &ids).await.unwrap().len(), ids.len());
    let seqs: Vec<_> = tasks.iter().map(|task| task.version).collect();
    assert_eq!(store.find_versions(&ada, &seqs).await.unwrap(), tasks);
}

async fn thousands_of_tasks_are_changed_in_one_recording_or_none(test: &TestDatabase) {
    let ada = add_user(test.database(), "ada").await;
    let store = SqlTaskStore::new(test.database().clone());
    let made = (0..2_500).map(|n| creation(&ada, n, "made")).collect();
    let made = store.record(&ada, recording(made)).await.unwrap();
    let made: Vec<Task> = made.into_iter().filter_map(|change| change.task).collect();
    let complete = |task: &Task| task.complete(Completion::Set(true), now());
    let mut completed: Vec<TaskChange> = made.iter().filter_map(complete).collect();

    let one = recorded(&store, &ada, made[2_400].delete(now()).unwrap()).await;
    let refused = store.record(&ada, recording(completed.clone())).await;
    assert!(matches!(refused, Err(StoreError::Stale)), "{refused:?}");
    let open = TaskFilter {
        completed: Some(false),
        ..TaskFilter::default()
    };
    assert_eq!(store.count(&ada, &open).await.unwrap(), 2_499);

    completed[2_400] = one.restore(now()).unwrap();
    let changed = store.record(&ada, recording(completed)).await.unwrap();
    assert_eq!(log(&store, &ada).await[2_501..], changed);
    assert_eq!(store.count(&ada, &open).await.unwrap(), 1);
    let ids: Vec<_> = made.iter().map(|task| task.id).collect();
    let mut stored = store.find_all(&ada, &ids).await.unwrap();
    stored.sort_by_key(|task| task.version);
    let changed: Vec<Task> = changed.into_iter().filter_map(|change| change.task).collect();
    assert_eq!(stored, changed);

    let mut before = store.find_before(&ada, &ids, changed[0].version).await.unwrap();
    before.sort_by_key(|task| task.id);
    let stood: Vec<Task> = made
        .into_iter()
        .map(|task| if task.id == one.id { one.clone() } else { task })
        .collect();
    assert_eq!(before, stood);
}

async fn thousands_of_tasks_go_for_good_in_one_recording_or_none(test: &TestDatabase) {
    let ada = add_user(test.database(), "ada").await;
    let store = SqlTaskStore::new(test.database().clone());
    let made: Vec<TaskChange> = (0..2_500).map(|n| creation(&ada, n, "to go")).collect();
    let made = store.record(&ada, recording(made)).await.unwrap();
    let delete = |change: &Change| change.task.as_ref()?.delete(now());
    let deleted = recording(made.iter().filter_map(delete).collect());
    let deleted = store.record(&ada, deleted).await.unwrap();
    let purge = |change: &Change| change.task.as_ref()?.purge(now());
    let purges: Vec<TaskChange> = deleted.iter().filter_map(purge).collect();

    recorded(
        &store,
        &ada,
        deleted[2_400].task.as_ref().unwrap().restore(now()).unwrap(),
    )
    .await;
    let refused = store.record(&ada, recording(purges.clone())).await;
    assert!(matches!(refused, Err(StoreError::Stale)), "{refused:?}");
    let in_trash = TaskFilter {
        deleted: true,
        ..TaskFilter::default()
    };
    assert_eq!(store.count(&ada, &in_trash).await.unwrap(), 2_499);

    let purges = [&purges[..2_400], &purges[2_401..]].concat();
    let purged = store.record(&ada, recording(purges)).await.unwrap();
    assert!(purged.iter().all(|change| change.task.is_none()));
    assert_eq!(store.count(&ada, &in_trash).await.unwrap(), 0);
    assert_eq!(store.count(&ada, &TaskFilter::default()).await.unwrap(), 1);
    assert_eq!(log(&store, &ada).await.last(), purged.last());
}

async fn a_long_log_is_forgotten_to_its_end(test: &TestDatabase) {
    let ada = add_user(test.database(), "ada").await;
    let eve = add_user(test.database(), "eve").await;
    let store = SqlTaskStore::new(test.database().clone());
    for owner in [&ada, &eve] {
        let created = creation(owner, 1, "0");
        let mut changes = vec![created.clone()];
        let mut task = created.task().clone();
        for n in 1..1_500 {
            let edit = TaskEdit {
                title: Some(format!("{n}").parse().unwrap()),
                ..TaskEdit::default()
            };
            let edited = task.edit(&edit, now()).unwrap().unwrap().after_earlier();
            task = edited.task().clone();
            changes.push(edited);
        }
        let recorded = store.record(owner, recording(changes)).await.unwrap();
        assert_eq!(recorded.len(), 1_500);
    }
    assert_eq!(store.forget_changes(now()).await.unwrap(), 0);
    let soon = now().after(Duration::from_millis(1));
    assert_eq!(store.forget_changes(soon).await.unwrap(), 2 * 1_499);
    assert_eq!(store.forget_changes(later(60)).await.unwrap(), 0);
    for owner in [&ada, &eve] {
        let page = store.changes(owner, Seq::START, 10).await.unwrap();
        assert_eq!(
            (page.latest, page.forgotten),
            (Seq::from(1_500), Seq::from(1_499))
        );
        let task = page.changes[0].task.clone().unwrap();
        assert_eq!(page.changes.len(), 1);
        assert_eq!(store.find(owner, task.id).await.unwrap(), Some(task));
    }
}
