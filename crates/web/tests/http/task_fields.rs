//! The fields of a task: what each takes and what it becomes.

use serde_json::{Value, json};

use crate::support::{Person, World};

const TASKS: &str = "/api/tasks";

async fn world_with_ada() -> (World, Person) {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    (world, ada)
}

/// A new task with these fields besides a title.
async fn create(world: &World, person: &Person, mut fields: Value) -> Value {
    if fields.get("title").is_none() {
        fields["title"] = json!("Buy milk");
    }
    world.post(TASKS).by(person).json(&fields).await.created()
}

#[actix_web::test]
async fn every_field_is_answered_as_it_was_set() {
    let (world, ada) = world_with_ada().await;
    let fields = json!({
        "title": "Water the plants", "description": "all\nof them", "priority": "urgent", "due_date": "2026-12-24",
        "due_time": "18:30", "time_zone": "Europe/Berlin", "remind_at": "2026-12-24T16:00:00.000Z",
        "recurrence": "FREQ=WEEKLY;BYDAY=TH", "tags": ["home", "Plants 🌱"],
    });
    let task = create(&world, &ada, fields.clone()).await;
    for (field, value) in fields.as_object().unwrap() {
        assert_eq!(task[field], *value, "{field}");
    }
    assert_eq!(task["due_at"], "2026-12-24T17:30:00.000Z");
    let address = format!("{TASKS}/{}", task["id"].as_str().unwrap());
    assert_eq!(world.get(address).by(&ada).await.ok(), task);
}

#[actix_web::test]
async fn a_task_has_its_fields_in_the_order_of_the_contract() {
    let (world, ada) = world_with_ada().await;
    let answer = world.post(TASKS).by(&ada).json(&json!({"title": "x"})).await;
    let text = String::from_utf8(answer.body.to_vec()).unwrap();
    let names = [
        "id",
        "user_id",
        "title",
        "description",
        "completed",
        "completed_at",
        "priority",
        "due_date",
        "due_time",
        "time_zone",
        "due_at",
        "remind_at",
        "recurrence",
        "tags",
        "position",
        "version",
        "created_at",
        "updated_at",
    ];
    let places: Vec<Option<usize>> = names
        .iter()
        .map(|name| text.find(&format!("\"{name}\":")))
        .collect();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{text}");
    assert_eq!(answer.created().as_object().unwrap().len(), names.len());
}

#[actix_web::test]
async fn each_text_has_its_limit_in_characters() {
    let (world, ada) = world_with_ada().await;
    // Four bytes; a letter and its accent; right to left; one byte.
    for character in ["🦀", "e\u{301}", "ש", "x"] {
        for (field, most) in [("title", 200), ("description", 1_000), ("tags", 50)] {
            let text = |length| -> String { character.chars().cycle().take(length).collect() };
            let value = |length| match field {
                "tags" => json!([text(length)]),
                _ => json!(text(length)),
            };
            let task = create(&world, &ada, json!({field: value(most)})).await;
            assert_eq!(task[field], value(most), "{field} of {character}");
            let longer = json!({"title": "x", field: value(most + 1)});
            let place = if field == "tags" {
                "/tags/0".to_owned()
            } else {
                format!("/{field}")
            };
            let answer = world.post(TASKS).by(&ada).json(&longer).await;
            answer.faults([(&place, "too_long")]);
        }
    }
}

