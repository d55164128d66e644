use taskwell_application::{
    ErrorCode,
    ports::{Mark, MockTaskStore, Page, Sort, SortKey, Start, StoreError, TaskFilter, TaskQuery},
};
use taskwell_domain::Task;

use super::{ada, now, refused, task, tasks, unavailable};

/// What the storage is to be asked: all tasks outside the trash, in the order in which they came to be.
fn query(start: Start) -> TaskQuery {
    TaskQuery {
        filter: TaskFilter::default(),
        sort: Sort {
            key: SortKey::CreatedAt,
            descending: false,
        },
        start,
        limit: 200,
    }
}

/// Asked from there on, the storage gives that answer, once.
fn lists(store: &mut MockTaskStore, start: Start, answer: Result<Page, StoreError>) {
    store
        .expect_list()
        .withf(move |owner, asked| *owner == ada().user_id && *asked == query(start.clone()))
        .times(1)
        .return_once(|_, _| answer);
}

fn page(tasks: &[Task], more: bool) -> Page {
    Page {
        tasks: tasks.to_vec(),
        more,
    }
}

#[tokio::test]
async fn the_walk_goes_from_page_to_page_and_ends_behind_the_last_one() {
    let mut store = MockTaskStore::new();
    let after = Start::After(Mark::of(&task(), SortKey::CreatedAt));
    lists(&mut store, Start::Skip(0), Ok(page(&[task()], true)));
    lists(&mut store, after, Ok(page(&[task(), task()], false)));
    let mut walk = tasks(store).export(&ada());
    assert_eq!(walk.at(), now());
    assert_eq!(walk.next().await.unwrap(), Some(vec![task()]));
    assert_eq!(walk.next().await.unwrap(), Some(vec![task(), task()]));
    assert_eq!(walk.next().await.unwrap(), None);
    assert_eq!(walk.next().await.unwrap(), None);
}

#[tokio::test]
async fn without_tasks_there_is_one_empty_page() {
    let mut store = MockTaskStore::new();
    lists(&mut store, Start::Skip(0), Ok(page(&[], false)));
    let mut walk = tasks(store).export(&ada());
    assert_eq!(walk.next().await.unwrap(), Some(vec![]));
    assert_eq!(walk.next().await.unwrap(), None);
}

#[tokio::test]
async fn a_storage_that_fails_is_told_and_not_taken_for_the_end() {
    let mut store = MockTaskStore::new();
    lists(&mut store, Start::Skip(0), unavailable());
    let mut walk = tasks(store).export(&ada());
    assert_eq!(refused(walk.next().await), ErrorCode::Unavailable);
}
