//! Which tasks a listing has.

use std::collections::BTreeSet;

use taskwell_application::ports::{SortKey, TaskFilter};
use taskwell_domain::{Priority, Task, TaskEdit, TaskId, TimeOfDay};

use crate::{
    fixture::Storage,
    given::{
        Account, at, by, completed, date, deleted, description, edited, later, tag, tags, task_id, title,
        trash, zone,
    },
    list::walk,
};

/// Seven tasks that differ in everything that there is a filter for, the last in the trash.
async fn seven_tasks(account: &Account) {
    let none = TaskEdit::default;
    let fields = [
        none(),
        TaskEdit {
            priority: Some(Priority::High),
            tags: Some(tags(&["Home", "Émile"])),
            ..none()
        },
        TaskEdit {
            priority: Some(Priority::Low),
            due_date: Some(Some(date("2026-12-24"))),
            tags: Some(tags(&["work", "home", "home office"])),
            ..none()
        },
        TaskEdit {
            description: Some(description("Get some milk")),
            priority: Some(Priority::Urgent),
            due_date: Some(Some(date("2026-12-24"))),
            due_time: Some(Some(TimeOfDay::parse("12:00").unwrap())),
            ..none()
        },
        TaskEdit {
            due_date: Some(Some(date("2026-12-24"))),
            time_zone: Some(Some(zone("Asia/Tokyo"))),
            tags: Some(tags(&["ÉMILE"])),
            ..none()
        },
        TaskEdit {
            priority: Some(Priority::High),
            due_date: Some(Some(date("2027-01-01"))),
            tags: Some(tags(&["homework", "a%", "Straße"])),
            ..none()
        },
        TaskEdit {
            priority: Some(Priority::High),
            tags: Some(tags(&["home"])),
            ..none()
        },
    ];
    let mut tasks = Vec::new();
    for (n, fields) in (1..).zip(fields) {
        tasks.push(account.create_with(n, fields).await);
    }
    let milk = TaskEdit {
        title: Some(title("Buy milk")),
        ..none()
    };
    for n in [1, 5] {
        tasks[n] = account.recorded(edited(&tasks[n], &milk)).await;
    }
    for n in [0, 2, 5] {
        tasks[n] = account.recorded(completed(&tasks[n])).await;
    }
    account.recorded(deleted(&tasks[6])).await;
}

/// Every filter, and the numbers of the tasks that pass it.
fn filters() -> Vec<(TaskFilter, Vec<u64>)> {
    let any = TaskFilter::default;
    let priorities = |priorities: &[Priority]| TaskFilter {
        priorities: priorities.to_vec(),
        ..TaskFilter::default()
    };
    let tagged = |texts: &[&str]| TaskFilter {
        tags: texts.iter().map(|text| tag(text)).collect(),
        ..TaskFilter::default()
    };
    let search = |text: &str| TaskFilter {
        search: Some(text.to_owned()),
        ..TaskFilter::default()
    };
    let due_after = |text: &str| TaskFilter {
        due_after: Some(at(text)),
        ..TaskFilter::default()
    };
    let due_before = |text: &str| TaskFilter {
        due_before: Some(at(text)),
        ..TaskFilter::default()
    };
    let done = |completed: bool| TaskFilter {
        completed: Some(completed),
        ..TaskFilter::default()
    };
    let since = |minutes: u64| TaskFilter {
        updated_since: Some(later(minutes)),
        ..TaskFilter::default()
    };
    vec![
        (any(), vec![1, 2, 3, 4, 5, 6]),
        (trash(), vec![7]),
        (done(true), vec![1, 3, 6]),
        (done(false), vec![2, 4, 5]),
        (priorities(&[Priority::High]), vec![2, 6]),
        (priorities(&[Priority::None]), vec![1, 5]),
        (priorities(&[Priority::Urgent, Priority::Low]), vec![3, 4]),
        (priorities(&[Priority::Medium]), vec![]),
        (priorities(Priority::ALL), vec![1, 2, 3, 4, 5, 6]),
        // Ignoring case and nothing else, whole, and all of them.
        (tagged(&["home"]), vec![2, 3]),
        (tagged(&["HOME"]), vec![2, 3]),
        (tagged(&["émile"]), vec![2, 5]),
        (tagged(&["emile"]), vec![]),
        (tagged(&["e\u{301}mile"]), vec![]),
        (tagged(&["home", "ÉMILE"]), vec![2]),
        (tagged(&["Home Office", "work", "home"]), vec![3]),
        (tagged(&["home", "homework"]), vec![]),
        (tagged(&["A%"]), vec![6]),
        (tagged(&["%"]), vec![]),
        (tagged(&["straße", "STRAßE"]), vec![6]),
        // Inclusive; the day of the fifth ends in Tokyo.
        (due_after("2026-12-24T14:59:59.999Z"), vec![3, 5, 6]),
        (due_after("2026-12-24T15:00:00.000Z"), vec![3, 6]),
        (due_after("2028-01-01T00:00:00Z"), vec![]),
        // Exclusive.
        (due_before("2026-12-24T12:00:00.000Z"), vec![]),
        (due_before("2026-12-24T12:00:00.001Z"), vec![4]),
        (due_before("2999-01-01T00:00:00Z"), vec![3, 4, 5, 6]),
        (since(0), vec![1, 2, 3, 4, 5, 6]),
        (since(1), vec![1, 2, 3, 6]),
        (since(2), vec![1, 3, 6]),
        (since(4), vec![]),
        (search("milk"), vec![2, 4, 6]),
        (search("task"), vec![1, 3, 4, 5]),
    ]
}