#[actix_web::test]
async fn what_a_field_does_not_take_is_named_by_place_and_code() {
    let (world, ada) = world_with_ada().await;
    let task = create(&world, &ada, json!({"due_date": "2026-12-01"})).await;
    let address = format!("{TASKS}/{}", task["id"].as_str().unwrap());
    let long_rule = format!("FREQ=DAILY;BYDAY={}", "MO,".repeat(200));
    for (field, value, place, code) in [
        ("title", json!(" "), "/title", "too_short"),
        ("title", json!("a\nb"), "/title", "control_character"),
        ("title", json!("a\u{0}b"), "/title", "control_character"),
        ("description", json!("\u{0}"), "/description", "control_character"),
        ("priority", json!("High"), "/priority", "invalid_value"),
        ("priority", json!(3), "/priority", "invalid_type"),
        ("due_date", json!("2026-02-30"), "/due_date", "invalid_format"),
        (
            "due_date",
            json!("2026-12-01T00:00:00Z"),
            "/due_date",
            "invalid_format",
        ),
        ("due_date", json!(20261201), "/due_date", "invalid_type"),
        ("due_time", json!("24:00"), "/due_time", "invalid_format"),
        ("due_time", json!("9:30"), "/due_time", "invalid_format"),
        ("due_time", json!("09:30:00"), "/due_time", "invalid_format"),
        ("time_zone", json!("Berlin"), "/time_zone", "invalid_value"),
        ("time_zone", json!("+01:00"), "/time_zone", "invalid_value"),
        ("remind_at", json!("2026-12-01"), "/remind_at", "invalid_format"),
        (
            "remind_at",
            json!("2026-12-01T09:00:00"),
            "/remind_at",
            "invalid_format",
        ),
        ("recurrence", json!("every day"), "/recurrence", "invalid_format"),
        ("recurrence", json!("FREQ=HOURLY"), "/recurrence", "invalid_value"),
        ("recurrence", json!(long_rule), "/recurrence", "too_long"),
        ("tags", json!("home"), "/tags", "invalid_type"),
        ("tags", json!({"0": "home"}), "/tags", "invalid_type"),
        ("tags", json!(["a", " ", "b"]), "/tags/1", "too_short"),
        ("tags", json!(["a", "b", null]), "/tags/2", "required"),
        ("tags", json!(["a", 1]), "/tags/1", "invalid_type"),
        ("tags", json!(["a\u{0}"]), "/tags/0", "control_character"),
    ] {
        let mut new = json!({"title": "x", "due_date": "2026-12-01"});
        new[field] = value.clone();
        let changed = json!({field: value});
        for call in [
            world.post(TASKS).json(&new),
            world.put(address.as_str()).json(&changed),
            world.patch(address.as_str()).json(&changed),
        ] {
            call.by(&ada).await.faults([(place, code)]);
        }
    }
    assert_eq!(world.get(address).by(&ada).await.ok(), task);
}

#[actix_web::test]
async fn every_fault_is_named_not_only_the_first() {
    let (world, ada) = world_with_ada().await;
    let body = json!({
        "title": "", "priority": "x", "due_date": "x", "due_time": "x", "time_zone": "x", "remind_at": "x",
        "recurrence": "x", "tags": ["", "ok", "a\tb"], "position": "80", "version": 1, "x": 1,
    });
    world.post(TASKS).by(&ada).json(&body).await.faults([
        ("/title", "too_short"),
        ("/priority", "invalid_value"),
        ("/due_date", "invalid_format"),
        ("/due_time", "invalid_format"),
        ("/time_zone", "invalid_value"),
        ("/remind_at", "invalid_format"),
        ("/recurrence", "invalid_format"),
        ("/tags/0", "too_short"),
        ("/tags/2", "control_character"),
        ("/position", "read_only"),
        ("/version", "read_only"),
        ("/x", "unknown_field"),
    ]);
}

#[actix_web::test]
async fn a_tag_that_comes_again_is_dropped_and_there_are_at_most_twenty() {
    let (world, ada) = world_with_ada().await;
    let task = create(
        &world,
        &ada,
        json!({"tags": ["Work", " home ", "WORK", "Émile", "émile"]}),
    )
    .await;
    assert_eq!(task["tags"], json!(["Work", "home", "Émile"]));
    let mut tags: Vec<String> = (0..20).map(|n| format!("t{n}")).collect();
    tags.push("T7".to_owned());
    let task = create(&world, &ada, json!({"tags": tags})).await;
    assert_eq!(task["tags"], json!(tags[..20]));
    tags.push("one more".to_owned());
    let answer = world
        .post(TASKS)
        .by(&ada)
        .json(&json!({"title": "x", "tags": tags}))
        .await;
    answer.faults([("/tags", "too_many")]);
}

