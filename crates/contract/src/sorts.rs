//! What comes before what.

use taskwell_application::ports::{Sort, SortKey, TaskFilter};
use taskwell_domain::{Place, Position, Priority, Task, TaskEdit, TaskId, TimeOfDay};

use crate::{
    fixture::Storage,
    given::{Account, at, by, date, edited, moved, noon, task_id, title, zone},
    list::{create_at, walk},
};

/// Ids in the order of creation against the numbers, so that only the sort key can bring the tasks in order.
fn against_the_order(n: u64) -> TaskId {
    task_id(1_000 - n)
}

/// Whether the tasks come in that order, and in the opposite one the other way round.
async fn assert_order(account: &Account, key: SortKey, expected: &[Task]) {
    let mut expected = expected.to_vec();
    for descending in [false, true] {
        for limit in [1, 100] {
            let sort = Sort { key, descending };
            let seen = walk(account, TaskFilter::default(), sort, limit).await;
            assert_eq!(seen, expected, "{sort:?}");
        }
        expected.reverse();
    }
}

const INSTANTS: [&str; 12] = [
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

pub(crate) async fn the_order_of_creation_is_exact_to_the_millisecond(storage: Storage) {
    let ada = storage.account("ada").await;
    let mut tasks = Vec::new();
    for (n, instant) in (1..).zip(INSTANTS) {
        tasks.push(create_at(&ada, against_the_order(n), at(instant), TaskEdit::default()).await);
    }
    assert_order(&ada, SortKey::CreatedAt, &tasks).await;
}

pub(crate) async fn the_order_of_changes_is_exact_to_the_millisecond(storage: Storage) {
    let ada = storage.account("ada").await;
    let mut tasks = Vec::new();
    for (n, instant) in (1..).zip(INSTANTS) {
        let made = create_at(&ada, against_the_order(n), at(INSTANTS[0]), TaskEdit::default()).await;
        let edit = TaskEdit {
            title: Some(title("Renamed")),
            ..TaskEdit::default()
        };
        let change = made.edit(&edit, at(instant)).unwrap().unwrap();
        tasks.push(ada.recorded(change).await);
    }
    assert_order(&ada, SortKey::UpdatedAt, &tasks).await;
}

pub(crate) async fn what_is_due_first_comes_first_wherever_that_is(storage: Storage) {
    let ada = storage.account("ada").await;
    let dues = [
        ("2026-11-21", Some("00:00"), Some("Pacific/Kiritimati")),
        ("2026-11-21", None, Some("Pacific/Kiritimati")),
        ("2026-11-21", Some("12:00"), Some("Europe/Berlin")),
        ("2026-11-21", Some("12:00"), None),
        ("2026-11-21", None, None),
        ("2026-11-22", Some("00:00"), None),
        ("2026-11-21", None, Some("Pacific/Pago_Pago")),
        ("9999-12-31", None, None),
    ];
    let mut tasks = Vec::new();
    for (n, (day, time, place)) in (1..).zip(dues) {
        let fields = TaskEdit {
            due_date: Some(Some(date(day))),
            due_time: Some(time.map(|time| TimeOfDay::parse(time).unwrap())),
            time_zone: Some(place.map(zone)),
            ..TaskEdit::default()
        };
        tasks.push(create_at(&ada, against_the_order(n), noon(), fields).await);
    }
    assert_order(&ada, SortKey::DueAt, &tasks).await;

    // The instant goes with whatever it is made of.
    let nearer = TaskEdit {
        time_zone: Some(Some(zone("Pacific/Kiritimati"))),
        ..TaskEdit::default()
    };
    let last = tasks.remove(6);
    tasks.insert(2, ada.recorded(edited(&last, &nearer)).await);
    // Two of one instant: by their ids, the lower of which was made later.
    tasks.swap(1, 2);
    assert_order(&ada, SortKey::DueAt, &tasks).await;
}

pub(crate) async fn what_is_never_due_comes_last_in_either_direction(storage: Storage) {
    let ada = storage.account("ada").await;
    let mut tasks = Vec::new();
    for (n, day) in (1..).zip([None, Some("2026-11-21"), None, Some("2026-11-20"), None]) {
        let fields = TaskEdit {
            due_date: Some(day.map(date)),
            ..TaskEdit::default()
        };
        tasks.push(create_at(&ada, task_id(n), noon(), fields).await);
    }
    for (descending, expected) in [(false, [4, 2, 1, 3, 5]), (true, [2, 4, 5, 3, 1])] {
        let sort = Sort {
            descending,
            ..by(SortKey::DueAt)
        };
        for limit in 1..=5 {
            let seen = walk(&ada, TaskFilter::default(), sort, limit).await;
            let ids: Vec<TaskId> = seen.iter().map(|task| task.id).collect();
            assert_eq!(ids, expected.map(task_id), "pages of {limit} {sort:?}");
        }
    }
}

pub(crate) async fn priorities_come_in_their_order(storage: Storage) {
    let ada = storage.account("ada").await;
    let mut tasks = Vec::new();
    for (n, priority) in (1..).zip(Priority::ALL) {
        let fields = TaskEdit {
            priority: Some(*priority),
            ..TaskEdit::default()
        };
        tasks.push(create_at(&ada, against_the_order(n), noon(), fields).await);
    }
    assert_order(&ada, SortKey::Priority, &tasks).await;
}

pub(crate) async fn titles_come_by_code_point_ignoring_case(storage: Storage) {
    let ada = storage.account("ada").await;
    let titles = [
        "!", "10", "9", "_", "A b", "a-b", "AA", "ab", "ABC", "z", "Ärger", "äs", "Ωmega", "日本",
        "\u{ffee}", "🦀",
    ];
    let mut tasks = Vec::new();
    for (n, text) in (1..).zip(titles) {
        let made = create_at(&ada, against_the_order(n), noon(), TaskEdit::default()).await;
        let edit = TaskEdit {
            title: Some(title(text)),
            ..TaskEdit::default()
        };
        tasks.push(ada.recorded(edited(&made, &edit)).await);
    }
    assert_order(&ada, SortKey::Title, &tasks).await;
}

pub(crate) async fn places_come_by_code_point(storage: Storage) {
    let ada = storage.account("ada").await;
    let mut tasks = Vec::new();
    for (n, place) in (1..).zip([
        "0080", "00ff80", "7f80", "7f8080", "80", "8080", "a080", "f80080", "ff80",
    ]) {
        let made = create_at(&ada, against_the_order(n), noon(), TaskEdit::default()).await;
        let place = Place::At(Position::parse(place).unwrap());
        tasks.push(ada.recorded(moved(&made, place)).await);
    }
    assert_order(&ada, SortKey::Position, &tasks).await;
}

pub(crate) async fn tasks_that_stand_equal_come_by_their_ids(storage: Storage) {
    let ada = storage.account("ada").await;
    let mut tasks = Vec::new();
    for n in [5, 2, 9, 1, 7] {
        let fields = TaskEdit {
            due_date: Some(Some(date("2026-11-21"))),
            ..TaskEdit::default()
        };
        tasks.push(create_at(&ada, task_id(n), noon(), fields).await);
    }
    tasks.sort_by_key(|task| task.id);
    for key in SortKey::ALL {
        // Only places are never equal.
        if *key != SortKey::Position {
            assert_order(&ada, *key, &tasks).await;
        }
    }
}
