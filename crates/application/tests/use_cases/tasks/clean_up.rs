use std::time::Duration;

use taskwell_application::{
    Error, ErrorCode,
    ports::{MockTaskStore, Recording, StoreError},
    told,
};
use taskwell_domain::{ActorKind, ChangeKind, RequestId, Task, UserId};

use super::{now, recorded, refused, task, tasks, unavailable, world::id};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

const MONTH: Duration = DAY.saturating_mul(30);

/// The run of the job that does it.
fn run() -> RequestId {
    RequestId::parse("run-1").unwrap()
}

async fn purge(store: MockTaskStore) -> Result<u64, Error> {
    tasks(store).purge_trash(MONTH, &run()).await
}

/// The task of that number in the trash of that user.
fn expired(owner: &str, n: u64) -> Task {
    Task {
        id: id(n),
        user_id: UserId::parse(owner).unwrap(),
        deleted_at: Some(task().updated_at),
        ..task()
    }
}

/// Asked for what has been in the trash for a month, the storage gives these answers, and then nothing.
fn finds_expired(store: &mut MockTaskStore, answers: Vec<Vec<Task>>) {
    let found = |tasks: Vec<Task>| tasks.into_iter().map(Ok).collect();
    finds_each(store, answers.into_iter().map(found).collect());
}

fn finds_each(store: &mut MockTaskStore, answers: Vec<Vec<Result<Task, StoreError>>>) {
    let mut answers = answers.into_iter();
    store
        .expect_find_expired()
        .withf(|deleted_before, _| *deleted_before == now().before(MONTH))
        .returning(move |_, _| Ok(answers.next().unwrap_or_default()));
}

fn is_purge_of(recording: &Recording, tasks: &[Task]) -> bool {
    let purged: Vec<_> = recording
        .changes
        .iter()
        .map(|change| (change.kind(), change.task().id))
        .collect();
    let expected: Vec<_> = tasks.iter().map(|task| (ChangeKind::Purged, task.id)).collect();
    let origin = &recording.origin;
    purged == expected
        && origin.actor.kind == ActorKind::System
        && origin.actor.id == "trash"
        && origin.request_id == run()
        && origin.at == now()
}

#[tokio::test]
async fn what_has_been_in_the_trash_for_long_is_purged_owner_by_owner() {
    let mut store = MockTaskStore::new();
    let (adas, bobs) = ([expired("ada", 1), expired("ada", 2)], [expired("bob", 1)]);
    let more = [expired("bob", 3)];
    finds_expired(&mut store, vec![[&adas[..], &bobs].concat(), more.to_vec()]);
    for (owner, tasks) in [("ada", &adas[..]), ("bob", &bobs), ("bob", &more)] {
        let tasks = tasks.to_vec();
        store
            .expect_record()
            .withf(move |by, recording| by.as_str() == owner && is_purge_of(recording, &tasks))
            .times(1)
            .returning(|_, recording| Ok(recorded(recording)));
    }
    assert_eq!(purge(store).await.unwrap(), 4);
}

#[tokio::test]
async fn who_restores_a_task_or_goes_meanwhile_does_not_stop_the_others() {
    let mut store = MockTaskStore::new();
    let all = vec![expired("ada", 1), expired("bob", 1), expired("cid", 1)];
    finds_expired(&mut store, vec![all]);
    for (owner, failure) in [("ada", StoreError::Stale), ("bob", StoreError::NotFound)] {
        store
            .expect_record()
            .withf(move |by, _| by.as_str() == owner)
            .times(1)
            .return_once(|_, _| Err(failure));
    }
    store
        .expect_record()
        .withf(|by, _| by.as_str() == "cid")
        .times(1)
        .returning(|_, recording| Ok(recorded(recording)));
    assert_eq!(purge(store).await.unwrap(), 1);
}

#[tokio::test]
async fn what_cannot_be_read_or_purged_holds_up_nobody_and_is_told() {
    let mut store = MockTaskStore::new();
    let unreadable = || Err(StoreError::Corrupt("task 1: its title".to_owned()));
    let first = vec![
        unreadable(),
        Ok(expired("ada", 1)),
        Ok(expired("bob", 1)),
        Ok(expired("ada", 2)),
    ];
    finds_each(&mut store, vec![first, vec![unreadable(), Ok(expired("bob", 1))]]);
    let adas = [expired("ada", 1), expired("ada", 2)];
    store
        .expect_record()
        .withf(move |by, recording| by.as_str() == "ada" && is_purge_of(recording, &adas))
        .times(1)
        .returning(|_, recording| Ok(recorded(recording)));
    store
        .expect_record()
        .withf(|by, _| by.as_str() == "bob")
        .times(2)
        .returning(|_, _| Err(StoreError::Corrupt("users".to_owned())));
    let failure = purge(store).await.unwrap_err();
    assert_eq!(failure.code(), ErrorCode::Internal);
    let bobs = format!("task {}: ", id(1));
    for what in ["task 1: its title", &bobs] {
        assert!(told(&failure).contains(what), "{}", told(&failure));
    }
}

#[tokio::test]
async fn what_cannot_be_purged_is_left_for_the_next_time() {
    let mut store = MockTaskStore::new();
    store
        .expect_find_expired()
        .times(1)
        .returning(|_, _| Ok(vec![Ok(expired("ada", 1))]));
    store
        .expect_record()
        .times(1)
        .returning(|_, _| Err(StoreError::Stale));
    assert_eq!(purge(store).await.unwrap(), 0);
}

#[tokio::test]
async fn a_storage_that_goes_away_is_told() {
    let mut away = MockTaskStore::new();
    away.expect_find_expired()
        .times(1)
        .returning(|_, _| unavailable());
    assert_eq!(refused(purge(away).await), ErrorCode::Unavailable);

    let mut away = MockTaskStore::new();
    finds_expired(&mut away, vec![vec![expired("ada", 1)]]);
    away.expect_record().times(1).returning(|_, _| unavailable());
    assert_eq!(refused(purge(away).await), ErrorCode::Unavailable);
}

#[tokio::test]
async fn changes_older_than_that_are_forgotten() {
    let mut store = MockTaskStore::new();
    store
        .expect_forget_changes()
        .withf(|before| *before == now().before(MONTH))
        .times(1)
        .returning(|_| Ok(3));
    assert_eq!(tasks(store).forget_changes(MONTH).await.unwrap(), 3);
}

#[tokio::test]
async fn answers_are_forgotten_after_a_day() {
    let mut store = MockTaskStore::new();
    store
        .expect_forget_answers()
        .withf(|before| *before == now().before(DAY))
        .times(1)
        .returning(|_| Ok(2));
    assert_eq!(tasks(store).forget_answers().await.unwrap(), 2);
}
