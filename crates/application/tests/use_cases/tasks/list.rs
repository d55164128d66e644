use taskwell_application::{
    ErrorCode,
    ports::{Mark, MockTaskStore, Page, Sort, SortKey, SortValue, Start, StoreError, TaskFilter, TaskQuery},
    tasks::{Cursor, ListTasks, TaskList},
};
use taskwell_domain::{Priority, Tag, Task};

use super::{ada, at, now, refused, task, tasks, unavailable};

fn open() -> TaskFilter {
    TaskFilter {
        completed: Some(false),
        ..TaskFilter::default()
    }
}

/// The open tasks, newest first, from the third on, two of them.
fn command() -> ListTasks {
    ListTasks {
        filter: open(),
        sort: Sort::default(),
        skip: 2,
        cursor: None,
        limit: 2,
        count: false,
    }
}

/// What the storage is to be asked then.
fn query() -> TaskQuery {
    TaskQuery {
        filter: open(),
        sort: Sort::default(),
        start: Start::Skip(2),
        limit: 2,
    }
}

/// Where an earlier page of the same listing ended.
fn cursor() -> Cursor {
    Cursor {
        filter: open(),
        sort: Sort::default(),
        mark: Mark::of(&newer(), SortKey::CreatedAt),
    }
}

fn newer() -> Task {
    Task {
        created_at: at("2026-11-20T10:00:00.000Z"),
        ..task()
    }
}

fn lists(store: &mut MockTaskStore, query: TaskQuery, answer: Result<Page, StoreError>) {
    store
        .expect_list()
        .withf(move |owner, asked| *owner == ada().user_id && *asked == query)
        .times(1)
        .return_once(|_, _| answer);
}

fn counts(store: &mut MockTaskStore, answer: Result<u64, StoreError>) {
    store
        .expect_count()
        .withf(|owner, filter| *owner == ada().user_id && *filter == open())
        .times(1)
        .return_once(|_, _| answer);
}

fn page(tasks: Vec<Task>, more: bool) -> Result<Page, StoreError> {
    Ok(Page { tasks, more })
}

#[tokio::test]
async fn the_storage_is_asked_for_what_the_caller_wants() {
    let mut store = MockTaskStore::new();
    lists(&mut store, query(), page(vec![newer(), task()], false));
    let list = tasks(store).list(&ada(), command()).await.unwrap();
    let expected = TaskList {
        tasks: vec![newer(), task()],
        next: None,
        total: None,
    };
    assert_eq!(list, expected);
}

#[tokio::test]
async fn while_there_is_more_a_cursor_stands_at_the_last_task() {
    let mut store = MockTaskStore::new();
    lists(&mut store, query(), page(vec![newer(), task()], true));
    let list = tasks(store).list(&ada(), command()).await.unwrap();
    let at_the_last = Cursor {
        mark: Mark::of(&task(), SortKey::CreatedAt),
        ..cursor()
    };
    assert_eq!(list.next, Some(at_the_last));
}

#[tokio::test]
async fn a_cursor_leads_to_the_page_after_it() {
    let mut store = MockTaskStore::new();
    let after_the_newer = TaskQuery {
        start: Start::After(Mark::of(&newer(), SortKey::CreatedAt)),
        ..query()
    };
    lists(&mut store, after_the_newer, page(vec![task()], false));
    let command = ListTasks {
        skip: 0,
        cursor: Some(cursor()),
        ..command()
    };
    let list = tasks(store).list(&ada(), command).await.unwrap();
    assert_eq!(list.tasks, [task()]);
}

#[tokio::test]
async fn a_cursor_of_another_filter_is_refused() {
    let others = [
        TaskFilter::default(),
        TaskFilter {
            completed: Some(true),
            ..open()
        },
        TaskFilter {
            deleted: true,
            ..open()
        },
        TaskFilter {
            priorities: vec![Priority::High],
            ..open()
        },
        TaskFilter {
            tags: vec![Tag::parse("home").unwrap()],
            ..open()
        },
        TaskFilter {
            due_after: Some(now()),
            ..open()
        },
        TaskFilter {
            due_before: Some(now()),
            ..open()
        },
        TaskFilter {
            updated_since: Some(now()),
            ..open()
        },
        TaskFilter {
            search: Some("milk".to_owned()),
            ..open()
        },
    ];
    for filter in others {
        assert_refused(Cursor { filter, ..cursor() }).await;
    }
}

#[tokio::test]
async fn a_cursor_of_another_order_is_refused() {
    let here = Sort::default();
    for &key in SortKey::ALL {
        for sort in [false, true].map(|descending| Sort { key, descending }) {
            if sort != here {
                assert_refused(Cursor { sort, ..cursor() }).await;
            }
        }
    }
}

async fn assert_refused(other: Cursor) {
    let command = ListTasks {
        cursor: Some(other.clone()),
        count: true,
        ..command()
    };
    // The storage is not asked for anything.
    let outcome = tasks(MockTaskStore::new()).list(&ada(), command).await;
    assert_eq!(refused(outcome), ErrorCode::InvalidCursor, "{other:?}");
}

#[tokio::test]
async fn a_cursor_holds_what_the_tasks_are_sorted_by() {
    for (key, value) in [
        (SortKey::CreatedAt, SortValue::Time(task().created_at)),
        (SortKey::UpdatedAt, SortValue::Time(task().updated_at)),
        (SortKey::DueAt, SortValue::Missing),
        (SortKey::Priority, SortValue::Priority(Priority::None)),
        (SortKey::Title, SortValue::Text("buy milk".to_owned())),
        (SortKey::Position, SortValue::Text(task().position.to_string())),
    ] {
        let sort = Sort {
            key,
            descending: false,
        };
        let mut store = MockTaskStore::new();
        lists(
            &mut store,
            TaskQuery { sort, ..query() },
            page(vec![task()], true),
        );
        let list = tasks(store).list(&ada(), ListTasks { sort, ..command() }).await;
        let next = list.unwrap().next.unwrap();
        assert_eq!((next.mark.value, next.mark.id), (value, task().id));
        assert_eq!((next.filter, next.sort), (open(), sort));
    }
}

#[tokio::test]
async fn all_that_pass_the_filter_are_counted_if_asked_for() {
    let mut store = MockTaskStore::new();
    counts(&mut store, Ok(41));
    lists(&mut store, query(), page(vec![], false));
    let command = ListTasks {
        count: true,
        ..command()
    };
    let list = tasks(store).list(&ada(), command).await.unwrap();
    assert_eq!((list.tasks, list.next, list.total), (vec![], None, Some(41)));
}

#[tokio::test]
async fn a_storage_that_is_away_is_told() {
    let mut away = MockTaskStore::new();
    lists(&mut away, query(), unavailable());
    assert_eq!(
        refused(tasks(away).list(&ada(), command()).await),
        ErrorCode::Unavailable
    );

    let mut away = MockTaskStore::new();
    counts(&mut away, unavailable());
    let command = ListTasks {
        count: true,
        ..command()
    };
    assert_eq!(
        refused(tasks(away).list(&ada(), command).await),
        ErrorCode::Unavailable
    );
}
