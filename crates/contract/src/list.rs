//! Listing tasks, page by page.

use std::collections::HashSet;

use taskwell_application::ports::{Page, Position, Sort, Start, TaskFilter, TaskQuery};
use taskwell_domain::{NewTask, Task, TaskId, Timestamp};

use crate::{
    fixture::Storage,
    given::{Account, all, at, completed, deleted, later, new_task, noon, open, task_id},
};

const MORE_THAN_ANY_CASE_HAS: usize = 1_000;

const SORTS: [Sort; 2] = [Sort::CreatedAt, Sort::CreatedAtDescending];

/// Makes a task of that id at that instant.
async fn create_at(account: &Account, id: TaskId, now: Timestamp) -> Task {
    let new = NewTask { id, ..new_task(1) };
    account.recorded(Task::create(new, account.id.clone(), now)).await
}

/// Ten tasks, several of them of one instant, not made in the order of their places; oldest first.
async fn ten_tasks(account: &Account) -> Vec<Task> {
    let [lowest, highest] = [
        "00000000-0000-4000-8000-000000000000",
        "ffffffff-ffff-4fff-bfff-ffffffffffff",
    ]
    .map(|id| TaskId::parse(id).unwrap());
    let mut tasks = vec![
        create_at(account, task_id(5), later(2)).await,
        create_at(account, highest, later(1)).await,
        create_at(account, task_id(1), later(9)).await,
        create_at(account, task_id(4), later(1)).await,
        create_at(account, task_id(3), noon()).await,
        create_at(account, task_id(300), later(1)).await,
        create_at(account, task_id(2), noon()).await,
        create_at(account, lowest, later(1)).await,
        create_at(account, task_id(9), later(2)).await,
        create_at(account, task_id(8), later(5)).await,
    ];
    tasks.sort_by_key(|task| (task.created_at, task.id));
    tasks
}

fn sorted(tasks: &[Task], sort: Sort) -> Vec<Task> {
    match sort {
        Sort::CreatedAt => tasks.to_vec(),
        Sort::CreatedAtDescending => tasks.iter().rev().cloned().collect(),
    }
}

async fn page(account: &Account, query: TaskQuery) -> Page {
    account.tasks.list(&account.id, &query).await.unwrap()
}

fn after(task: &Task) -> Start {
    Start::After(Position::from(task))
}

/// Follows the pages from the first to the last.
pub(crate) async fn walk(account: &Account, filter: TaskFilter, sort: Sort, limit: u32) -> Vec<Task> {
    let mut seen = Vec::new();
    let mut start = Start::Skip(0);
    loop {
        let query = TaskQuery {
            filter: filter.clone(),
            sort,
            start,
            limit,
        };
        let page = page(account, query).await;
        assert!(
            page.tasks.len() <= limit as usize,
            "a page is longer than {limit}"
        );
        seen.extend(page.tasks);
        assert!(seen.len() <= MORE_THAN_ANY_CASE_HAS, "the walk goes in circles");
        match seen.last() {
            Some(last) if page.more => start = after(last),
            _ => return seen,
        }
    }
}

pub(crate) async fn the_order_is_that_of_creation_in_either_direction(storage: Storage) {
    let ada = storage.account("ada").await;
    let tasks = ten_tasks(&ada).await;
    for sort in SORTS {
        let page = page(&ada, all(TaskFilter::default(), sort)).await;
        assert_eq!(page.tasks, sorted(&tasks, sort));
        assert!(!page.more);
    }
}

