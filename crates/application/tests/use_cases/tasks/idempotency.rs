//! Requests that are sent again under the same key.

use std::time::Duration;

use taskwell_application::{
    Error, ErrorCode, Tasks,
    ports::{AnsweredTask, Constraint, KeptAnswer, MockTaskStore, NewAnswer, Recording, StoreError},
    tasks::{Asserted, CreateTask, Created, Done, EditTask, IdempotencyKey, Precondition},
};
use taskwell_domain::{Completion, Seq, Task, TaskChange, TaskEdit, Timestamp};

use super::{
    ada, after, changed_by_another, finds, now, recorded, recording, records_all, refused, refuses, task,
    task_id, tasks, title, unavailable,
};

fn key() -> IdempotencyKey {
    IdempotencyKey {
        key: "key".to_owned(),
        fingerprint: [7; 32],
    }
}

/// Asked under that key, the storage gives these answers, one after the other, and no more.
fn finds_answers(store: &mut MockTaskStore, answers: Vec<Option<KeptAnswer>>) {
    let times = answers.len();
    let mut answers = answers.into_iter();
    store
        .expect_find_answer()
        .withf(|owner, key| (owner, key) == (&ada().user_id, "key"))
        .times(times)
        .returning(move |_, _| Ok(answers.next().unwrap()));
}

/// The answer with the task at that version, remembered at that time.
fn kept(version: u64, at: Timestamp) -> KeptAnswer {
    KeptAnswer {
        fingerprint: key().fingerprint,
        tasks: vec![Seq::from(version)],
        detail: None,
        at,
    }
}

/// The storage has that version of the task in its log.
fn finds_version(store: &mut MockTaskStore, version: &Task) {
    let version = version.clone();
    store
        .expect_find_versions()
        .withf({
            let seq = version.version;
            move |owner, seqs| *owner == ada().user_id && seqs == [seq]
        })
        .times(1)
        .return_once(|_, _| Ok(vec![version]));
}

/// Those changes, and what is to be remembered of the answer.
fn answering(changes: Vec<TaskChange>, answered: AnsweredTask) -> Recording {
    Recording {
        answer: Some(NewAnswer {
            key: "key".to_owned(),
            fingerprint: key().fingerprint,
            tasks: vec![answered],
            detail: None,
        }),
        ..recording(changes)
    }
}

async fn toggle(tasks: Tasks) -> Result<Done<Task>, Error> {
    let any = Precondition::none();
    tasks
        .complete(&ada(), task_id(), Completion::Toggle, &any, Some(&key()))
        .await
}

fn toggled() -> TaskChange {
    task().complete(Completion::Toggle, now()).unwrap()
}

#[tokio::test]
async fn what_is_answered_is_remembered_with_the_write() {
    let mut store = MockTaskStore::new();
    finds_answers(&mut store, vec![None]);
    finds(&mut store, [Ok(Some(task()))]);
    records_all(&mut store, answering(vec![toggled()], AnsweredTask::Changed(0)));
    let done = toggle(tasks(store)).await.unwrap();
    assert_eq!((done.value, done.replayed), (after(&toggled()), false));
}

#[tokio::test]
async fn the_same_request_again_is_answered_as_it_was_and_writes_nothing() {
    let mut store = MockTaskStore::new();
    finds_answers(
        &mut store,
        vec![Some(kept(7, now().before(Duration::from_secs(60))))],
    );
    finds_version(&mut store, &after(&toggled()));
    let done = toggle(tasks(store)).await.unwrap();
    assert_eq!((done.value, done.replayed), (after(&toggled()), true));
}

#[tokio::test]
async fn another_request_under_the_key_is_refused() {
    let another = KeptAnswer {
        fingerprint: [8; 32],
        ..kept(7, now())
    };
    let mut store = MockTaskStore::new();
    finds_answers(&mut store, vec![Some(another)]);
    assert_eq!(
        refused(toggle(tasks(store)).await),
        ErrorCode::IdempotencyKeyReused
    );
}

#[tokio::test]
async fn an_answer_is_remembered_for_a_day_to_the_millisecond() {
    let a_day_ago = now().before(Duration::from_secs(24 * 60 * 60));
    let mut store = MockTaskStore::new();
    finds_answers(&mut store, vec![Some(kept(7, a_day_ago))]);
    finds_version(&mut store, &after(&toggled()));
    assert!(toggle(tasks(store)).await.unwrap().replayed);

    // Even of another request.
    let too_old = KeptAnswer {
        fingerprint: [8; 32],
        ..kept(7, a_day_ago.before(Duration::from_millis(1)))
    };
    let mut store = MockTaskStore::new();
    finds_answers(&mut store, vec![Some(too_old)]);
    finds(&mut store, [Ok(Some(task()))]);
    records_all(&mut store, answering(vec![toggled()], AnsweredTask::Changed(0)));
    assert!(!toggle(tasks(store)).await.unwrap().replayed);
}

#[tokio::test]
async fn a_change_of_nothing_is_remembered_too() {
    let mut store = MockTaskStore::new();
    finds_answers(&mut store, vec![None]);
    finds(&mut store, [Ok(Some(task()))]);
    records_all(&mut store, answering(vec![], AnsweredTask::At(task().version)));
    let edited = tasks(store)
        .edit(&ada(), task_id(), &EditTask::default(), Some(&key()))
        .await
        .unwrap();
    assert_eq!((edited.value, edited.replayed), (task(), false));
}

#[tokio::test]
async fn of_two_at_once_the_second_is_answered_as_the_first() {
    let mut store = MockTaskStore::new();
    finds_answers(&mut store, vec![None, Some(kept(7, now()))]);
    finds(&mut store, [Ok(Some(task()))]);
    refuses(&mut store, StoreError::Conflict(Constraint::IdempotencyKey));
    finds_version(&mut store, &after(&toggled()));
    let done = toggle(tasks(store)).await.unwrap();
    assert_eq!((done.value, done.replayed), (after(&toggled()), true));
}

