//! Which tasks a listing has, and in which order.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Person, World, next};

const TASKS: &str = "/api/tasks";

/// Tasks that differ in everything that can be asked for; each a minute younger than the one before.
fn tasks() -> [Value; 6] {
    [
        json!({"title": "banana", "description": "two ripe ones", "priority": "low", "tags": ["Food", "home"],
            "due_date": "2026-12-01"}),
        json!({"title": "Apple", "priority": "urgent", "tags": ["food"], "due_date": "2026-12-01", "due_time": "08:00"}),
        json!({"title": "cherry", "completed": true, "tags": ["home"]}),
        json!({"title": "Äpfel für Zoë", "description": "banana bread", "priority": "high", "due_date": "2026-11-30",
            "due_time": "23:00", "time_zone": "America/New_York"}),
        json!({"title": "apple", "priority": "urgent", "completed": true}),
        json!({"title": "date", "description": "with Zoe, bring a banana", "priority": "medium", "tags": ["Über"]}),
    ]
}

async fn world_with_tasks() -> (World, Person) {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    for task in tasks() {
        world.wait(Duration::from_secs(60));
        world.post(TASKS).by(&ada).json(&task).await.created();
    }
    (world, ada)
}

async fn titles(world: &World, person: &Person, query: &str) -> Vec<String> {
    let list = world.get(format!("{TASKS}?{query}")).by(person).await.ok();
    titles_of(&list)
}

fn titles_of(list: &Value) -> Vec<String> {
    let tasks = list.as_array().unwrap();
    let titles = tasks.iter().map(|task| task["title"].as_str().unwrap());
    titles.map(str::to_owned).collect()
}

/// Queries, and the titles that each lists in the order of their creation.
const FILTERS: &[(&str, &[&str])] = &[
    ("completed=true", &["cherry", "apple"]),
    ("completed=false", &["banana", "Apple", "Äpfel für Zoë", "date"]),
    ("priority=urgent", &["Apple", "apple"]),
    ("priority=none", &["cherry"]),
    ("priority=low&priority=high", &["banana", "Äpfel für Zoë"]),
    ("tag=food", &["banana", "Apple"]),
    ("tag=FOOD&tag=home", &["banana"]),
    ("tag=%C3%BCber", &["date"]),
    ("tag=foo", &[]),
    // 23:00 in New York is 04:00 of the next day in UTC.
    (
        "due_after=2026-12-01T04:00:00Z",
        &["banana", "Apple", "Äpfel für Zoë"],
    ),
    ("due_after=2026-12-01T04:00:00.001Z", &["banana", "Apple"]),
    ("due_before=2026-12-01T08:00:00Z", &["Äpfel für Zoë"]),
    (
        "due_before=2026-12-01T09:00:00.001%2B01:00",
        &["Apple", "Äpfel für Zoë"],
    ),
    ("due_after=2026-12-01T23:59:59.999Z", &["banana"]),
    ("updated_since=2026-11-21T09:35:00Z", &["apple", "date"]),
    ("updated_since=2026-11-21T09:35:00.001Z", &["date"]),
    ("q=banana", &["banana", "Äpfel für Zoë", "date"]),
    ("q=BANANA+zo", &["Äpfel für Zoë", "date"]),
    ("q=zoe+ban", &["Äpfel für Zoë", "date"]),
    ("q=apf", &["Äpfel für Zoë"]),
    ("q=ripe+banana", &["banana"]),
    ("q=rip+banana", &[]),
    ("q=milk", &[]),
    ("completed=false&priority=urgent&tag=food&q=app", &["Apple"]),
    ("completed=true&priority=low", &[]),
    ("tag=food&due_before=2026-12-01T12:00:00Z", &["Apple"]),
    (
        "q=banana&due_after=2026-11-01T00:00:00Z&priority=high&priority=low&completed=false",
        &["banana", "Äpfel für Zoë"],
    ),
];

#[actix_web::test]
async fn each_filter_lets_its_tasks_pass_alone_and_with_others() {
    let (world, ada) = world_with_tasks().await;
    for (query, expected) in FILTERS {
        let query = format!("{query}&sort=created_at");
        assert_eq!(titles(&world, &ada, &query).await, *expected, "{query}");
    }
}

#[actix_web::test]
async fn what_passes_a_filter_is_counted() {
    let (world, ada) = world_with_tasks().await;
    for (query, expected) in FILTERS {
        let address = format!("{TASKS}?{query}&count=true&limit=1");
        let answer = world.get(address).by(&ada).await;
        let total = expected.len().to_string();
        assert_eq!(answer.header("X-Total-Count"), Some(&*total), "{query}");
        answer.ok();
    }
}