#[actix_web::test]
async fn a_time_and_a_recurrence_need_a_day() {
    let (world, ada) = world_with_ada().await;
    for body in [
        json!({"title": "x", "due_time": "09:00"}),
        json!({"title": "x", "recurrence": "FREQ=DAILY"}),
        json!({"title": "x", "due_date": null, "due_time": "09:00"}),
    ] {
        let answer = world.post(TASKS).by(&ada).json(&body).await;
        answer.faults([("/due_date", "required")]);
    }
}

#[actix_web::test]
async fn a_rule_that_never_comes_to_pass_is_refused() {
    let (world, ada) = world_with_ada().await;
    let body = json!({"title": "x", "due_date": "2026-12-01", "recurrence": "FREQ=DAILY;UNTIL=20261101"});
    let answer = world.post(TASKS).by(&ada).json(&body).await;
    answer.faults([("/recurrence", "invalid_value")]);
}

#[actix_web::test]
async fn when_a_task_is_due_follows_from_its_day_its_time_and_its_clocks() {
    let (world, ada) = world_with_ada().await;
    for (time, zone, due_at) in [
        (json!(null), json!(null), "2026-12-01T23:59:59.999Z"),
        (json!(null), json!("Asia/Tokyo"), "2026-12-01T14:59:59.999Z"),
        (json!("00:00"), json!(null), "2026-12-01T00:00:00.000Z"),
        (
            json!("09:30"),
            json!("America/New_York"),
            "2026-12-01T14:30:00.000Z",
        ),
    ] {
        let fields = json!({"due_date": "2026-12-01", "due_time": time, "time_zone": zone});
        assert_eq!(create(&world, &ada, fields).await["due_at"], due_at);
    }
    assert_eq!(
        create(&world, &ada, json!({"time_zone": "Asia/Tokyo"})).await["due_at"],
        Value::Null
    );
}

#[actix_web::test]
async fn a_reminder_is_an_instant_with_any_offset() {
    let (world, ada) = world_with_ada().await;
    let task = create(
        &world,
        &ada,
        json!({"remind_at": "2026-12-01T10:30:00.1239+01:00"}),
    )
    .await;
    assert_eq!(task["remind_at"], "2026-12-01T09:30:00.123Z");
}

#[actix_web::test]
async fn a_new_task_goes_last() {
    let (world, ada) = world_with_ada().await;
    let mut positions = Vec::new();
    for _ in 0..3 {
        let task = create(&world, &ada, json!({})).await;
        positions.push(task["position"].as_str().unwrap().to_owned());
    }
    assert!(positions.is_sorted_by(|a, b| a < b), "{positions:?}");
}

#[actix_web::test]
async fn what_a_create_cannot_set_must_be_as_it_will_be() {
    let (world, ada) = world_with_ada().await;
    let due = json!({"due_date": "2026-12-01", "due_at": "2026-12-01T23:59:59.999Z", "deleted_at": null});
    create(&world, &ada, due).await;
    for (field, value) in [
        ("due_at", json!("2026-12-01T23:59:59.999Z")),
        ("deleted_at", json!("2026-12-01T23:59:59.999Z")),
        ("position", json!("000000000000000080")),
        ("version", json!(0)),
        ("updated_at", json!("2020-01-01T00:00:00Z")),
    ] {
        let body = json!({"title": "x", field: value});
        let answer = world.post(TASKS).by(&ada).json(&body).await;
        answer.faults([(&format!("/{field}"), "read_only")]);
    }
}
