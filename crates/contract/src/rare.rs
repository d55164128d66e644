//! What hardly any task is, in listings that are much longer than a page.

use taskwell_application::ports::{Sort, Start, TaskFilter, TaskQuery};
use taskwell_domain::{NewTask, Priority, Task, TaskEdit};

use crate::{
    fixture::Storage,
    given::{Account, at, date, later, new_task, sorts, tag, tags, task_id, title},
    list::{sorted, walk},
};

/// So many that no storage can mean to read them all for a page of one.
const MANY: u64 = 600;

/// Those that stand out, near each end and in the middle.
const RARE: [u64; 5] = [2, 3, 299, 301, 598];

/// Many tasks, the rare ones of which differ from all others in whatever there is a filter for.
async fn many_tasks(account: &Account) -> Vec<Task> {
    let changes = (1..=MANY).map(|n| {
        let rare = RARE.contains(&n);
        let fields = TaskEdit {
            title: rare.then(|| title(&format!("Rare task {n}"))),
            completed: Some(!rare),
            priority: Some([Priority::None, Priority::Urgent][usize::from(rare)]),
            due_date: match (n % 2, rare) {
                (0, _) => None,
                (_, true) => Some(Some(date("2026-12-24"))),
                (_, false) => Some(Some(date("2026-12-01"))),
            },
            tags: rare.then(|| tags(&["rare"])),
            ..TaskEdit::default()
        };
        let new = NewTask {
            // Against the order of creation.
            id: task_id(MANY - n + 1),
            fields,
            ..new_task(n)
        };
        let made = later(if rare { n + MANY } else { n });
        Task::create(&new, account.id.clone(), made).unwrap()
    });
    let recorded = account.record(changes.collect()).await.unwrap();
    recorded.into_iter().filter_map(|change| change.task).collect()
}

/// Each lets the rare ones pass and nothing else; of those that ask for a due time, the ones that have one.
fn filters() -> Vec<TaskFilter> {
    let any = TaskFilter::default;
    vec![
        TaskFilter {
            completed: Some(false),
            ..any()
        },
        TaskFilter {
            priorities: vec![Priority::Urgent],
            ..any()
        },
        TaskFilter {
            priorities: vec![Priority::Low, Priority::Urgent],
            ..any()
        },
        TaskFilter {
            tags: vec![tag("rare")],
            ..any()
        },
        TaskFilter {
            due_after: Some(at("2026-12-20T00:00:00Z")),
            ..any()
        },
        TaskFilter {
            updated_since: Some(later(MANY + 1)),
            ..any()
        },
        TaskFilter {
            search: Some("task rar".to_owned()),
            ..any()
        },
        TaskFilter {
            completed: Some(false),
            search: Some("rare".to_owned()),
            due_before: Some(at("2027-01-01T00:00:00Z")),
            ..any()
        },
    ]
}

async fn assert_found(account: &Account, filter: &TaskFilter, rare: &[Task]) {
    for sort in sorts() {
        let expected = sorted(rare.to_vec(), sort);
        for limit in [1, 3] {
            let seen = walk(account, filter.clone(), sort, limit).await;
            assert_eq!(seen, expected, "{filter:?} {sort:?} {limit}");
        }
        for skip in 0..=expected.len() {
            assert_eq!(skipping(account, filter, sort, skip).await, expected[skip..]);
        }
    }
}

async fn skipping(account: &Account, filter: &TaskFilter, sort: Sort, skip: usize) -> Vec<Task> {
    let query = TaskQuery {
        filter: filter.clone(),
        sort,
        start: Start::Skip(skip as u64),
        limit: 5,
    };
    account.page(&query).await.tasks
}

pub(crate) async fn what_is_rare_is_found_wherever_it_stands(storage: Storage) {
    let ada = storage.account("ada").await;
    let tasks = many_tasks(&ada).await;
    let (rare, others): (Vec<Task>, Vec<Task>) = tasks
        .into_iter()
        .partition(|task| task.priority == Priority::Urgent);
    assert_eq!(rare.len(), RARE.len());
    for filter in filters() {
        let mut rare = rare.clone();
        if filter.due_after.or(filter.due_before).is_some() {
            rare.retain(|task| task.due.is_some());
        }
        assert_found(&ada, &filter, &rare).await;
        assert_eq!(ada.count(filter).await, rare.len() as u64);
    }
    // What all others are is found at once.
    let done = TaskFilter {
        completed: Some(true),
        ..TaskFilter::default()
    };
    for sort in sorts() {
        let expected = sorted(others.clone(), sort);
        for skip in [0, 1, 300, others.len() - 2, others.len()] {
            let seen = skipping(&ada, &done, sort, skip).await;
            let until = expected.len().min(skip + 5);
            assert_eq!(seen, expected[skip..until], "{sort:?} {skip}");
        }
    }
}
