use std::time::Duration;

use taskwell_application::{
    ErrorCode,
    ports::{MockTaskStore, StoreError},
    told,
};
use taskwell_domain::{ActorKind, ChangeKind, RequestId, Task, UserId};

use super::{now, recorded, refused, task, tasks, unavailable};

fn run() -> RequestId {
    RequestId::parse("run-1").unwrap()
}

/// A task of that user that it is time to be reminded of.
fn due(owner: &str) -> Task {
    Task {
        user_id: UserId::parse(owner).unwrap(),
        remind_at: Some(now()),
        ..task()
    }
}

fn finds_due(store: &mut MockTaskStore, due: Result<Vec<Task>, StoreError>) {
    finds_each(store, due.map(|due| due.into_iter().map(Ok).collect()));
}

fn finds_each(store: &mut MockTaskStore, due: Result<Vec<Result<Task, StoreError>>, StoreError>) {
    store
        .expect_find_due_reminders()
        .withf(|at, _| *at == now())
        .times(1)
        .return_once(|_, _| due);
}

/// The storage records the reminder of that user's task.
fn records(store: &mut MockTaskStore, owner: &'static str) {
    store
        .expect_record()
        .withf(move |by, recording| {
            let [change] = recording.changes.as_slice() else {
                return false;
            };
            let origin = &recording.origin;
            by.as_str() == owner
                && change.kind() == ChangeKind::Reminded
                && change.task().reminded_at == Some(now())
                && (origin.actor.kind, origin.actor.id.as_str()) == (ActorKind::System, "reminders")
                && (&origin.request_id, origin.batch, origin.at) == (&run(), None, now())
        })
        .times(1)
        .returning(|_, recording| Ok(recorded(recording)));
}

fn refuses(store: &mut MockTaskStore, owner: &'static str, refusal: StoreError) {
    store
        .expect_record()
        .withf(move |by, _| by.as_str() == owner)
        .times(1)
        .return_once(|_, _| Err(refusal));
}

#[tokio::test]
async fn each_reminder_is_a_change_of_its_own_by_the_server_itself() {
    let mut store = MockTaskStore::new();
    finds_due(&mut store, Ok(vec![due("ada"), due("bob")]));
    records(&mut store, "ada");
    records(&mut store, "bob");
    assert_eq!(tasks(store).send_reminders(&run()).await.unwrap(), 2);
}

#[tokio::test]
async fn who_changes_a_task_meanwhile_or_goes_holds_up_nobody() {
    let mut store = MockTaskStore::new();
    finds_due(&mut store, Ok(vec![due("ada"), due("bob"), due("cid")]));
    refuses(&mut store, "ada", StoreError::Stale);
    refuses(&mut store, "bob", StoreError::NotFound);
    records(&mut store, "cid");
    assert_eq!(tasks(store).send_reminders(&run()).await.unwrap(), 1);
}

#[tokio::test]
async fn what_cannot_be_sent_holds_up_nobody_and_is_told() {
    let mut store = MockTaskStore::new();
    finds_due(&mut store, Ok(vec![due("ada"), due("bob")]));
    refuses(&mut store, "ada", StoreError::Corrupt("tasks".to_owned()));
    records(&mut store, "bob");
    let failure = tasks(store).send_reminders(&run()).await.unwrap_err();
    let expected = format!(
        "something went wrong on the server: task {}: stored data is corrupt: tasks",
        task().id
    );
    assert_eq!(told(&failure), expected);
}

#[tokio::test]
async fn what_cannot_be_read_holds_up_nobody_and_all_of_it_is_told() {
    let mut store = MockTaskStore::new();
    let corrupt = |what: &str| Err(StoreError::Corrupt(what.to_owned()));
    let found = vec![
        corrupt("task 1: its title"),
        Ok(due("ada")),
        corrupt("task 2: its tags"),
        Ok(due("bob")),
    ];
    finds_each(&mut store, Ok(found));
    records(&mut store, "ada");
    records(&mut store, "bob");
    let failure = tasks(store).send_reminders(&run()).await.unwrap_err();
    assert_eq!(failure.code(), ErrorCode::Internal);
    for what in ["task 1: its title", "task 2: its tags"] {
        assert!(told(&failure).contains(what), "{}", told(&failure));
    }
}

#[tokio::test]
async fn the_task_has_the_last_word_on_whether_it_is_time() {
    let mut store = MockTaskStore::new();
    let early = Task {
        remind_at: Some(now().after(Duration::from_millis(1))),
        ..due("ada")
    };
    finds_due(&mut store, Ok(vec![early]));
    assert_eq!(tasks(store).send_reminders(&run()).await.unwrap(), 0);
}

#[tokio::test]
async fn a_storage_that_goes_away_is_told() {
    let mut away = MockTaskStore::new();
    finds_due(&mut away, unavailable());
    assert_eq!(
        refused(tasks(away).send_reminders(&run()).await),
        ErrorCode::Unavailable
    );

    let mut away = MockTaskStore::new();
    finds_due(&mut away, Ok(vec![due("ada"), due("bob")]));
    refuses(&mut away, "ada", StoreError::Unavailable("gone".into()));
    assert_eq!(
        refused(tasks(away).send_reminders(&run()).await),
        ErrorCode::Unavailable
    );
}

#[tokio::test]
async fn one_task_is_enough_to_know_that_there_is_something_to_send() {
    for (found, expected) in [(vec![], false), (vec![due("ada")], true)] {
        let mut store = MockTaskStore::new();
        store
            .expect_find_due_reminders()
            .withf(|at, limit| (*at, *limit) == (now(), 1))
            .times(1)
            .return_once(|_, _| Ok(found.into_iter().map(Ok).collect()));
        assert_eq!(tasks(store).has_reminders().await.unwrap(), expected);
    }
}
