use taskwell_application::{
    Error, ErrorCode,
    ports::{Constraint, MockIdGenerator, MockTaskStore, StoreError},
    tasks::{Asserted, CreateTask, Created},
};
use taskwell_domain::{
    Base, ChangeKind, Description, FaultCode, NewTask, Position, Priority, Seq, Task, TaskChange, TaskEdit,
    TaskId, TimeOfDay, UserId,
};

use super::{
    ada, after, at, changed_by_another, finds, now, records, refused, refuses, task, task_id, tasks,
    tasks_with_ids, title, unavailable,
};

/// A create of the task, under an id that Ada brings.
fn command() -> CreateTask {
    CreateTask {
        id: Some(task_id()),
        title: title("Buy milk"),
        fields: TaskEdit {
            description: Some(Description::parse("two of them").unwrap()),
            ..TaskEdit::default()
        },
        asserted: Asserted::default(),
    }
}

fn with_fields(fields: TaskEdit) -> CreateTask {
    CreateTask { fields, ..command() }
}

/// What a command is to be recorded as.
fn creation(command: &CreateTask) -> TaskChange {
    let new = NewTask {
        id: command.id.unwrap_or_else(task_id),
        title: command.title.clone(),
        fields: command.fields.clone(),
    };
    Task::create(&new, ada().user_id, now()).unwrap()
}

/// A storage that has a task of that id, which was created like this.
fn taken(created: Result<Option<Task>, StoreError>) -> MockTaskStore {
    let mut store = MockTaskStore::new();
    refuses(&mut store, StoreError::Conflict(Constraint::TaskId));
    store
        .expect_find_creation()
        .withf(|owner, id| (owner, *id) == (&ada().user_id, task_id()))
        .times(1)
        .return_once(|_, _| created);
    store
}

/// The task as it stood when `command()` created it, some time ago.
fn created_before() -> Task {
    Task {
        version: Seq::from(1),
        updated_at: task().created_at,
        ..task()
    }
}

#[tokio::test]
async fn a_new_task_is_recorded_for_the_actor_and_gets_an_id() {
    let command = CreateTask {
        id: None,
        ..command()
    };
    let change = creation(&command);
    assert_eq!(
        (change.kind(), change.base()),
        (ChangeKind::Created, Base::Nothing)
    );
    let mut store = MockTaskStore::new();
    records(&mut store, change.clone());
    let mut ids = MockIdGenerator::new();
    ids.expect_task_id().times(1).returning(task_id);

    let created = tasks_with_ids(store, ids).create(&ada(), &command, None).await;
    assert_eq!(created.unwrap().value, Created::Now(after(&change)));
}

#[tokio::test]
async fn an_id_that_the_caller_brings_is_kept() {
    let mut store = MockTaskStore::new();
    records(&mut store, creation(&command()));
    let created = tasks(store).create(&ada(), &command(), None).await;
    assert_eq!(created.unwrap().value, Created::Now(after(&creation(&command()))));
}

#[tokio::test]
async fn a_task_may_be_done_from_the_start() {
    let done = with_fields(TaskEdit {
        completed: Some(true),
        ..command().fields
    });
    let mut store = MockTaskStore::new();
    records(&mut store, creation(&done));
    let Created::Now(task) = tasks(store).create(&ada(), &done, None).await.unwrap().value else {
        panic!("the task is new");
    };
    assert_eq!(task.completed_at, Some(now()));
}

#[tokio::test]
async fn the_same_create_again_gives_the_task_as_it_stands() {
    let mut store = taken(Ok(Some(created_before())));
    finds(&mut store, [Ok(Some(changed_by_another()))]);
    let created = tasks(store).create(&ada(), &command(), None).await;
    assert_eq!(created.unwrap().value, Created::Before(changed_by_another()));
}

#[tokio::test]
async fn another_create_under_the_id_is_refused() {
    let others = [
        CreateTask {
            title: title("Buy bread"),
            ..command()
        },
        with_fields(TaskEdit::default()),
        with_fields(TaskEdit {
            completed: Some(true),
            ..command().fields
        }),
        with_fields(TaskEdit {
            priority: Some(Priority::High),
            ..command().fields
        }),
    ];
    for other in others {
        let store = taken(Ok(Some(created_before())));
        let outcome = tasks(store).create(&ada(), &other, None).await;
        assert_eq!(refused(outcome), ErrorCode::IdTaken);
    }
}