#[actix_web::test]
async fn each_order_stands_both_ways_and_what_has_no_key_last() {
    let (world, ada) = world_with_tasks().await;
    for (sort, expected) in [
        (
            "created_at",
            ["banana", "Apple", "cherry", "Äpfel für Zoë", "apple", "date"],
        ),
        (
            "-created_at",
            ["date", "apple", "Äpfel für Zoë", "cherry", "Apple", "banana"],
        ),
        (
            "updated_at",
            ["banana", "Apple", "cherry", "Äpfel für Zoë", "apple", "date"],
        ),
        (
            "-updated_at",
            ["date", "apple", "Äpfel für Zoë", "cherry", "Apple", "banana"],
        ),
        (
            "due_at",
            ["Äpfel für Zoë", "Apple", "banana", "cherry", "apple", "date"],
        ),
        (
            "-due_at",
            ["banana", "Apple", "Äpfel für Zoë", "date", "apple", "cherry"],
        ),
        (
            "priority",
            ["cherry", "banana", "date", "Äpfel für Zoë", "Apple", "apple"],
        ),
        (
            "-priority",
            ["apple", "Apple", "Äpfel für Zoë", "date", "banana", "cherry"],
        ),
        // By code point: what has no accent comes first.
        (
            "title",
            ["Apple", "apple", "banana", "cherry", "date", "Äpfel für Zoë"],
        ),
        (
            "-title",
            ["Äpfel für Zoë", "date", "cherry", "banana", "apple", "Apple"],
        ),
        (
            "position",
            ["banana", "Apple", "cherry", "Äpfel für Zoë", "apple", "date"],
        ),
        (
            "-position",
            ["date", "apple", "Äpfel für Zoë", "cherry", "Apple", "banana"],
        ),
    ] {
        assert_eq!(
            titles(&world, &ada, &format!("sort={sort}")).await,
            expected,
            "{sort}"
        );
    }
}

#[actix_web::test]
async fn every_filter_with_every_order_is_walked_through_page_by_page() {
    let (world, ada) = world_with_tasks().await;
    for (filter, _) in FILTERS {
        for sort in [
            "created_at",
            "-updated_at",
            "due_at",
            "-due_at",
            "priority",
            "-title",
            "position",
        ] {
            let query = format!("{filter}&sort={sort}");
            let at_once = titles(&world, &ada, &query).await;
            let mut walked = Vec::new();
            let mut page = Some(format!("{TASKS}?{query}&limit=1"));
            while let Some(address) = page {
                let answer = world.get(address).by(&ada).await;
                page = next(&answer);
                walked.extend(titles_of(&answer.ok()));
            }
            assert_eq!(walked, at_once, "{query}");
        }
    }
}

#[actix_web::test]
async fn what_is_asked_for_in_no_known_way_is_refused() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    let (long_tag, long_q) = ("x".repeat(51), "x".repeat(201));
    for (query, place, code) in [
        ("completed=yes", "?completed", "invalid_value"),
        ("priority=High", "?priority", "invalid_value"),
        ("tag=", "?tag", "too_short"),
        ("tag=%00", "?tag", "control_character"),
        (&format!("tag={long_tag}"), "?tag", "too_long"),
        ("due_after=2026-12-01", "?due_after", "invalid_format"),
        ("due_before=tomorrow", "?due_before", "invalid_format"),
        (
            "updated_since=2026-12-01T00:00:00",
            "?updated_since",
            "invalid_format",
        ),
        ("q=", "?q", "too_short"),
        ("q=%00", "?q", "control_character"),
        (&format!("q={long_q}"), "?q", "too_long"),
        ("sort=Title", "?sort", "invalid_value"),
        ("sort=id", "?sort", "invalid_value"),
        ("sort=-", "?sort", "invalid_value"),
        ("limit=0", "?limit", "out_of_range"),
        ("limit=101", "?limit", "out_of_range"),
        ("skip=-1", "?skip", "out_of_range"),
        ("count=1", "?count", "invalid_value"),
    ] {
        for list in [TASKS, "/api/tasks/trash"] {
            let answer = world.get(format!("{list}?{query}")).by(&ada).await;
            answer.faults([(place, code)]);
        }
    }
}

#[actix_web::test]
async fn every_faulty_value_of_a_parameter_that_may_be_repeated_is_named() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    let query = "priority=no&priority=low&priority=&tag=x&tag=";
    let answer = world.get(format!("{TASKS}?{query}")).by(&ada).await;
    answer.faults([
        ("?priority", "invalid_value"),
        ("?priority", "invalid_value"),
        ("?tag", "too_short"),
    ]);
}

#[actix_web::test]
async fn there_are_at_most_as_many_tags_as_a_task_can_have() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    let tags: Vec<String> = (0..21).map(|n| format!("tag=t{n}")).collect();
    let twenty = format!("{TASKS}?{}&tag=T1", tags[..20].join("&"));
    world.get(twenty).by(&ada).await.ok();
    let answer = world.get(format!("{TASKS}?{}", tags.join("&"))).by(&ada).await;
    answer.faults([("?tag", "too_many")]);
}

#[actix_web::test]
async fn a_text_of_two_hundred_characters_can_be_searched_for() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    let crabs = "%F0%9F%A6%80".repeat(200);
    assert_eq!(
        world.get(format!("{TASKS}?q={crabs}")).by(&ada).await.ok(),
        json!([])
    );
}
