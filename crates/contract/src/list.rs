//! Listing tasks, page by page.

use std::{cmp::Ordering, collections::HashSet};

use taskwell_application::ports::{Mark, Page, Sort, SortKey, SortValue, Start, TaskFilter, TaskQuery};
use taskwell_domain::{NewTask, Place, Position, Priority, Task, TaskEdit, TaskId, Timestamp};

use crate::{
    fixture::Storage,
    given::{
        Account, all, at, by, completed, date, deleted, edited, later, moved, new_task, noon, open, sorts,
        task_id, title,
    },
};

const MORE_THAN_ANY_CASE_HAS: usize = 1_000;

/// Makes a task of that id at that instant, with these fields.
pub(crate) async fn create_at(account: &Account, id: TaskId, now: Timestamp, fields: TaskEdit) -> Task {
    let new = NewTask {
        id,
        fields,
        ..new_task(1)
    };
    let change = Task::create(&new, account.id.clone(), now).unwrap();
    account.recorded(change).await
}

fn dated(day: &str) -> TaskEdit {
    TaskEdit {
        due_date: Some(Some(date(day))),
        ..TaskEdit::default()
    }
}

fn important(priority: Priority) -> TaskEdit {
    TaskEdit {
        priority: Some(priority),
        ..TaskEdit::default()
    }
}

fn titled(text: &str) -> TaskEdit {
    TaskEdit {
        title: Some(title(text)),
        ..TaskEdit::default()
    }
}

/// Ten tasks, in every order with several that stand equal, and some without a key; made in none of the orders.
async fn ten_tasks(account: &Account) -> Vec<Task> {
    let [lowest, highest] = [
        "00000000-0000-4000-8000-000000000000",
        "ffffffff-ffff-4fff-bfff-ffffffffffff",
    ]
    .map(|id| TaskId::parse(id).unwrap());
    let none = TaskEdit::default;
    let mut tasks = vec![
        create_at(account, task_id(5), later(2), dated("2026-12-24")).await,
        create_at(account, highest, later(1), important(Priority::Urgent)).await,
        create_at(account, task_id(1), later(9), none()).await,
        create_at(account, task_id(4), later(1), dated("2026-12-24")).await,
        create_at(account, task_id(3), noon(), important(Priority::Low)).await,
        create_at(account, task_id(300), later(1), dated("2026-11-30")).await,
        create_at(account, task_id(2), noon(), none()).await,
        create_at(account, lowest, later(1), important(Priority::Low)).await,
        create_at(account, task_id(9), later(2), dated("2027-01-01")).await,
        create_at(account, task_id(8), later(5), none()).await,
    ];
    for (n, text) in [(0, "Zebra"), (3, "apple"), (6, "APPLE")] {
        tasks[n] = account.recorded(edited(&tasks[n], &titled(text))).await;
    }
    let before_all = Position::between(None, Some(&tasks[0].position)).unwrap();
    tasks[9] = account.recorded(moved(&tasks[9], Place::At(before_all))).await;
    tasks
}

/// The tasks in that order, as it is defined.
pub(crate) fn sorted(mut tasks: Vec<Task>, sort: Sort) -> Vec<Task> {
    tasks.sort_by(|a, b| {
        let [a, b] = [a, b].map(|task| Mark::of(task, sort.key));
        match (&a.value, &b.value) {
            (SortValue::Missing, SortValue::Missing) => directed(a.id.cmp(&b.id), sort),
            (SortValue::Missing, _) => Ordering::Greater,
            (_, SortValue::Missing) => Ordering::Less,
            (one, other) => directed(one.cmp(other).then(a.id.cmp(&b.id)), sort),
        }
    });
    tasks
}

fn directed(ordering: Ordering, sort: Sort) -> Ordering {
    match sort.descending {
        true => ordering.reverse(),
        false => ordering,
    }
}

pub(crate) fn after(task: &Task, sort: Sort) -> Start {
    Start::After(Mark::of(task, sort.key))
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
        let page = account.page(&query).await;
        assert!(
            page.tasks.len() <= limit as usize,
            "a page is longer than {limit}"
        );
        seen.extend(page.tasks);
        assert!(seen.len() <= MORE_THAN_ANY_CASE_HAS, "the walk goes in circles");
        match seen.last() {
            Some(last) if page.more => start = after(last, sort),
            _ => return seen,
        }
    }
}

pub(crate) async fn every_order_holds_in_either_direction(storage: Storage) {
    let ada = storage.account("ada").await;
    let tasks = ten_tasks(&ada).await;
    for sort in sorts() {
        let page = ada.page(&all(TaskFilter::default(), sort)).await;
        assert_eq!(page.tasks, sorted(tasks.clone(), sort), "{sort:?}");
        assert!(!page.more);
    }
}

pub(crate) async fn skip_and_limit_cut_out_a_window(storage: Storage) {
    let ada = storage.account("ada").await;
    let tasks = ten_tasks(&ada).await;
    for sort in sorts() {
        let tasks = sorted(tasks.clone(), sort);
        for (skip, limit) in [(0, 1), (0, 10), (3, 7), (9, 5), (10, 5), (11, 1), (u64::MAX, 100)] {
            let query = TaskQuery {
                start: Start::Skip(skip),
                limit,
                ..all(TaskFilter::default(), sort)
            };
            let page = ada.page(&query).await;
            let from = usize::try_from(skip).unwrap_or(usize::MAX).min(10);
            let to = (from + limit as usize).min(10);
            assert_eq!(page.tasks, tasks[from..to], "{limit} after {skip} {sort:?}");
            assert_eq!(page.more, to < 10, "{limit} after {skip} {sort:?}");
        }
    }
}

