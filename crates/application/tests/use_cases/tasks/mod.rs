//! What the tests of the use cases around tasks have in common: Ada, and one task of hers.

mod batch;
mod changes;
mod clean_up;
mod complete;
mod create;
mod delete;
mod edit;
mod export;
mod follow;
mod get;
mod idempotency;
mod import;
mod list;
mod move_task;
mod remind;
mod trash;
mod undo;
mod world;

use std::{fmt::Debug, sync::Arc};

use taskwell_application::{
    Actor, Error, ErrorCode, Tasks,
    ports::{MockClock, MockIdGenerator, MockTaskStore, Recording, StoreError},
};
use taskwell_domain::{
    ActorKind, Change, ChangeActor, Description, Origin, Position, Priority, RequestId, Seq, Tags, Task,
    TaskChange, TaskId, Timestamp, Title, UserId,
};

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// What the clock says, always.
pub(crate) fn now() -> Timestamp {
    at("2026-11-21T12:00:00.123Z")
}

pub(crate) fn ada() -> Actor {
    Actor {
        user_id: UserId::parse("ada").unwrap(),
        via: ChangeActor {
            kind: ActorKind::Session,
            id: "session-1".to_owned(),
        },
        request_id: RequestId::parse("request-1").unwrap(),
    }
}

/// What the log is to say of whatever Ada does.
fn origin() -> Origin {
    Origin {
        actor: ada().via,
        request_id: ada().request_id,
        batch: None,
        at: now(),
    }
}

fn task_id() -> TaskId {
    TaskId::parse("0199f0c1-2345-7abc-8def-0123456789ab").unwrap()
}

fn title(text: &str) -> Title {
    Title::parse(text).unwrap()
}

/// The task as it stands in the storage: open, made yesterday, at version 3.
pub(crate) fn task() -> Task {
    Task {
        id: task_id(),
        user_id: ada().user_id,
        title: title("Buy milk"),
        description: Description::parse("two of them").unwrap(),
        completed_at: None,
        priority: Priority::None,
        due: None,
        time_zone: None,
        remind_at: None,
        reminded_at: None,
        tags: Tags::default(),
        position: Position::last_at(Seq::from(1)),
        deleted_at: None,
        version: Seq::from(3),
        created_at: at("2026-11-20T08:00:00.000Z"),
        updated_at: at("2026-11-20T09:00:00.000Z"),
    }
}

/// The task once somebody else has changed it.
fn changed_by_another() -> Task {
    Task {
        description: Description::parse("three of them").unwrap(),
        version: Seq::from(4),
        updated_at: at("2026-11-21T11:59:59.999Z"),
        ..task()
    }
}

/// The use cases over that storage; they may look at the clock and make no ids.
pub(crate) fn tasks(store: MockTaskStore) -> Tasks {
    tasks_with_ids(store, MockIdGenerator::new())
}

fn tasks_with_ids(store: MockTaskStore, ids: MockIdGenerator) -> Tasks {
    let mut clock = MockClock::new();
    clock.expect_now().returning(now);
    Tasks::new(Arc::new(store), Arc::new(clock), Arc::new(ids))
}

#[track_caller]
pub(crate) fn refused<T: Debug>(outcome: Result<T, Error>) -> ErrorCode {
    outcome.unwrap_err().code()
}

pub(crate) fn unavailable<T>() -> Result<T, StoreError> {
    Err(StoreError::Unavailable("the database is away".into()))
}

/// Asked for Ada's task, the storage gives these answers, one after the other, and no more.
fn finds(store: &mut MockTaskStore, answers: impl IntoIterator<Item = Result<Option<Task>, StoreError>>) {
    let answers: Vec<_> = answers.into_iter().collect();
    let times = answers.len();
    let mut answers = answers.into_iter();
    store
        .expect_find()
        .withf(|owner, id| (owner, *id) == (&ada().user_id, task_id()))
        .times(times)
        .returning(move |_, _| answers.next().unwrap());
}

/// Asked once whose that task is, the storage says whether it is somebody else's.
fn belongs_to_another(store: &mut MockTaskStore, answer: Result<bool, StoreError>) {
    store
        .expect_belongs_to_another()
        .withf(|owner, id| (owner, *id) == (&ada().user_id, task_id()))
        .times(1)
        .return_once(move |_, _| answer);
}

