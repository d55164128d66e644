use taskwell_application::{
    Error, ErrorCode,
    ports::Side,
    tasks::{Batch, Beside, CreateTask, Done, EditTask, IdempotencyKey, Operation, Precondition},
};
use taskwell_domain::{ChangeKind, Completion, NewTask, Position, Seq, Task, TaskEdit};

use super::{
    ada, now, refused,
    world::{World, creation, id, rename},
};

fn update(n: u64, edit: TaskEdit) -> Operation {
    let command = EditTask {
        edit,
        ..EditTask::default()
    };
    Operation::Update(id(n), command)
}

fn complete(n: u64) -> Operation {
    Operation::Complete(id(n), Completion::Set(true), Precondition::none())
}

fn delete(n: u64) -> Operation {
    Operation::Delete(id(n), Precondition::none())
}

fn put(n: u64, side: Side, beside: u64) -> Operation {
    let beside = Beside { id: id(beside), side };
    Operation::Move(id(n), beside, Precondition::none())
}

fn create(n: u64) -> Operation {
    Operation::Create(creation(n))
}

fn key() -> IdempotencyKey {
    IdempotencyKey {
        key: "key".to_owned(),
        fingerprint: [7; 32],
    }
}

impl World {
    async fn batch_with(
        &self,
        operations: Vec<Operation>,
        dry_run: bool,
        key: Option<&IdempotencyKey>,
    ) -> Result<Done<Vec<Task>>, Error> {
        let command = Batch { operations, dry_run };
        self.tasks.batch(&ada(), &command, key).await
    }

    async fn batch(&self, operations: Vec<Operation>) -> Result<Vec<Task>, Error> {
        let done = self.batch_with(operations, false, None).await?;
        Ok(done.value)
    }
}

/// One of everything, some on what others before it did.
fn one_of_everything() -> Vec<Operation> {
    vec![
        create(7),
        update(1, rename("Renamed")),
        complete(2),
        put(3, Side::Before, 1),
        delete(4),
        complete(7),
        put(7, Side::After, 3),
        put(1, Side::After, 5),
    ]
}

#[tokio::test]
async fn the_operations_are_done_in_order_and_together() {
    let world = World::with_tasks(5).await;
    let results = world.batch(one_of_everything()).await.unwrap();

    let log = world.log();
    let kinds = [
        ChangeKind::Created,
        ChangeKind::Updated,
        ChangeKind::Completed,
        ChangeKind::Moved,
        ChangeKind::Deleted,
        ChangeKind::Completed,
        ChangeKind::Moved,
        ChangeKind::Moved,
    ];
    assert_eq!(world.kinds_since(5), kinds);
    let batch = log[5].origin.batch;
    assert!(batch.is_some());
    assert!(log[5..].iter().all(|change| change.origin.batch == batch));
    assert_eq!(world.recordings(), 5 + 1);

    // Each as that operation left it.
    let expected: Vec<Task> = log[5..].iter().filter_map(|change| change.task.clone()).collect();
    assert_eq!(results, expected);
    assert_eq!(results[4].deleted_at, Some(now()));
    assert_eq!(world.order(), [3, 7, 2, 5, 1]);
    let stands = world.task(7);
    assert_eq!(
        (stands.version, stands.completed_at),
        (Seq::from(12), Some(now()))
    );
}

#[tokio::test]
async fn a_dry_run_answers_as_the_real_one_and_changes_nothing() {
    let world = World::with_tasks(5).await;
    let (before, log) = (world.all(), world.log());
    let foretold = world.batch_with(one_of_everything(), true, Some(&key())).await;
    assert_eq!((world.all(), world.log()), (before, log));
    assert_eq!(world.recordings(), 5);

    // Nor does it use up the key.
    let done = world.batch_with(one_of_everything(), false, Some(&key())).await;
    assert_eq!(foretold.unwrap(), done.unwrap());
}

#[tokio::test]
async fn of_a_failing_batch_nothing_is_done_and_the_operation_is_told() {
    let stale = Precondition::none().and_one_of(vec![Seq::from(7)]);
    let failing = [
        (update(9, TaskEdit::default()), ErrorCode::NotFound),
        (complete(9), ErrorCode::NotFound),
        (delete(9), ErrorCode::NotFound),
        // Gone by the operation before.
        (delete(3), ErrorCode::NotFound),
        (put(3, Side::After, 1), ErrorCode::NotFound),
        (put(1, Side::After, 3), ErrorCode::ValidationFailed),
        (put(1, Side::After, 9), ErrorCode::ValidationFailed),
        (put(1, Side::After, 1), ErrorCode::ValidationFailed),
        (create(3), ErrorCode::IdTaken),
        (
            Operation::Create(CreateTask {
                title: super::title("Another"),
                ..creation(1)
            }),
            ErrorCode::IdTaken,
        ),
        (
            Operation::Delete(id(1), stale.clone()),
            ErrorCode::PreconditionFailed,
        ),
        (
            Operation::Complete(id(1), Completion::Toggle, stale),
            ErrorCode::PreconditionFailed,
        ),
    ];
    let world = World::with_tasks(3).await;
    let (before, log) = (world.all(), world.log());
    for (operation, code) in failing {
        for dry_run in [false, true] {
            let operations = vec![complete(2), delete(3), operation.clone(), create(8)];
            let outcome = world.batch_with(operations, dry_run, Some(&key())).await;
            let Err(Error::InBatch { index, error }) = outcome else {
                panic!("{operation:?}: {outcome:?}");
            };
            assert_eq!((index, error.code()), (2, code), "{operation:?}");
            assert_eq!((world.all(), world.log()), (before.clone(), log.clone()));
        }
    }
}