pub(crate) async fn more_is_told_exactly(storage: Storage) {
    let ada = storage.account("ada").await;
    let sort = by(SortKey::CreatedAt);
    let tasks = sorted(ten_tasks(&ada).await, sort);
    for (start, left) in [
        (Start::Skip(0), 10),
        (Start::Skip(4), 6),
        (after(&tasks[6], sort), 3),
    ] {
        for (limit, more) in [(left - 1, true), (left, false), (left + 1, false)] {
            let query = TaskQuery {
                start: start.clone(),
                limit,
                ..all(TaskFilter::default(), sort)
            };
            assert_eq!(ada.page(&query).await.more, more, "{limit} of {left}");
        }
    }
}

pub(crate) async fn pages_of_any_size_make_the_whole(storage: Storage) {
    let ada = storage.account("ada").await;
    let tasks = ten_tasks(&ada).await;
    for sort in sorts() {
        for limit in [1, 2, 3, 9, 10, 11] {
            let seen = walk(&ada, TaskFilter::default(), sort, limit).await;
            assert_eq!(seen, sorted(tasks.clone(), sort), "pages of {limit} {sort:?}");
        }
    }
}

pub(crate) async fn pages_of_a_filtered_list_make_the_whole(storage: Storage) {
    let ada = storage.account("ada").await;
    let mut tasks = ten_tasks(&ada).await;
    for n in [9, 4, 3, 0] {
        ada.recorded(completed(&tasks.remove(n))).await;
    }
    for sort in sorts() {
        for limit in [1, 2, 5, 6, 7] {
            let seen = walk(&ada, open(), sort, limit).await;
            assert_eq!(seen, sorted(tasks.clone(), sort), "pages of {limit} {sort:?}");
        }
    }
}

pub(crate) async fn where_nothing_is_the_page_is_empty(storage: Storage) {
    let ada = storage.account("ada").await;
    let empty = Page {
        tasks: vec![],
        more: false,
    };
    let anything = ada.creation(1).task().clone();
    for sort in sorts() {
        for start in [Start::Skip(0), Start::Skip(7), after(&anything, sort)] {
            let query = TaskQuery {
                start,
                limit: 1,
                ..all(TaskFilter::default(), sort)
            };
            assert_eq!(ada.page(&query).await, empty);
        }
    }
    assert_eq!(ada.count(TaskFilter::default()).await, 0);

    let only = ada.create(1).await;
    for sort in sorts() {
        let query = TaskQuery {
            start: after(&only, sort),
            ..all(TaskFilter::default(), sort)
        };
        assert_eq!(ada.page(&query).await, empty, "{sort:?}");
    }
}

pub(crate) async fn a_mark_outlives_its_task(storage: Storage) {
    let ada = storage.account("ada").await;
    let tasks = ten_tasks(&ada).await;
    for (n, sort) in sorts().enumerate() {
        let left: Vec<Task> = ada.listed().await;
        let left = sorted(left, sort);
        // Now one with a key, now one without.
        let place = n % left.len();
        let query = TaskQuery {
            start: after(&left[place], sort),
            ..all(TaskFilter::default(), sort)
        };
        let gone = ada.recorded(deleted(&left[place])).await;
        assert_eq!(ada.page(&query).await.tasks, left[place + 1..], "{sort:?}");
        ada.recorded(gone.restore(gone.updated_at).unwrap()).await;
    }
    assert_eq!(ada.listed().await.len(), tasks.len());
}

/// Between one page and the next, tasks come at both ends and in the middle, change, and go.
pub(crate) async fn a_walk_sees_each_surviving_task_once(storage: Storage) {
    for (n, sort) in sorts().enumerate() {
        let account = storage.account(&format!("user-{n}")).await;
        let mut expected = sorted(ten_tasks(&account).await, sort);
        let mut fresh_ids = 1_000..;
        let mut seen: Vec<TaskId> = Vec::new();
        let mut start = Start::Skip(0);
        loop {
            let query = TaskQuery {
                start,
                limit: 2,
                ..all(TaskFilter::default(), sort)
            };
            let page = account.page(&query).await;
            seen.extend(page.tasks.iter().map(|task| task.id));
            assert!(seen.len() < 200, "the walk goes in circles");
            let [first, last] = match &page.tasks[..] {
                [first, last] if page.more => [first, last],
                _ => break,
            };
            start = after(last, sort);

            // Neither takes a task to another place among those to come.
            if sort.key != SortKey::UpdatedAt {
                account.recorded(completed(first)).await;
            }
            account.recorded(deleted(last)).await;
            if fresh_ids.start < 1_012 {
                for (now, fields) in [
                    (at("1970-01-01T00:00:00Z"), titled("A")),
                    (later(1), dated("2026-12-01")),
                    (at("2999-12-31T00:00:00Z"), important(Priority::High)),
                ] {
                    let id = task_id(fresh_ids.next().unwrap());
                    create_at(&account, id, now, fields).await;
                }
            }
            // One that the walk has not come to yet, as long as there is one of the ten.
            if let Some(unseen) = expected.iter().rposition(|task| !seen.contains(&task.id))
                && expected.len() > 8
            {
                account.recorded(deleted(&expected.remove(unseen))).await;
            }
        }
        let once: HashSet<_> = seen.iter().collect();
        assert_eq!(once.len(), seen.len(), "a task was seen twice {sort:?}");
        for task in expected {
            assert!(once.contains(&task.id), "{task:?} was not seen {sort:?}");
        }
    }
}
