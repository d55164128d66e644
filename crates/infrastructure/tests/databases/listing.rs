//! Listing many tasks, held against sorting and filtering in memory.

use std::{cmp::Ordering, time::Duration};

use taskwell_application::ports::{Mark, Sort, SortKey, SortValue, Start, TaskFilter, TaskQuery, TaskStore};
use taskwell_domain::{
    Date, NewTask, Place, Position, Priority, Tag, Tags, Task, TaskChange, TaskEdit, TaskId, TimeOfDay,
    TimeZone, Timestamp, UserId,
};
use taskwell_infrastructure::{SqlTaskStore, testing::TestDatabase};
use uuid::Uuid;

use crate::support::{add_user, later, recording};

const TASKS: u64 = 200;

on_both_databases! {
    every_order_is_the_one_that_sorting_in_memory_gives,
    every_filter_lets_through_what_filtering_in_memory_does,
}

/// Numbers that look like chance, and are the same each time (splitmix64).
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }

    fn one_of<T: Clone>(&mut self, all: &[T]) -> T {
        all[usize::try_from(self.below(all.len() as u64)).unwrap()].clone()
    }

    fn maybe<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        (self.below(3) == 0).then(|| make(self))
    }
}

const WORDS: [&str; 8] = [
    "milk",
    "Milk",
    "ZEBRA",
    "zebra",
    "äpfel",
    "ÄPFEL",
    "日本",
    "🦀 crab",
];

const TAGS: [&str; 4] = ["home", "Work", "WORK", "a b"];

/// Few, so that there are ties.
fn instant(chance: &mut Chance) -> Timestamp {
    later(chance.below(5)).after(Duration::from_millis(chance.below(3) * 10))
}

fn creation(chance: &mut Chance, owner: &UserId) -> TaskChange {
    let title = format!("{} {}", chance.one_of(&WORDS), chance.one_of(&WORDS));
    let due_date = chance
        .maybe(|chance| Date::parse(chance.one_of(&["2026-11-20", "2026-11-21", "2026-11-22"])).unwrap());
    let due_time = due_date.and_then(|_| chance.maybe(|_| TimeOfDay::parse("00:30").unwrap()));
    let count = chance.below(3);
    let tags: Vec<Tag> = (0..count)
        .map(|_| chance.one_of(&TAGS).parse().unwrap())
        .collect();
    let new = NewTask {
        id: TaskId::from(Uuid::from_u64_pair(
            chance.below(u64::MAX),
            chance.below(u64::MAX),
        )),
        title: title.parse().unwrap(),
        fields: TaskEdit {
            completed: Some(chance.below(2) == 0),
            priority: Some(chance.one_of(Priority::ALL)),
            due_date: Some(due_date),
            due_time: Some(due_time),
            time_zone: Some(chance.maybe(|_| TimeZone::parse("Pacific/Auckland").unwrap())),
            tags: Some(Tags::new(tags).unwrap()),
            ..TaskEdit::default()
        },
    };
    Task::create(&new, owner.clone(), instant(chance)).unwrap()
}

/// Many tasks, of which some were edited, moved or deleted since.
async fn fill(store: &SqlTaskStore, owner: &UserId, chance: &mut Chance) -> Vec<Task> {
    let created = (0..TASKS).map(|_| creation(chance, owner)).collect();
    let recorded = store.record(owner, recording(created)).await.unwrap();
    let mut tasks: Vec<Task> = recorded.into_iter().filter_map(|change| change.task).collect();
    for index in 0..tasks.len() {
        let task = tasks[index].clone();
        let now = instant(chance);
        let change = match chance.below(4) {
            0 => task.delete(now),
            1 => {
                let first = tasks.iter().map(|task| &task.position).min();
                task.move_to(Place::At(Position::between(None, first).unwrap()), now)
            }
            2 => {
                let edit = TaskEdit {
                    priority: Some(chance.one_of(Priority::ALL)),
                    ..TaskEdit::default()
                };
                task.edit(&edit, now).unwrap()
            }
            _ => None,
        };
        if let Some(change) = change {
            let recorded = store.record(owner, recording(vec![change])).await.unwrap();
            tasks[index] = recorded[0].task.clone().unwrap();
        }
    }
    tasks
}

/// By the rule that the port states: those without a key last either way, ties by id in the same direction.
fn compare(sort: Sort, a: &Mark, b: &Mark) -> Ordering {
    let missing = |mark: &Mark| mark.value == SortValue::Missing;
    let by_key = (&a.value, a.id).cmp(&(&b.value, b.id));
    let by_key = if sort.descending { by_key.reverse() } else { by_key };
    missing(a).cmp(&missing(b)).then(by_key)
}

fn sorted(tasks: &[Task], sort: Sort, passes: impl Fn(&Task) -> bool) -> Vec<Task> {
    let mut sorted: Vec<Task> = tasks.iter().filter(|task| passes(task)).cloned().collect();
    sorted.sort_by(|a, b| compare(sort, &Mark::of(a, sort.key), &Mark::of(b, sort.key)));
    sorted
}

fn sorts() -> impl Iterator<Item = Sort> {
    let both = |key: &SortKey| {
        [false, true].map(|descending| Sort {
            key: *key,
            descending,
        })
    };
    SortKey::ALL.iter().flat_map(both)
}

