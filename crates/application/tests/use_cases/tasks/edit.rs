use taskwell_application::{
    Error, ErrorCode,
    ports::{MockTaskStore, StoreError},
    tasks::{Asserted, Done, EditTask, Precondition},
};
use taskwell_domain::{
    Base, ChangeKind, Description, FaultCode, Position, Priority, Recurrence, Seq, Tags, Task, TaskEdit,
    UserId,
};

use super::{
    ada, after, at, changed_by_another, failing_writes, finds, now, records, refused, refuses, task, task_id,
    tasks, title, unreachable_tasks,
};

/// The task gets another title.
fn rename() -> EditTask {
    EditTask {
        edit: TaskEdit {
            title: Some(title("Buy oat milk")),
            ..TaskEdit::default()
        },
        ..EditTask::default()
    }
}

/// The same, on version 3 alone.
fn rename_as_read() -> EditTask {
    EditTask {
        precondition: Precondition::none().and_one_of(vec![task().version]),
        ..rename()
    }
}

/// Sets what is set already.
fn no_change() -> EditTask {
    EditTask {
        edit: TaskEdit {
            title: Some(task().title),
            description: Some(task().description),
            completed: Some(false),
            priority: Some(Priority::None),
            due_date: Some(None),
            tags: Some(Tags::default()),
            ..TaskEdit::default()
        },
        ..EditTask::default()
    }
}

#[track_caller]
fn assert_precondition_failed(outcome: Result<Done<Task>, Error>, current: &Task) {
    let Err(Error::PreconditionFailed(carried)) = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(*carried, *current);
}

#[tokio::test]
async fn the_fields_that_are_given_change() {
    let change = task().edit(&rename().edit, now()).unwrap().unwrap();
    assert_eq!(
        (change.kind(), change.base()),
        (ChangeKind::Updated, Base::Version(Seq::from(3)))
    );
    let mut store = MockTaskStore::new();
    finds(&mut store, [Ok(Some(task()))]);
    records(&mut store, change);

    let edited = tasks(store)
        .edit(&ada(), task_id(), &rename(), None)
        .await
        .unwrap()
        .value;
    let expected = Task {
        title: title("Buy oat milk"),
        version: Seq::from(7),
        updated_at: now(),
        ..task()
    };
    assert_eq!(edited, expected);
}

#[tokio::test]
async fn a_change_of_nothing_records_nothing() {
    for command in [no_change(), EditTask::default()] {
        let mut store = MockTaskStore::new();
        finds(&mut store, [Ok(Some(task()))]);
        let edited = tasks(store)
            .edit(&ada(), task_id(), &command, None)
            .await
            .unwrap()
            .value;
        assert_eq!(edited, task());
    }
}

#[tokio::test]
async fn an_edit_that_is_overtaken_is_decided_anew() {
    let mut store = MockTaskStore::new();
    finds(&mut store, [Ok(Some(task())), Ok(Some(changed_by_another()))]);
    refuses(&mut store, StoreError::Stale);
    let change = changed_by_another().edit(&rename().edit, now()).unwrap().unwrap();
    assert_eq!(change.base(), Base::Version(Seq::from(4)));
    records(&mut store, change.clone());

    let edited = tasks(store)
        .edit(&ada(), task_id(), &rename(), None)
        .await
        .unwrap()
        .value;
    assert_eq!(edited, after(&change));
    assert_eq!(edited.description, Description::parse("three of them").unwrap());
}

#[tokio::test]
async fn an_edit_that_another_one_made_already_records_nothing() {
    let renamed = Task {
        title: title("Buy oat milk"),
        ..changed_by_another()
    };
    let mut store = MockTaskStore::new();
    finds(&mut store, [Ok(Some(task())), Ok(Some(renamed.clone()))]);
    refuses(&mut store, StoreError::Stale);
    let edited = tasks(store)
        .edit(&ada(), task_id(), &rename(), None)
        .await
        .unwrap()
        .value;
    assert_eq!(edited, renamed);
}

#[tokio::test]
async fn an_edit_of_the_version_that_was_read_is_recorded() {
    let mut store = MockTaskStore::new();
    finds(&mut store, [Ok(Some(task()))]);
    records(&mut store, task().edit(&rename().edit, now()).unwrap().unwrap());
    let edited = tasks(store)
        .edit(&ada(), task_id(), &rename_as_read(), None)
        .await
        .unwrap()
        .value;
    assert_eq!(edited.version, Seq::from(7));
}

#[tokio::test]
async fn an_edit_of_another_version_is_refused_with_the_task_as_it_stands() {
    let mut store = MockTaskStore::new();
    finds(&mut store, [Ok(Some(changed_by_another()))]);
    let outcome = tasks(store)
        .edit(&ada(), task_id(), &rename_as_read(), None)
        .await;
    assert_precondition_failed(outcome, &changed_by_another());
}