#[tokio::test]
async fn each_operation_sees_what_those_before_it_did() {
    let world = World::with_tasks(1).await;
    // The version that the operation before is going to leave.
    let as_renamed = EditTask {
        edit: TaskEdit {
            completed: Some(true),
            ..TaskEdit::default()
        },
        precondition: Precondition::none().and_one_of(vec![Seq::from(2)]),
        ..EditTask::default()
    };
    let operations = vec![
        update(1, rename("Renamed")),
        Operation::Update(id(1), as_renamed),
        Operation::Complete(id(1), Completion::Toggle, Precondition::none()),
    ];
    let results = world.batch(operations).await.unwrap();
    let told: Vec<_> = results
        .iter()
        .map(|task| (task.version.get(), task.title.as_str(), task.is_completed()))
        .collect();
    assert_eq!(
        told,
        [(2, "Renamed", false), (3, "Renamed", true), (4, "Renamed", false)]
    );
    assert_eq!(world.all(), results[2..]);
}

/// The first operation, and then a change of the same task on that version alone.
fn renamed_and_then_completed_on(version: u64) -> Vec<Operation> {
    let only = Precondition::none().and_one_of(vec![Seq::from(version)]);
    vec![
        update(1, rename("Renamed")),
        Operation::Complete(id(1), Completion::Set(true), only),
    ]
}