/// All pages, each begun by `start`, which is told how many there were and which was the last.
async fn pages(
    store: &SqlTaskStore,
    owner: &UserId,
    query: &TaskQuery,
    start: impl Fn(u64, &Task) -> Start,
) -> Vec<Task> {
    let mut query = query.clone();
    let mut all: Vec<Task> = Vec::new();
    loop {
        let page = store.list(owner, &query).await.unwrap();
        assert!(page.tasks.len() <= query.limit as usize);
        all.extend(page.tasks);
        match all.last().filter(|_| page.more) {
            Some(last) => query.start = start(all.len() as u64, last),
            None => return all,
        }
    }
}

async fn every_order_is_the_one_that_sorting_in_memory_gives(test: &TestDatabase) {
    let store = SqlTaskStore::new(test.database().clone());
    let ada = add_user(test.database(), "ada").await;
    let eve = add_user(test.database(), "eve").await;
    let tasks = fill(&store, &ada, &mut Chance(1)).await;
    fill(&store, &eve, &mut Chance(2)).await;
    for (sort, deleted) in sorts().flat_map(|sort| [(sort, false), (sort, true)]) {
        let expected = sorted(&tasks, sort, |task| task.deleted_at.is_some() == deleted);
        assert!(expected.len() > 30);
        for limit in [1, 7, 1_000] {
            let query = TaskQuery {
                filter: TaskFilter {
                    deleted,
                    ..TaskFilter::default()
                },
                sort,
                start: Start::Skip(0),
                limit,
            };
            let by_mark = |_, last: &Task| Start::After(Mark::of(last, sort.key));
            let listed = pages(&store, &ada, &query, by_mark).await;
            assert_eq!(listed, expected, "{sort:?} by {limit}");
            let by_number = |count, _: &Task| Start::Skip(count);
            let listed = pages(&store, &ada, &query, by_number).await;
            assert_eq!(listed, expected, "{sort:?} by {limit}");
        }
        // Where a task stood that is not among them any more.
        for gone in tasks
            .iter()
            .filter(|task| task.deleted_at.is_some() != deleted)
            .step_by(9)
        {
            let mark = Mark::of(gone, sort.key);
            let query = TaskQuery {
                filter: TaskFilter {
                    deleted,
                    ..TaskFilter::default()
                },
                sort,
                start: Start::After(mark.clone()),
                limit: 1_000,
            };
            let listed = store.list(&ada, &query).await.unwrap().tasks;
            let is_behind = |task: &&Task| compare(sort, &Mark::of(task, sort.key), &mark).is_gt();
            let rest: Vec<Task> = expected.iter().filter(is_behind).cloned().collect();
            assert_eq!(listed, rest, "{sort:?} after {mark:?}");
        }
    }
}

fn passes(filter: &TaskFilter, task: &Task) -> bool {
    let has = |tag: &Tag| task.tags.iter().any(|own| own.key() == tag.key());
    let title = task.title.key();
    let words: Vec<&str> = title.split(' ').collect();
    let finds = |search: &String| words.iter().any(|word| word.starts_with(search.as_str()));
    task.deleted_at.is_some() == filter.deleted
        && filter
            .completed
            .is_none_or(|completed| completed == task.is_completed())
        && (filter.priorities.is_empty() || filter.priorities.contains(&task.priority))
        && filter.tags.iter().all(has)
        && filter.due_after.is_none_or(|at| task.due_at() >= Some(at))
        && filter
            .due_before
            .is_none_or(|at| task.due_at().is_some_and(|due| due < at))
        && filter.updated_since.is_none_or(|at| task.updated_at >= at)
        && filter.search.as_ref().is_none_or(finds)
}

async fn every_filter_lets_through_what_filtering_in_memory_does(test: &TestDatabase) {
    let store = SqlTaskStore::new(test.database().clone());
    let ada = add_user(test.database(), "ada").await;
    let eve = add_user(test.database(), "eve").await;
    let chance = &mut Chance(3);
    let tasks = fill(&store, &ada, chance).await;
    fill(&store, &eve, chance).await;
    let due: Vec<Timestamp> = tasks.iter().filter_map(Task::due_at).collect();
    let filters = (0..8).map(Some).chain([None; 150]).map(|alone| {
        let mut holds = |filter: u64| match alone {
            Some(alone) => alone == filter,
            None => chance.below(3) == 0,
        };
        let held = [0, 1, 2, 3, 4, 5, 6, 7].map(&mut holds);
        TaskFilter {
            deleted: held[0],
            completed: held[1].then(|| chance.below(2) == 0),
            priorities: match held[2] {
                true => vec![chance.one_of(Priority::ALL), Priority::Urgent],
                false => vec![],
            },
            tags: (0..chance.below(3))
                .filter(|_| held[3])
                .map(|_| chance.one_of(&TAGS).to_uppercase().parse().unwrap())
                .collect(),
            due_after: held[4].then(|| chance.one_of(&due)),
            due_before: held[5].then(|| chance.one_of(&due)),
            updated_since: held[6].then(|| instant(chance)),
            search: held[7].then(|| chance.one_of(&["m", "milk", "zebra", "crab", "日"]).to_owned()),
        }
    });
    let filters: Vec<TaskFilter> = filters.collect();
    let sorts: Vec<Sort> = sorts().collect();
    for (number, filter) in filters.into_iter().enumerate() {
        let sort = sorts[number % sorts.len()];
        let expected = sorted(&tasks, sort, |task| passes(&filter, task));
        assert_eq!(
            store.count(&ada, &filter).await.unwrap(),
            expected.len() as u64,
            "{filter:?}"
        );
        let query = TaskQuery {
            filter,
            sort,
            start: Start::Skip(0),
            limit: 10,
        };
        let by_mark = |_, last: &Task| Start::After(Mark::of(last, sort.key));
        assert_eq!(pages(&store, &ada, &query, by_mark).await, expected, "{query:?}");
    }
}