pub(crate) async fn the_order_is_exact_to_the_millisecond(storage: Storage) {
    let ada = storage.account("ada").await;
    let instants = [
        "1970-01-01T00:00:00.000Z",
        "2001-09-09T01:46:39.999Z",
        "2001-09-09T01:46:40.000Z",
        "2026-11-21T12:00:00.000Z",
        "2026-11-21T12:00:00.001Z",
        "2026-11-21T12:00:00.010Z",
        "2026-11-21T12:00:00.099Z",
        "2026-11-21T12:00:00.100Z",
        "2026-11-21T12:00:00.120Z",
        "2026-11-21T12:00:00.123Z",
        "2026-11-21T12:00:01.000Z",
        "2999-12-31T23:59:59.999Z",
    ];
    let mut tasks = Vec::new();
    for (n, instant) in (1..).zip(instants) {
        // The ids stand in the opposite order.
        tasks.push(create_at(&ada, task_id(100 - n), at(instant)).await);
    }
    for sort in SORTS {
        assert_eq!(
            walk(&ada, TaskFilter::default(), sort, 100).await,
            sorted(&tasks, sort)
        );
        assert_eq!(
            walk(&ada, TaskFilter::default(), sort, 1).await,
            sorted(&tasks, sort)
        );
    }
}

pub(crate) async fn skip_and_limit_cut_out_a_window(storage: Storage) {
    let ada = storage.account("ada").await;
    let tasks = ten_tasks(&ada).await;
    for sort in SORTS {
        let tasks = sorted(&tasks, sort);
        for (skip, limit) in [
            (0, 1),
            (0, 10),
            (1, 3),
            (3, 7),
            (9, 5),
            (10, 5),
            (11, 1),
            (u64::MAX, 100),
        ] {
            let query = TaskQuery {
                start: Start::Skip(skip),
                limit,
                ..all(TaskFilter::default(), sort)
            };
            let page = page(&ada, query).await;
            let from = usize::try_from(skip).unwrap_or(usize::MAX).min(10);
            let to = (from + limit as usize).min(10);
            assert_eq!(page.tasks, tasks[from..to], "{limit} after {skip}");
            assert_eq!(page.more, to < 10, "{limit} after {skip}");
        }
    }
}

pub(crate) async fn more_is_told_exactly(storage: Storage) {
    let ada = storage.account("ada").await;
    let tasks = ten_tasks(&ada).await;
    for (start, left) in [(Start::Skip(0), 10), (Start::Skip(4), 6), (after(&tasks[6]), 3)] {
        for (limit, more) in [(left - 1, true), (left, false), (left + 1, false)] {
            let query = TaskQuery {
                start,
                limit,
                ..all(TaskFilter::default(), Sort::CreatedAt)
            };
            assert_eq!(page(&ada, query).await.more, more, "{limit} of {left}");
        }
    }
}

pub(crate) async fn pages_of_any_size_make_the_whole(storage: Storage) {
    let ada = storage.account("ada").await;
    let tasks = ten_tasks(&ada).await;
    for sort in SORTS {
        for limit in 1..=11 {
            let seen = walk(&ada, TaskFilter::default(), sort, limit).await;
            assert_eq!(seen, sorted(&tasks, sort), "pages of {limit}");
        }
    }
}

pub(crate) async fn the_filter_holds_for_list_and_count(storage: Storage) {
    let ada = storage.account("ada").await;
    let mut tasks = ten_tasks(&ada).await;
    for n in [0, 3, 4, 9] {
        tasks[n] = ada.recorded(completed(&tasks[n])).await;
    }
    ada.recorded(deleted(&tasks.remove(3))).await;
    ada.recorded(deleted(&tasks.remove(1))).await;

    for (completed, expected) in [(None, 8), (Some(true), 3), (Some(false), 5)] {
        let filter = TaskFilter { completed };
        let passing: Vec<Task> = tasks
            .iter()
            .filter(|task| completed.is_none_or(|completed| completed == task.is_completed()))
            .cloned()
            .collect();
        assert_eq!(ada.count(filter.clone()).await, expected);
        assert_eq!(page(&ada, all(filter, Sort::CreatedAt)).await.tasks, passing);
    }
}

