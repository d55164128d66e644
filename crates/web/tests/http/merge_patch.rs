//! What `PUT` and `PATCH` make of a body: an absent field stays, null clears what may be empty (RFC 7396).

use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::support::{Person, World};

const TASKS: &str = "/api/tasks";

/// Each field that can be set: a value, another one, and what null makes of it; none where null is refused.
fn fields() -> Vec<(&'static str, [Value; 2], Option<Value>)> {
    vec![
        ("title", [json!("Buy milk"), json!("Call Bob")], None),
        ("completed", [json!(true), json!(false)], None),
        (
            "description",
            [json!("oat"), json!("soy\nor rice")],
            Some(json!("")),
        ),
        ("priority", [json!("low"), json!("urgent")], Some(json!("none"))),
        (
            "due_date",
            [json!("2026-12-01"), json!("2027-01-31")],
            Some(json!(null)),
        ),
        ("due_time", [json!("09:30"), json!("23:59")], Some(json!(null))),
        (
            "time_zone",
            [json!("Europe/Berlin"), json!("UTC")],
            Some(json!(null)),
        ),
        (
            "remind_at",
            [
                json!("2026-12-01T07:00:00.000Z"),
                json!("2027-01-31T07:00:00.000Z"),
            ],
            Some(json!(null)),
        ),
        ("tags", [json!(["a"]), json!(["b", "a"])], Some(json!([]))),
    ]
}

/// A task with the first value of each field.
async fn world_with_task() -> (World, Person, Value) {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    let full: Map<String, Value> = fields()
        .into_iter()
        .map(|(name, [first, _], _)| (name.to_owned(), first))
        .collect();
    let task = world.post(TASKS).by(&ada).json(&full.into()).await.created();
    world.wait(Duration::from_secs(60));
    (world, ada, task)
}

fn address(task: &Value) -> String {
    format!("{TASKS}/{}", task["id"].as_str().unwrap())
}

/// What the two have in common, but for what follows from a write.
fn settable(task: &Value) -> Map<String, Value> {
    let mut task = task.as_object().unwrap().clone();
    for name in ["version", "updated_at", "due_at", "completed_at"] {
        task.remove(name);
    }
    task
}

#[actix_web::test]
async fn a_field_that_is_given_changes_alone() {
    let (world, ada, task) = world_with_task().await;
    for method in ["PUT", "PATCH"] {
        for (name, [first, second], cleared) in fields() {
            let cleared = cleared.map(|cleared| (json!(null), cleared));
            let steps = [(second.clone(), second)].into_iter().chain(cleared);
            for (given, expected) in steps {
                let call = world.call(method.parse().unwrap(), address(&task)).by(&ada);
                let changed = call.json(&json!({name: given})).await.ok();
                let mut wanted = settable(&task);
                wanted.insert(name.to_owned(), expected);
                if name == "due_date" && given.is_null() {
                    wanted.insert("due_time".to_owned(), json!(null));
                }
                assert_eq!(settable(&changed), wanted, "{method} {name}: {given}");
            }
            // As it was.
            let back = json!({name: first, "due_time": task["due_time"]});
            let call = world.patch(address(&task)).by(&ada).json(&back);
            assert_eq!(settable(&call.await.ok()), settable(&task), "{name}");
        }
    }
}

#[actix_web::test]
async fn every_set_of_fields_changes_exactly_these() {
    let (world, ada, task) = world_with_task().await;
    let fields = fields();
    let back: Map<String, Value> = fields
        .iter()
        .map(|(name, [first, _], _)| ((*name).to_owned(), first.clone()))
        .collect();
    for set in 0..1 << fields.len() {
        let chosen = fields.iter().enumerate().filter(|(at, _)| set & (1 << at) != 0);
        let chosen: Map<String, Value> = chosen
            .map(|(_, (name, [_, second], _))| ((*name).to_owned(), second.clone()))
            .collect();
        let mut wanted = settable(&task);
        wanted.extend(chosen.clone());
        let call = world.patch(address(&task)).by(&ada).json(&chosen.into());
        assert_eq!(settable(&call.await.ok()), wanted, "{set:b}");
        world
            .patch(address(&task))
            .by(&ada)
            .json(&back.clone().into())
            .await
            .ok();
    }
}

