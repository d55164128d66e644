use taskwell_application::{
    Error,
    ports::{MockTaskStore, StoreError},
    tasks::Precondition,
};
use taskwell_domain::{Base, ChangeKind, Seq};

use super::{
    ada, changed_by_another, failing_writes, finds, now, records, refused, refuses, task, task_id, tasks,
    unreachable_tasks,
};

#[tokio::test]
async fn a_task_goes_to_the_trash() {
    let change = task().delete(now()).unwrap();
    assert_eq!(
        (change.kind(), change.base(), change.task().deleted_at),
        (ChangeKind::Deleted, Base::Version(Seq::from(3)), Some(now()))
    );
    let mut store = MockTaskStore::new();
    finds(&mut store, [Ok(Some(task()))]);
    records(&mut store, change);
    tasks(store)
        .delete(&ada(), task_id(), &Precondition::none(), None)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_deletion_that_is_overtaken_takes_the_task_as_it_stands() {
    let mut store = MockTaskStore::new();
    finds(&mut store, [Ok(Some(task())), Ok(Some(changed_by_another()))]);
    refuses(&mut store, StoreError::Stale);
    records(&mut store, changed_by_another().delete(now()).unwrap());
    tasks(store)
        .delete(&ada(), task_id(), &Precondition::none(), None)
        .await
        .unwrap();
}

#[tokio::test]
async fn another_version_is_refused_with_the_task_as_it_stands() {
    let mut store = MockTaskStore::new();
    finds(&mut store, [Ok(Some(task())), Ok(Some(changed_by_another()))]);
    refuses(&mut store, StoreError::Stale);
    let as_read = Precondition::none().and_one_of(vec![task().version]);
    let outcome = tasks(store).delete(&ada(), task_id(), &as_read, None).await;
    let Err(Error::PreconditionFailed(current)) = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(*current, changed_by_another());
}

#[tokio::test]
async fn a_task_out_of_reach_is_not_deleted() {
    for (store, code) in unreachable_tasks() {
        let outcome = tasks(store)
            .delete(&ada(), task_id(), &Precondition::none(), None)
            .await;
        assert_eq!(refused(outcome), code);
    }
}

#[tokio::test]
async fn a_failing_write_is_told() {
    for (store, code) in failing_writes() {
        let outcome = tasks(store)
            .delete(&ada(), task_id(), &Precondition::none(), None)
            .await;
        assert_eq!(refused(outcome), code);
    }
}