pub(crate) async fn pages_of_a_filtered_list_make_the_whole(storage: Storage) {
    let ada = storage.account("ada").await;
    let mut tasks = ten_tasks(&ada).await;
    for n in [0, 3, 4, 9] {
        ada.recorded(completed(&tasks[n])).await;
    }
    tasks = [1, 2, 5, 6, 7, 8].map(|n| tasks[n].clone()).to_vec();
    for sort in SORTS {
        for limit in 1..=7 {
            assert_eq!(
                walk(&ada, open(), sort, limit).await,
                sorted(&tasks, sort),
                "pages of {limit}"
            );
        }
    }
}

pub(crate) async fn where_nothing_is_the_page_is_empty(storage: Storage) {
    let ada = storage.account("ada").await;
    let empty = Page {
        tasks: vec![],
        more: false,
    };
    let anywhere = Position {
        created_at: noon(),
        id: task_id(1),
    };
    for sort in SORTS {
        for start in [Start::Skip(0), Start::Skip(7), Start::After(anywhere)] {
            let query = TaskQuery {
                start,
                limit: 1,
                ..all(TaskFilter::default(), sort)
            };
            assert_eq!(page(&ada, query).await, empty);
        }
    }
    assert_eq!(ada.count(TaskFilter::default()).await, 0);

    let only = ada.create(1).await;
    assert_eq!(
        ada.count(TaskFilter {
            completed: Some(true)
        })
        .await,
        0
    );
    for sort in SORTS {
        let query = TaskQuery {
            start: after(&only),
            ..all(TaskFilter::default(), sort)
        };
        assert_eq!(page(&ada, query).await, empty);
    }
}

pub(crate) async fn a_position_outlives_its_task(storage: Storage) {
    let ada = storage.account("ada").await;
    let tasks = ten_tasks(&ada).await;
    ada.recorded(deleted(&tasks[4])).await;
    for (sort, expected) in [
        (Sort::CreatedAt, &tasks[5..]),
        (
            Sort::CreatedAtDescending,
            &sorted(&tasks[..4], Sort::CreatedAtDescending),
        ),
    ] {
        let query = TaskQuery {
            start: after(&tasks[4]),
            ..all(TaskFilter::default(), sort)
        };
        assert_eq!(page(&ada, query).await.tasks, expected);
    }
}

/// Between one page and the next, tasks come at both ends and in the middle, change, and go.
pub(crate) async fn a_walk_sees_each_surviving_task_once(storage: Storage) {
    for (sort, name) in SORTS.into_iter().zip(["ada", "bob"]) {
        let account = storage.account(name).await;
        let mut expected = sorted(&ten_tasks(&account).await, sort);
        let mut fresh_ids = 1_000..;
        let mut seen: Vec<TaskId> = Vec::new();
        let mut start = Start::Skip(0);
        loop {
            let query = TaskQuery {
                start,
                limit: 2,
                ..all(TaskFilter::default(), sort)
            };
            let page = page(&account, query).await;
            seen.extend(page.tasks.iter().map(|task| task.id));
            let [first, last] = match &page.tasks[..] {
                [first, last] if page.more => [first, last],
                _ => break,
            };
            start = after(last);

            account.recorded(completed(first)).await;
            account.recorded(deleted(last)).await;
            for now in [at("1970-01-01T00:00:00Z"), later(1), at("2999-12-31T00:00:00Z")] {
                let id = task_id(fresh_ids.next().unwrap());
                create_at(&account, id, now).await;
            }
            // One that the walk has not come to yet, as long as there is one of the ten.
            if let Some(unseen) = expected.iter().rposition(|task| !seen.contains(&task.id))
                && expected.len() > 8
            {
                account.recorded(deleted(&expected.remove(unseen))).await;
            }
        }
        let once: HashSet<_> = seen.iter().collect();
        assert_eq!(once.len(), seen.len(), "a task was seen twice");
        for task in expected {
            assert!(once.contains(&task.id), "{task:?} was not seen");
        }
    }
}