#[actix_web::test]
async fn null_is_refused_where_a_field_may_not_be_empty() {
    let (world, ada, task) = world_with_task().await;
    for (name, _, cleared) in fields() {
        let body = json!({name: null});
        let answer = world.patch(address(&task)).by(&ada).json(&body).await;
        match cleared {
            Some(cleared) => assert_eq!(answer.ok()[name], cleared, "{name}"),
            None => answer.faults([(&format!("/{name}"), "required")]),
        }
    }
}

#[actix_web::test]
async fn a_change_of_nothing_changes_nothing_the_version_included() {
    let (world, ada, task) = world_with_task().await;
    let mut bodies = vec![json!({}), task.clone()];
    for (name, [first, _], _) in fields() {
        bodies.push(json!({name: first}));
    }
    bodies.push(json!({"tags": ["a", "A"]}));
    bodies.push(json!({"remind_at": "2026-12-01T08:00:00+01:00", "title": " Buy milk "}));
    for body in bodies {
        for call in [world.put(address(&task)), world.patch(address(&task))] {
            let answer = call.by(&ada).json(&body).await;
            let etag = format!("\"{}\"", task["version"]);
            assert_eq!(answer.header("ETag"), Some(&*etag), "{body}");
            assert_eq!(answer.ok(), task, "{body}");
        }
    }
    assert_eq!(world.get("/api/changes/latest").by(&ada).await.ok()["seq"], 1);
}

#[actix_web::test]
async fn a_task_without_anything_can_be_cleared_again() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    let task = world.task(&ada, "Buy milk").await;
    let nothing: Map<String, Value> = fields()
        .into_iter()
        .filter(|(_, _, cleared)| cleared.is_some())
        .map(|(name, ..)| (name.to_owned(), json!(null)))
        .chain([("recurrence".to_owned(), json!(null))])
        .collect();
    let call = world.patch(address(&task)).by(&ada).json(&nothing.into());
    assert_eq!(call.await.ok(), task);
}

#[actix_web::test]
async fn clearing_the_day_clears_the_time_and_the_recurrence() {
    let (world, ada, task) = world_with_task().await;
    let patch = async |body: Value| world.patch(address(&task)).by(&ada).json(&body).await.ok();
    let recurring = patch(json!({"recurrence": "FREQ=DAILY"})).await;
    assert_eq!(recurring["recurrence"], "FREQ=DAILY");
    let cleared = patch(json!({"due_date": null})).await;
    for name in ["due_date", "due_time", "recurrence", "due_at"] {
        assert_eq!(cleared[name], Value::Null, "{name}");
    }
    assert_eq!(cleared["time_zone"], "Europe/Berlin");
}

#[actix_web::test]
async fn a_time_cannot_be_set_while_the_day_is_cleared() {
    let (world, ada, task) = world_with_task().await;
    for body in [
        json!({"due_date": null, "due_time": "10:00"}),
        json!({"due_date": null, "recurrence": "FREQ=DAILY"}),
    ] {
        let answer = world.patch(address(&task)).by(&ada).json(&body).await;
        answer.faults([("/due_date", "required")]);
    }
    assert_eq!(world.get(address(&task)).by(&ada).await.ok(), task);
}

#[actix_web::test]
async fn what_follows_from_other_fields_may_be_sent_back_with_them() {
    let (world, ada, task) = world_with_task().await;
    let mut edited = task.clone();
    edited["due_date"] = json!("2026-12-02");
    // Still the instant of the day before.
    let changed = world.put(address(&task)).by(&ada).json(&edited).await.ok();
    assert_eq!(changed["due_at"], "2026-12-02T08:30:00.000Z");
    for (name, value) in [
        ("due_at", json!("2026-12-01T08:30:00.000Z")),
        ("due_at", json!(null)),
        ("due_at", json!("soon")),
        ("position", json!("80")),
        ("position", json!("first")),
        ("deleted_at", json!("2026-12-01T08:30:00.000Z")),
    ] {
        let body = json!({"title": "x", name: value});
        let answer = world.put(address(&task)).by(&ada).json(&body).await;
        answer.faults([(&format!("/{name}"), "read_only")]);
    }
}