#[tokio::test]
async fn an_edit_of_a_version_that_is_overtaken_is_refused_with_the_task_as_it_stands() {
    let mut store = MockTaskStore::new();
    finds(&mut store, [Ok(Some(task())), Ok(Some(changed_by_another()))]);
    refuses(&mut store, StoreError::Stale);
    let outcome = tasks(store)
        .edit(&ada(), task_id(), &rename_as_read(), None)
        .await;
    assert_precondition_failed(outcome, &changed_by_another());
}

#[tokio::test]
async fn the_version_counts_for_a_change_of_nothing_too() {
    let mut store = MockTaskStore::new();
    finds(&mut store, [Ok(Some(changed_by_another()))]);
    let command = EditTask {
        precondition: Precondition::none().and_one_of(vec![Seq::from(3)]),
        ..EditTask::default()
    };
    let outcome = tasks(store).edit(&ada(), task_id(), &command, None).await;
    assert_precondition_failed(outcome, &changed_by_another());
}

#[tokio::test]
async fn what_the_caller_believes_must_be_so() {
    let wrong = [
        (
            "user_id",
            Asserted {
                user_id: Some(UserId::parse("bob").unwrap()),
                ..Asserted::default()
            },
        ),
        (
            "completed_at",
            Asserted {
                completed_at: Some(Some(now())),
                ..Asserted::default()
            },
        ),
        (
            "due_at",
            Asserted {
                due_at: Some(Some(now())),
                ..Asserted::default()
            },
        ),
        (
            "position",
            Asserted {
                position: Some(Position::last_at(Seq::from(2))),
                ..Asserted::default()
            },
        ),
        (
            "updated_at",
            Asserted {
                updated_at: Some(at("2026-11-20T09:00:00.001Z")),
                ..Asserted::default()
            },
        ),
    ];
    for (field, asserted) in wrong {
        let mut store = MockTaskStore::new();
        finds(&mut store, [Ok(Some(task()))]);
        let command = EditTask { asserted, ..rename() };
        let outcome = tasks(store).edit(&ada(), task_id(), &command, None).await;
        let Err(Error::Validation(faults)) = outcome else {
            panic!("{outcome:?}");
        };
        assert_eq!(
            faults.iter().map(|fault| fault.field).collect::<Vec<_>>(),
            [field]
        );
    }
}

#[tokio::test]
async fn a_task_may_be_sent_back_as_it_was_read() {
    let read = task();
    let command = EditTask {
        asserted: Asserted {
            id: Some(read.id),
            due_at: Some(read.due_at()),
            user_id: Some(read.user_id),
            completed_at: Some(read.completed_at),
            position: Some(read.position),
            created_at: Some(read.created_at),
            updated_at: Some(read.updated_at),
        },
        ..rename_as_read()
    };
    let mut store = MockTaskStore::new();
    finds(&mut store, [Ok(Some(task()))]);
    records(&mut store, task().edit(&command.edit, now()).unwrap().unwrap());
    tasks(store)
        .edit(&ada(), task_id(), &command, None)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_task_that_was_read_before_the_last_change_is_another_version_not_a_wrong_value() {
    let command = EditTask {
        asserted: Asserted {
            updated_at: Some(task().updated_at),
            ..Asserted::default()
        },
        ..rename_as_read()
    };
    let mut store = MockTaskStore::new();
    finds(&mut store, [Ok(Some(changed_by_another()))]);
    let outcome = tasks(store).edit(&ada(), task_id(), &command, None).await;
    assert_eq!(refused(outcome), ErrorCode::PreconditionFailed);
}

#[tokio::test]
async fn fields_that_do_not_go_together_are_told() {
    let mut store = MockTaskStore::new();
    finds(&mut store, [Ok(Some(task()))]);
    let daily = EditTask {
        edit: TaskEdit {
            recurrence: Some(Some(Recurrence::parse("FREQ=DAILY").unwrap())),
            ..TaskEdit::default()
        },
        ..EditTask::default()
    };
    let outcome = tasks(store).edit(&ada(), task_id(), &daily, None).await;
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
async fn a_task_out_of_reach_is_not_edited() {
    for (store, code) in unreachable_tasks() {
        let outcome = tasks(store).edit(&ada(), task_id(), &rename(), None).await;
        assert_eq!(refused(outcome), code);
    }
}

#[tokio::test]
async fn a_failing_write_is_told() {
    for (store, code) in failing_writes() {
        let outcome = tasks(store).edit(&ada(), task_id(), &rename(), None).await;
        assert_eq!(refused(outcome), code);
    }
}
