//! Tasks that come again.

use serde_json::{Value, json};

use crate::support::{NOTHING, Person, World};

const TASKS: &str = "/api/tasks";

/// A task that is due on the first of December, and then as the rule says. It is the 21st of November.
async fn world_with(rule: &str) -> (World, Person, String) {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    let body = json!({
        "title": "Water the plants", "due_date": "2026-12-01", "due_time": "09:00", "time_zone": "Europe/Berlin",
        "remind_at": "2026-12-01T07:00:00.000Z", "recurrence": rule,
    });
    let task = world.post(TASKS).by(&ada).json(&body).await.created();
    let address = format!("{TASKS}/{}", task["id"].as_str().unwrap());
    (world, ada, address)
}

async fn complete(world: &World, person: &Person, address: &str, body: Value) -> Value {
    let call = world.patch(format!("{address}/complete")).by(person);
    call.json(&body).await.ok()
}

#[actix_web::test]
async fn completing_one_leaves_it_open_at_its_next_occurrence() {
    let (world, ada, address) = world_with("FREQ=DAILY;COUNT=3").await;
    for (day, remind_at) in [
        ("2026-12-02", "2026-12-02T07:00:00.000Z"),
        ("2026-12-03", "2026-12-03T07:00:00.000Z"),
    ] {
        let task = complete(&world, &ada, &address, json!({"completed": true})).await;
        assert_eq!(task["completed"], false);
        assert_eq!(task["completed_at"], Value::Null);
        assert_eq!(task["due_date"], day);
        assert_eq!(task["due_at"], format!("{day}T08:00:00.000Z"));
        assert_eq!(task["remind_at"], remind_at);
    }
    let last = complete(&world, &ada, &address, json!({"completed": true})).await;
    assert_eq!(last["completed"], true);
    assert_eq!(last["due_date"], "2026-12-03");
}

#[actix_web::test]
async fn an_occurrence_that_is_named_is_completed_once_however_often_it_is_sent() {
    let (world, ada, address) = world_with("FREQ=DAILY").await;
    let first = json!({"completed": true, "due_date": "2026-12-01"});
    let moved_on = complete(&world, &ada, &address, first.clone()).await;
    assert_eq!(moved_on["due_date"], "2026-12-02");
    assert_eq!(complete(&world, &ada, &address, first).await, moved_on);
    let second = json!({"completed": true, "due_date": "2026-12-02"});
    assert_eq!(
        complete(&world, &ada, &address, second).await["due_date"],
        "2026-12-03"
    );
}

#[actix_web::test]
async fn an_occurrence_can_only_be_completed() {
    let (world, ada, address) = world_with("FREQ=DAILY").await;
    for body in [
        json!({"completed": false, "due_date": "2026-12-01"}),
        json!({"due_date": "2026-12-01"}),
    ] {
        let call = world.patch(format!("{address}/complete")).by(&ada);
        call.json(&body)
            .await
            .faults([("/due_date", "not_allowed_together")]);
    }
    let call = world.patch(format!("{address}/complete")).by(&ada);
    let answer = call.json(&json!({"completed": true, "due_date": null})).await;
    answer.faults([("/due_date", "required")]);
    assert_eq!(world.get(address).by(&ada).await.ok()["version"], 1);
}

#[actix_web::test]
async fn an_edit_that_completes_one_moves_it_on_as_well() {
    let (world, ada, address) = world_with("FREQ=WEEKLY").await;
    let body = json!({"completed": true, "title": "Water them well"});
    let task = world.patch(address).by(&ada).json(&body).await.ok();
    assert_eq!(task["due_date"], "2026-12-08");
    assert_eq!(task["completed"], false);
    assert_eq!(task["title"], "Water them well");
    let log = world.get("/api/changes?since=1").by(&ada).await.ok();
    assert_eq!(log["changes"][0]["kind"], "completed");
}

#[actix_web::test]
async fn the_next_occurrences_are_shown_the_present_one_first() {
    let (world, ada, address) = world_with("FREQ=MONTHLY;BYMONTHDAY=1").await;
    let list = async |query: &str| {
        let list = world
            .get(format!("{address}/occurrences{query}"))
            .by(&ada)
            .await
            .ok();
        list.as_array().unwrap().clone()
    };
    let two = list("?limit=2").await;
    let expected = json!([
        {"due_date": "2026-12-01", "due_time": "09:00", "due_at": "2026-12-01T08:00:00.000Z"},
        {"due_date": "2027-01-01", "due_time": "09:00", "due_at": "2027-01-01T08:00:00.000Z"},
    ]);
    assert_eq!(json!(two), expected);
    assert_eq!(list("").await.len(), 10);
    assert_eq!(list("?limit=100").await.len(), 100);
    // The clocks went forward; the time of day stayed.
    assert_eq!(list("?limit=6").await[5]["due_at"], "2027-05-01T07:00:00.000Z");
    for (limit, code) in [
        ("0", "out_of_range"),
        ("101", "out_of_range"),
        ("x", "invalid_type"),
    ] {
        let answer = world
            .get(format!("{address}/occurrences?limit={limit}"))
            .by(&ada)
            .await;
        answer.faults([("?limit", code)]);
    }
}

#[actix_web::test]
async fn a_task_that_does_not_recur_has_one_occurrence_and_one_without_a_day_none() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    for (body, expected) in [
        (
            json!({"title": "x", "due_date": "2026-12-01"}),
            json!([{"due_date": "2026-12-01", "due_time": null, "due_at": "2026-12-01T23:59:59.999Z"}]),
        ),
        (json!({"title": "x"}), json!([])),
    ] {
        let task = world.post(TASKS).by(&ada).json(&body).await.created();
        let address = format!("{TASKS}/{}/occurrences", task["id"].as_str().unwrap());
        assert_eq!(world.get(address).by(&ada).await.ok(), expected);
    }
}

#[actix_web::test]
async fn occurrences_are_those_of_an_own_task() {
    let (world, ada, address) = world_with("FREQ=DAILY").await;
    let bob = world.sign_up("bob@example.com").await;
    world
        .get(format!("{address}/occurrences"))
        .by(&bob)
        .await
        .problem("forbidden");
    for id in [NOTHING, "x"] {
        let address = format!("{TASKS}/{id}/occurrences");
        world.get(address).by(&ada).await.problem("not_found");
    }
}