#[tokio::test]
async fn of_two_others_at_once_the_second_is_refused() {
    let another = KeptAnswer {
        fingerprint: [8; 32],
        ..kept(7, now())
    };
    let mut store = MockTaskStore::new();
    finds_answers(&mut store, vec![None, Some(another.clone()), Some(another)]);
    finds(&mut store, [Ok(Some(task()))]);
    refuses(&mut store, StoreError::Conflict(Constraint::IdempotencyKey));
    assert_eq!(
        refused(toggle(tasks(store)).await),
        ErrorCode::IdempotencyKeyReused
    );
}

#[tokio::test]
async fn a_failure_is_not_remembered() {
    let as_read = Precondition::none().and_one_of(vec![Seq::from(2)]);
    let mut store = MockTaskStore::new();
    finds_answers(&mut store, vec![None, None]);
    finds(&mut store, [Ok(Some(task()))]);
    let outcome = tasks(store)
        .delete(&ada(), task_id(), &as_read, Some(&key()))
        .await;
    assert_eq!(refused(outcome), ErrorCode::PreconditionFailed);
}

#[tokio::test]
async fn what_fails_because_the_same_request_was_quicker_is_answered_as_that_was() {
    let as_read = Precondition::none().and_one_of(vec![Seq::from(3)]);
    let mut store = MockTaskStore::new();
    finds_answers(&mut store, vec![None, Some(kept(4, now()))]);
    finds(&mut store, [Ok(Some(changed_by_another()))]);
    finds_version(&mut store, &changed_by_another());
    let done = tasks(store)
        .complete(&ada(), task_id(), Completion::Toggle, &as_read, Some(&key()))
        .await
        .unwrap();
    assert_eq!((done.value, done.replayed), (changed_by_another(), true));
}

#[tokio::test]
async fn an_answer_whose_task_the_log_does_not_have_is_a_fault() {
    let mut store = MockTaskStore::new();
    finds_answers(&mut store, vec![Some(kept(7, now()))]);
    store.expect_find_versions().times(1).returning(|_, _| Ok(vec![]));
    assert_eq!(refused(toggle(tasks(store)).await), ErrorCode::Internal);
}

#[tokio::test]
async fn a_storage_that_is_away_is_told() {
    let mut away = MockTaskStore::new();
    away.expect_find_answer().times(1).returning(|_, _| unavailable());
    assert_eq!(refused(toggle(tasks(away)).await), ErrorCode::Unavailable);
}

fn create() -> CreateTask {
    CreateTask {
        id: Some(task_id()),
        title: title("Buy milk"),
        fields: TaskEdit::default(),
        asserted: Asserted::default(),
    }
}

fn created() -> TaskChange {
    let new = taskwell_domain::NewTask {
        id: task_id(),
        title: title("Buy milk"),
        fields: TaskEdit::default(),
    };
    Task::create(&new, ada().user_id, now()).unwrap()
}

#[tokio::test]
async fn whether_a_task_was_new_is_remembered() {
    let mut store = MockTaskStore::new();
    finds_answers(&mut store, vec![None]);
    store
        .expect_record()
        .withf(|_, recording| {
            recording
                .answer
                .as_ref()
                .is_some_and(|answer| answer.detail.is_some())
        })
        .times(1)
        .returning(|_, recording| Ok(recorded(recording)));
    let done = tasks(store)
        .create(&ada(), &create(), Some(&key()))
        .await
        .unwrap();
    assert_eq!(done.value, Created::Now(after(&created())));

    let new = KeptAnswer {
        detail: Some("new".to_owned()),
        ..kept(7, now())
    };
    for (answer, expected) in [
        (new, Created::Now(after(&created()))),
        (kept(7, now()), Created::Before(after(&created()))),
    ] {
        let mut store = MockTaskStore::new();
        finds_answers(&mut store, vec![Some(answer)]);
        finds_version(&mut store, &after(&created()));
        let again = tasks(store)
            .create(&ada(), &create(), Some(&key()))
            .await
            .unwrap();
        assert_eq!((again.value, again.replayed), (expected, true));
    }
}

#[tokio::test]
async fn of_two_creates_at_once_the_second_is_answered_as_the_first() {
    let new = KeptAnswer {
        detail: Some("new".to_owned()),
        ..kept(7, now())
    };
    let mut store = MockTaskStore::new();
    finds_answers(&mut store, vec![None, Some(new)]);
    refuses(&mut store, StoreError::Conflict(Constraint::IdempotencyKey));
    finds_version(&mut store, &after(&created()));
    let done = tasks(store)
        .create(&ada(), &create(), Some(&key()))
        .await
        .unwrap();
    assert_eq!(done.value, Created::Now(after(&created())));
    assert!(done.replayed);
}

#[tokio::test]
async fn a_create_of_what_is_there_is_remembered_as_such() {
    let mut store = MockTaskStore::new();
    finds_answers(&mut store, vec![None]);
    let mut outcomes = vec![Err(StoreError::Conflict(Constraint::TaskId)), Ok(vec![])].into_iter();
    store
        .expect_record()
        .times(2)
        .returning(move |_, _| outcomes.next().unwrap());
    let creation = after(&created());
    store
        .expect_find_creation()
        .times(1)
        .return_once(|_, _| Ok(Some(creation)));
    finds(&mut store, [Ok(Some(changed_by_another()))]);
    let done = tasks(store)
        .create(&ada(), &create(), Some(&key()))
        .await
        .unwrap();
    assert_eq!(done.value, Created::Before(changed_by_another()));
}