/// Given `change` alone, as made by Ada in her request, the storage records it under the number 7.
fn records(store: &mut MockTaskStore, change: TaskChange) {
    records_all(store, recording(vec![change]));
}

/// Given exactly that, the storage records it from the number 7 on.
fn records_all(store: &mut MockTaskStore, expected: Recording) {
    store
        .expect_record()
        .withf(move |owner, recording| *owner == ada().user_id && *recording == expected)
        .times(1)
        .return_once(|_, recording| Ok(recorded(recording)));
}

/// Those changes, as made by Ada in her request.
fn recording(changes: Vec<TaskChange>) -> Recording {
    Recording {
        changes,
        origin: origin(),
        expects: None,
        answer: None,
    }
}

fn recorded(recording: Recording) -> Vec<Change> {
    let numbered = recording.changes.into_iter().zip(7..);
    numbered
        .map(|(change, n)| change.recorded_as(Seq::from(n), &recording.origin))
        .collect()
}

/// The task as it stands once `change` is recorded.
fn after(change: &TaskChange) -> Task {
    change.clone().recorded_as(Seq::from(7), &origin()).task.unwrap()
}

/// Given any change, once, the storage refuses it.
fn refuses(store: &mut MockTaskStore, failure: StoreError) {
    store.expect_record().times(1).return_once(|_, _| Err(failure));
}

/// However often it is asked, the task is there and has changed before the write arrives.
fn always_overtakes(store: &mut MockTaskStore) {
    store
        .expect_find()
        .times(2..=1_000)
        .returning(|_, _| Ok(Some(task())));
    store
        .expect_record()
        .times(2..=1_000)
        .returning(|_, _| Err(StoreError::Stale));
}

/// Ways in which a task cannot be reached: what the storage says, and what the caller hears.
fn unreachable_tasks() -> Vec<(MockTaskStore, ErrorCode)> {
    let mut never_was = MockTaskStore::new();
    finds(&mut never_was, [Ok(None)]);
    belongs_to_another(&mut never_was, Ok(false));

    let mut anothers = MockTaskStore::new();
    finds(&mut anothers, [Ok(None)]);
    belongs_to_another(&mut anothers, Ok(true));

    let mut away = MockTaskStore::new();
    finds(&mut away, [unavailable()]);

    let mut away_after_a_miss = MockTaskStore::new();
    finds(&mut away_after_a_miss, [Ok(None)]);
    belongs_to_another(&mut away_after_a_miss, unavailable());

    vec![
        (never_was, ErrorCode::NotFound),
        (anothers, ErrorCode::Forbidden),
        (away, ErrorCode::Unavailable),
        (away_after_a_miss, ErrorCode::Unavailable),
    ]
}

/// Ways in which a write of a task that is there fails: what the storage says, and what the caller hears.
fn failing_writes() -> Vec<(MockTaskStore, ErrorCode)> {
    let failures = [
        (StoreError::NotFound, ErrorCode::Unauthenticated),
        (StoreError::Unavailable("away".into()), ErrorCode::Unavailable),
        (StoreError::Corrupt("no title".to_owned()), ErrorCode::Internal),
        (StoreError::Internal("no such table".into()), ErrorCode::Internal),
    ];
    let mut failing: Vec<_> = failures
        .into_iter()
        .map(|(failure, code)| {
            let mut store = MockTaskStore::new();
            finds(&mut store, [Ok(Some(task()))]);
            refuses(&mut store, failure);
            (store, code)
        })
        .collect();

    let mut overtaking = MockTaskStore::new();
    always_overtakes(&mut overtaking);
    failing.push((overtaking, ErrorCode::Conflict));

    let mut gone_meanwhile = MockTaskStore::new();
    finds(&mut gone_meanwhile, [Ok(Some(task())), Ok(None)]);
    refuses(&mut gone_meanwhile, StoreError::Stale);
    belongs_to_another(&mut gone_meanwhile, Ok(false));
    failing.push((gone_meanwhile, ErrorCode::NotFound));

    failing
}