#[tokio::test]
async fn a_version_that_the_batch_has_changed_is_stale_for_those_that_follow() {
    let world = World::with_tasks(1).await;
    let stands = world.task(1);
    for dry_run in [true, false] {
        let operations = renamed_and_then_completed_on(stands.version.get());
        match world.batch_with(operations, dry_run, None).await {
            // As it stands, for nothing of the batch is done.
            Err(Error::InBatch { index: 1, error }) => match *error {
                Error::PreconditionFailed(current) => assert_eq!(*current, stands),
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        }
        assert_eq!(world.all(), std::slice::from_ref(&stands));
    }
}

#[tokio::test]
async fn a_version_that_the_batch_was_going_to_leave_is_another_once_it_is_overtaken() {
    let world = World::with_tasks(2).await;
    let other = world.task(2);
    world.meanwhile(move |state| state.change(other.delete(now()).unwrap()));
    // Of the task itself nothing has changed, but the number 3 belongs to somebody else.
    let outcome = world.batch(renamed_and_then_completed_on(3)).await;
    assert_eq!(refused(outcome), ErrorCode::PreconditionFailed);
    assert_eq!(world.kinds_since(2), [ChangeKind::Deleted]);

    world.batch(renamed_and_then_completed_on(4)).await.unwrap();
    assert_eq!(world.kinds_since(3), [ChangeKind::Updated, ChangeKind::Completed]);
}

#[tokio::test]
async fn tasks_are_moved_among_those_that_the_batch_makes_and_moves() {
    let world = World::with_tasks(4).await;
    let operations = vec![
        create(7),
        put(1, Side::After, 7),
        create(8),
        put(8, Side::Before, 1),
        put(2, Side::Before, 3),
        put(4, Side::Before, 2),
        put(3, Side::After, 1),
    ];
    world.batch(operations).await.unwrap();
    assert_eq!(world.order(), [4, 2, 7, 8, 1, 3]);
}

#[tokio::test]
async fn where_nothing_changes_the_task_is_answered_as_it_stands() {
    let world = World::with_tasks(3).await;
    let operations = vec![
        update(1, rename("Task 1")),
        Operation::Complete(id(2), Completion::Set(false), Precondition::none()),
        put(2, Side::After, 1),
        update(3, rename("Renamed")),
        update(3, rename("Renamed")),
        // The same create again.
        create(2),
        create(7),
        create(7),
    ];
    let results = world
        .batch_with(operations.clone(), false, Some(&key()))
        .await
        .unwrap();
    let versions: Vec<u64> = results.value.iter().map(|task| task.version.get()).collect();
    assert_eq!(versions, [1, 2, 2, 4, 4, 2, 5, 5]);
    assert_eq!(world.kinds_since(3), [ChangeKind::Updated, ChangeKind::Created]);

    let again = world.batch_with(operations, false, Some(&key())).await.unwrap();
    assert_eq!((again.value, again.replayed), (results.value, true));
}

#[tokio::test]
async fn a_batch_of_nothing_new_records_nothing() {
    let world = World::with_tasks(2).await;
    let operations = vec![update(1, rename("Task 1")), put(2, Side::After, 1)];
    world.batch(operations).await.unwrap();
    assert_eq!(world.log().len(), 2);
}

#[tokio::test]
async fn the_same_batch_again_is_answered_as_the_first_and_changes_nothing() {
    let world = World::with_tasks(5).await;
    let first = world
        .batch_with(one_of_everything(), false, Some(&key()))
        .await
        .unwrap();
    assert!(!first.replayed);
    let touched = world.task(7);
    world.record(touched.edit(&rename("Touched"), now()).unwrap().unwrap());
    let log = world.log();

    let again = world
        .batch_with(one_of_everything(), false, Some(&key()))
        .await
        .unwrap();
    assert_eq!((again.value, again.replayed), (first.value, true));
    assert_eq!(world.log(), log);

    let another = IdempotencyKey {
        fingerprint: [8; 32],
        ..key()
    };
    let outcome = world.batch_with(vec![complete(1)], false, Some(&another)).await;
    assert_eq!(refused(outcome), ErrorCode::IdempotencyKeyReused);
}

#[tokio::test]
async fn an_overtaken_batch_answers_with_the_numbers_that_it_got() {
    let world = World::with_tasks(3).await;
    let other = world.task(3);
    world.meanwhile(move |state| state.change(other.delete(now()).unwrap()));
    // Of other tasks, so nothing need be decided anew.
    let results = world.batch(vec![complete(1), create(7)]).await.unwrap();
    assert_eq!(world.recordings(), 3 + 1);
    let versions: Vec<u64> = results.iter().map(|task| task.version.get()).collect();
    assert_eq!(versions, [5, 6]);
    assert_eq!(results, [world.task(1), world.task(7)]);
    assert_eq!(results[1].position, Position::last_at(Seq::from(6)));
}

#[tokio::test]
async fn a_batch_whose_task_is_changed_meanwhile_is_decided_anew() {
    let world = World::with_tasks(2).await;
    let other = world.task(1);
    world.meanwhile(move |state| state.change(other.edit(&rename("Renamed"), now()).unwrap().unwrap()));
    let results = world.batch(vec![complete(2), complete(1)]).await.unwrap();
    assert_eq!(world.recordings(), 2 + 2);
    assert_eq!(results[1].title.as_str(), "Renamed");
    assert_eq!(results, [world.task(2), world.task(1)]);
}

/// Where a task goes depends on the numbers that others get, if it goes beside one that is made with it.
#[tokio::test]
async fn a_batch_that_moves_is_decided_anew_once_the_numbers_are_others() {
    let world = World::with_tasks(2).await;
    let other = world.task(2);
    world.meanwhile(move |state| state.change(other.complete(Completion::Toggle, now()).unwrap()));
    let results = world
        .batch(vec![create(7), put(1, Side::After, 7), create(8)])
        .await
        .unwrap();
    assert_eq!(world.recordings(), 2 + 2);
    assert_eq!(world.order(), [2, 7, 1, 8]);
    assert_eq!(results, [world.task(7), world.task(1), world.task(8)]);
}

/// Makes that task for somebody else just before the batch is recorded, which makes it as well.
async fn race_for_an_id(made_meanwhile: CreateTask) -> (World, Result<Vec<Task>, Error>) {
    let world = World::with_tasks(1).await;
    world.meanwhile(move |state| {
        let new = NewTask {
            id: id(7),
            title: made_meanwhile.title,
            fields: made_meanwhile.fields,
        };
        state.change(Task::create(&new, ada().user_id, now()).unwrap());
    });
    let outcome = world.batch(vec![complete(1), create(7), complete(7)]).await;
    (world, outcome)
}

#[tokio::test]
async fn what_somebody_else_creates_meanwhile_is_the_same_create_sent_again() {
    let (world, outcome) = race_for_an_id(creation(7)).await;
    let results = outcome.unwrap();
    assert_eq!(
        world.kinds_since(1),
        [ChangeKind::Created, ChangeKind::Completed, ChangeKind::Completed]
    );
    assert_eq!(results[1].version, Seq::from(2), "as it was made meanwhile");
    assert_eq!(results[2], world.task(7));
}

#[tokio::test]
async fn or_its_id_is_taken() {
    let another = CreateTask {
        title: super::title("Another"),
        ..creation(7)
    };
    let (world, outcome) = race_for_an_id(another).await;
    let Err(Error::InBatch { index: 1, error }) = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(error.code(), ErrorCode::IdTaken);
    assert_eq!(world.kinds_since(1), [ChangeKind::Created]);
}

#[tokio::test]
async fn an_id_that_the_batch_deletes_stays_taken() {
    let world = World::new();
    let outcome = world.batch(vec![create(1), delete(1), create(1)]).await;
    assert_eq!(refused(outcome), ErrorCode::IdTaken);
    assert_eq!(world.log(), []);
}