async fn assert_passing(account: &Account, filter: TaskFilter, expected: &BTreeSet<TaskId>) {
    let seen = walk(account, filter.clone(), by(SortKey::CreatedAt), 100).await;
    let ids: BTreeSet<TaskId> = seen.iter().map(|task: &Task| task.id).collect();
    assert_eq!(ids, *expected, "{filter:?}");
    assert_eq!(seen.len(), ids.len(), "{filter:?}");
    // A storage may look for a few in another way than for many.
    let one_by_one = walk(account, filter.clone(), by(SortKey::CreatedAt), 1).await;
    assert_eq!(one_by_one, seen, "{filter:?}");
    assert_eq!(
        account.count(filter.clone()).await,
        ids.len() as u64,
        "{filter:?}"
    );
}

pub(crate) async fn every_filter_lets_pass_what_it_says(storage: Storage) {
    let ada = storage.account("ada").await;
    seven_tasks(&ada).await;
    // Somebody else's never do.
    seven_tasks(&storage.account("bob").await).await;
    for (filter, expected) in filters() {
        let expected = expected.into_iter().map(task_id).collect();
        assert_passing(&ada, filter, &expected).await;
    }
}

/// Both filters at once, where they say different things.
fn together(one: &TaskFilter, other: &TaskFilter) -> TaskFilter {
    let (one, other) = (one.clone(), other.clone());
    TaskFilter {
        deleted: one.deleted || other.deleted,
        completed: one.completed.or(other.completed),
        priorities: [one.priorities, other.priorities].concat(),
        tags: [one.tags, other.tags].concat(),
        due_after: one.due_after.or(other.due_after),
        due_before: one.due_before.or(other.due_before),
        updated_since: one.updated_since.or(other.updated_since),
        search: one.search.or(other.search),
    }
}

pub(crate) async fn filters_together_let_pass_what_each_of_them_does(storage: Storage) {
    let ada = storage.account("ada").await;
    seven_tasks(&ada).await;
    // One of each kind, none of which lets all pass.
    let ones: Vec<_> = [2, 4, 9, 20, 25, 27, 30].map(|n| filters()[n].clone()).into();
    for (n, (one, passing)) in ones.iter().enumerate() {
        for (other, also) in &ones[n + 1..] {
            let both = passing.iter().filter(|number| also.contains(number));
            let expected = both.copied().map(task_id).collect();
            assert_passing(&ada, together(one, other), &expected).await;
        }
    }
    let all = ones
        .iter()
        .fold(TaskFilter::default(), |all, (one, _)| together(&all, one));
    assert_passing(&ada, all.clone(), &BTreeSet::new()).await;
    let fields = TaskEdit {
        description: Some(description("milk")),
        priority: Some(Priority::High),
        due_date: Some(Some(date("2026-12-24"))),
        tags: Some(tags(&["home"])),
        ..TaskEdit::default()
    };
    let task = ada.create_with(8, fields).await;
    let task = ada.recorded(completed(&task)).await;
    assert_passing(&ada, all, &BTreeSet::from([task.id])).await;
}
