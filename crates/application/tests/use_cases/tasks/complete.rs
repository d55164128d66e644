use taskwell_application::{
    Error,
    ports::{MockTaskStore, StoreError},
    tasks::Precondition,
};
use taskwell_domain::{Base, ChangeKind, Completion, Date, Due, Seq, Task};

use super::{
    ada, after, at, changed_by_another, failing_writes, finds, now, records, refused, refuses, task, task_id,
    tasks, unreachable_tasks,
};

fn done() -> Task {
    Task {
        completed_at: Some(at("2026-11-20T09:00:00.000Z")),
        ..task()
    }
}

#[tokio::test]
async fn a_task_is_completed_or_opened() {
    let steps = [
        (task(), Completion::Toggle, ChangeKind::Completed, Some(now())),
        (task(), Completion::Set(true), ChangeKind::Completed, Some(now())),
        (done(), Completion::Toggle, ChangeKind::Reopened, None),
        (done(), Completion::Set(false), ChangeKind::Reopened, None),
    ];
    for (found, completion, kind, completed_at) in steps {
        let change = found.complete(completion, now()).unwrap();
        assert_eq!(
            (change.kind(), change.base()),
            (kind, Base::Version(found.version))
        );
        let mut store = MockTaskStore::new();
        finds(&mut store, [Ok(Some(found))]);
        records(&mut store, change.clone());

        let any = Precondition::none();
        let stands = tasks(store)
            .complete(&ada(), task_id(), completion, &any, None)
            .await
            .unwrap()
            .value;
        assert_eq!(stands, after(&change));
        assert_eq!(stands.completed_at, completed_at);
    }
}

#[tokio::test]
async fn what_is_so_already_records_nothing() {
    for (found, completed) in [(task(), false), (done(), true)] {
        let mut store = MockTaskStore::new();
        finds(&mut store, [Ok(Some(found.clone()))]);
        let set = Completion::Set(completed);
        let any = Precondition::none();
        let stands = tasks(store).complete(&ada(), task_id(), set, &any, None).await;
        assert_eq!(stands.unwrap().value, found);
    }
}

/// The client that completed the occurrence of that day may not have heard, and says so again.
#[tokio::test]
async fn an_occurrence_that_is_done_already_records_nothing() {
    let day = |text: &str| Date::parse(text).unwrap();
    let moved_on = Task {
        due: Some(Due {
            date: day("2026-11-22"),
            time: None,
            series: None,
        }),
        ..task()
    };
    let complete = async |store: MockTaskStore, date: &str| {
        let completion = Completion::Done(day(date));
        let any = Precondition::none();
        let outcome = tasks(store)
            .complete(&ada(), task_id(), completion, &any, None)
            .await;
        outcome.unwrap().value
    };
    let mut store = MockTaskStore::new();
    finds(&mut store, [Ok(Some(moved_on.clone()))]);
    assert_eq!(complete(store, "2026-11-21").await, moved_on);

    let mut store = MockTaskStore::new();
    finds(&mut store, [Ok(Some(moved_on.clone()))]);
    let change = moved_on.complete(Completion::Set(true), now()).unwrap();
    records(&mut store, change);
    assert_eq!(complete(store, "2026-11-22").await.completed_at, Some(now()));
}

#[tokio::test]
async fn a_toggle_that_is_overtaken_turns_what_it_finds_then() {
    let done_by_another = Task {
        completed_at: Some(at("2026-11-21T11:59:59.999Z")),
        ..changed_by_another()
    };
    let change = done_by_another.complete(Completion::Toggle, now()).unwrap();
    let mut store = MockTaskStore::new();
    finds(&mut store, [Ok(Some(task())), Ok(Some(done_by_another))]);
    refuses(&mut store, StoreError::Stale);
    records(&mut store, change);

    let any = Precondition::none();
    let toggled = tasks(store)
        .complete(&ada(), task_id(), Completion::Toggle, &any, None)
        .await;
    assert_eq!(toggled.unwrap().value.completed_at, None);
}

#[tokio::test]
async fn another_version_is_refused_with_the_task_as_it_stands() {
    let mut store = MockTaskStore::new();
    finds(&mut store, [Ok(Some(task()))]);
    let as_read = Precondition::none().and_one_of(vec![Seq::from(2)]);
    let outcome = tasks(store)
        .complete(&ada(), task_id(), Completion::Toggle, &as_read, None)
        .await;
    let Err(Error::PreconditionFailed(current)) = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(*current, task());
}

#[tokio::test]
async fn a_task_out_of_reach_is_not_completed() {
    for (store, code) in unreachable_tasks() {
        let any = Precondition::none();
        let outcome = tasks(store)
            .complete(&ada(), task_id(), Completion::Toggle, &any, None)
            .await;
        assert_eq!(refused(outcome), code);
    }
}

#[tokio::test]
async fn a_failing_write_is_told() {
    for (store, code) in failing_writes() {
        let any = Precondition::none();
        let outcome = tasks(store)
            .complete(&ada(), task_id(), Completion::Toggle, &any, None)
            .await;
        assert_eq!(refused(outcome), code);
    }
}