#[tokio::test]
async fn the_same_create_again_is_refused_once_the_task_is_in_the_trash() {
    let mut store = taken(Ok(Some(created_before())));
    finds(&mut store, [Ok(None)]);
    let outcome = tasks(store).create(&ada(), &command(), None).await;
    assert_eq!(refused(outcome), ErrorCode::IdTaken);
}

#[tokio::test]
async fn an_id_whose_creation_is_forgotten_is_taken() {
    let outcome = tasks(taken(Ok(None))).create(&ada(), &command(), None).await;
    assert_eq!(refused(outcome), ErrorCode::IdTaken);
}

#[tokio::test]
async fn what_the_caller_believes_must_be_so_all_of_it() {
    let another = TaskId::parse("0199f0c1-ffff-7abc-8def-0123456789ab").unwrap();
    let yesterday = at("2026-11-20T08:00:00Z");
    let command = CreateTask {
        asserted: Asserted {
            id: Some(another),
            user_id: Some(UserId::parse("bob").unwrap()),
            completed_at: Some(Some(yesterday)),
            due_at: Some(Some(yesterday)),
            position: Some(Position::last_at(Seq::from(9))),
            created_at: Some(yesterday),
            updated_at: Some(yesterday),
        },
        ..command()
    };
    // The storage is not asked for anything.
    let outcome = tasks(MockTaskStore::new()).create(&ada(), &command, None).await;
    let Err(Error::Validation(faults)) = outcome else {
        panic!("{outcome:?}");
    };
    let fields: Vec<_> = faults.iter().map(|fault| fault.field).collect();
    assert_eq!(
        fields,
        [
            "id",
            "user_id",
            "completed_at",
            "due_at",
            "position",
            "created_at",
            "updated_at"
        ]
    );
    for fault in faults {
        assert_eq!(fault.fault.code, FaultCode::ReadOnly);
    }
}

#[tokio::test]
async fn fields_that_do_not_go_together_are_told() {
    let nine_o_clock = with_fields(TaskEdit {
        due_time: Some(Some(TimeOfDay::parse("09:00").unwrap())),
        ..TaskEdit::default()
    });
    let outcome = tasks(MockTaskStore::new())
        .create(&ada(), &nine_o_clock, None)
        .await;
    let Err(Error::Validation(faults)) = outcome else {
        panic!("{outcome:?}");
    };
    let told: Vec<_> = faults
        .iter()
        .map(|fault| (fault.field, fault.fault.code))
        .collect();
    assert_eq!(told, [("due_date", FaultCode::Required)]);
}

#[tokio::test]
async fn what_the_caller_believes_may_be_sent_along() {
    let command = CreateTask {
        asserted: Asserted {
            id: Some(task_id()),
            user_id: Some(ada().user_id),
            completed_at: Some(None),
            due_at: Some(None),
            position: None,
            created_at: Some(now()),
            updated_at: Some(now()),
        },
        ..command()
    };
    let mut store = MockTaskStore::new();
    records(&mut store, creation(&command));
    tasks(store).create(&ada(), &command, None).await.unwrap();
}

#[tokio::test]
async fn a_failure_of_the_storage_is_told() {
    let failures = [
        (StoreError::NotFound, ErrorCode::Unauthenticated),
        (StoreError::Unavailable("away".into()), ErrorCode::Unavailable),
        (StoreError::Corrupt("no title".to_owned()), ErrorCode::Internal),
        (StoreError::Internal("no such table".into()), ErrorCode::Internal),
    ];
    for (failure, code) in failures {
        let mut store = MockTaskStore::new();
        refuses(&mut store, failure);
        assert_eq!(refused(tasks(store).create(&ada(), &command(), None).await), code);
    }
}

#[tokio::test]
async fn a_storage_that_goes_away_half_way_is_told() {
    let outcome = tasks(taken(unavailable())).create(&ada(), &command(), None).await;
    assert_eq!(refused(outcome), ErrorCode::Unavailable);

    let mut store = taken(Ok(Some(created_before())));
    finds(&mut store, [unavailable()]);
    let outcome = tasks(store).create(&ada(), &command(), None).await;
    assert_eq!(refused(outcome), ErrorCode::Unavailable);
}

#[tokio::test]
async fn a_storage_that_answers_nothing_is_at_fault() {
    let mut store = MockTaskStore::new();
    store.expect_record().times(1).returning(|_, _| Ok(vec![]));
    let outcome = tasks(store).create(&ada(), &command(), None).await;
    assert_eq!(refused(outcome), ErrorCode::Internal);
}
