use taskwell_application::{
    Error, ErrorCode,
    ports::{MockTaskStore, StoreError},
    tasks::{IdempotencyKey, Precondition},
};
use taskwell_domain::{ChangeKind, Seq, Task};

use super::{
    ada, after, belongs_to_another, now, records, refused, refuses, task, task_id, tasks, unavailable,
    world::World,
};

fn gone() -> Task {
    Task {
        deleted_at: Some(task().updated_at),
        ..task()
    }
}

/// Asked for Ada's task in the trash, the storage gives these answers, one after the other, and no more.
fn finds_deleted(store: &mut MockTaskStore, answers: Vec<Result<Option<Task>, StoreError>>) {
    let times = answers.len();
    let mut answers = answers.into_iter();
    store
        .expect_find_deleted()
        .withf(|owner, id| (owner, *id) == (&ada().user_id, task_id()))
        .times(times)
        .returning(move |_, _| answers.next().unwrap());
}

fn key() -> IdempotencyKey {
    IdempotencyKey {
        key: "key".to_owned(),
        fingerprint: [7; 32],
    }
}

#[tokio::test]
async fn a_task_comes_back_from_the_trash() {
    let change = gone().restore(now()).unwrap();
    assert_eq!(change.kind(), ChangeKind::Restored);
    let mut store = MockTaskStore::new();
    finds_deleted(&mut store, vec![Ok(Some(gone()))]);
    records(&mut store, change.clone());
    let any = Precondition::none();
    let restored = tasks(store).restore(&ada(), task_id(), &any, None).await.unwrap();
    assert_eq!(restored.value, after(&change));
    assert_eq!(restored.value.deleted_at, None);
}

#[tokio::test]
async fn what_is_not_in_the_trash_does_not_come_back() {
    let any = Precondition::none();
    for (anothers, code) in [(false, ErrorCode::NotFound), (true, ErrorCode::Forbidden)] {
        let mut store = MockTaskStore::new();
        finds_deleted(&mut store, vec![Ok(None)]);
        belongs_to_another(&mut store, Ok(anothers));
        let outcome = tasks(store).restore(&ada(), task_id(), &any, None).await;
        assert_eq!(refused(outcome), code);
    }
    let mut away = MockTaskStore::new();
    finds_deleted(&mut away, vec![unavailable()]);
    let outcome = tasks(away).restore(&ada(), task_id(), &any, None).await;
    assert_eq!(refused(outcome), ErrorCode::Unavailable);
}

#[tokio::test]
async fn another_version_does_not_come_back() {
    let mut store = MockTaskStore::new();
    finds_deleted(&mut store, vec![Ok(Some(gone()))]);
    let as_read = Precondition::none().and_one_of(vec![Seq::from(2)]);
    let outcome = tasks(store).restore(&ada(), task_id(), &as_read, None).await;
    let Err(Error::PreconditionFailed(current)) = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(*current, gone());
}

#[tokio::test]
async fn of_two_who_restore_a_task_the_second_finds_it_gone_from_the_trash() {
    let mut store = MockTaskStore::new();
    finds_deleted(&mut store, vec![Ok(Some(gone())), Ok(None)]);
    refuses(&mut store, StoreError::Stale);
    belongs_to_another(&mut store, Ok(false));
    let any = Precondition::none();
    let outcome = tasks(store).restore(&ada(), task_id(), &any, None).await;
    assert_eq!(refused(outcome), ErrorCode::NotFound);
}

/// Puts that many tasks into the trash.
async fn with_trash(count: u64) -> World {
    let world = World::with_tasks(count).await;
    for task in world.all() {
        world.record(task.delete(now()).unwrap());
    }
    world
}

#[tokio::test]
async fn the_trash_is_emptied_in_steps() {
    let world = with_trash(1_100).await;
    world.create(2_000).await;
    let (recordings, before) = (world.recordings(), world.log().len());
    let done = world.tasks.empty_trash(&ada(), Some(&key())).await.unwrap();
    assert!(!done.replayed);
    assert_eq!(world.recordings() - recordings, 3);
    assert_eq!(world.kinds_since(before), [ChangeKind::Purged; 1_100]);
    assert_eq!(world.all(), [world.task(2_000)]);

    // The second time it is not emptied of what came since.
    world.record(world.task(2_000).delete(now()).unwrap());
    let again = world.tasks.empty_trash(&ada(), Some(&key())).await.unwrap();
    assert!(again.replayed);
    assert_eq!(world.all().len(), 1);
}

#[tokio::test]
async fn an_empty_trash_is_emptied_already() {
    let world = World::with_tasks(1).await;
    world.tasks.empty_trash(&ada(), None).await.unwrap();
    assert_eq!(world.log().len(), 1);
}

#[tokio::test]
async fn what_is_restored_meanwhile_is_not_purged() {
    let world = with_trash(3).await;
    let saved = world.task(2);
    world.meanwhile(move |state| state.change(saved.restore(now()).unwrap()));
    world.tasks.empty_trash(&ada(), None).await.unwrap();
    assert_eq!(world.order(), [2]);
    assert_eq!(world.all().len(), 1);
}

#[tokio::test]
async fn a_storage_that_goes_away_while_the_trash_is_emptied_is_told() {
    let mut away = MockTaskStore::new();
    away.expect_list().times(1).returning(|_, _| unavailable());
    let outcome = tasks(away).empty_trash(&ada(), None).await;
    assert_eq!(refused(outcome), ErrorCode::Unavailable);
}
