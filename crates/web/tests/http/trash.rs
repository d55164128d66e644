//! The trash: where deleted tasks are, until they are restored or gone for good.

use serde_json::{Value, json};

use crate::support::{NOTHING, Person, World};

const TASKS: &str = "/api/tasks";
const TRASH: &str = "/api/tasks/trash";

fn address(task: &Value) -> String {
    format!("{TASKS}/{}", task["id"].as_str().unwrap())
}

/// A world with a task in the trash and one outside.
async fn world_with_trash() -> (World, Person, Value) {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    let task = world.task(&ada, "Buy milk").await;
    world.task(&ada, "Call Bob").await;
    world.delete(address(&task)).by(&ada).await.no_content();
    (world, ada, task)
}

#[actix_web::test]
async fn what_is_deleted_is_in_the_trash_with_the_time() {
    let (world, ada, task) = world_with_trash().await;
    let mut expected = task;
    expected["version"] = json!(3);
    expected["deleted_at"] = json!("2026-11-21T09:30:02.000Z");
    expected["updated_at"] = expected["deleted_at"].clone();
    assert_eq!(world.get(TRASH).by(&ada).await.ok(), json!([expected]));
}

#[actix_web::test]
async fn a_task_outside_the_trash_has_no_time_of_deletion() {
    let (world, ada, _) = world_with_trash().await;
    let list = world.get(TASKS).by(&ada).await.ok();
    assert_eq!(list.as_array().unwrap().len(), 1);
    assert_eq!(list[0].get("deleted_at"), None);
}

#[actix_web::test]
async fn the_trash_is_listed_as_tasks_are() {
    let (world, ada, _) = world_with_trash().await;
    let other = json!({"title": "Old plan", "priority": "high", "completed": true});
    let other = world.post(TASKS).by(&ada).json(&other).await.created();
    world.delete(address(&other)).by(&ada).await.no_content();
    for (query, expected) in [
        ("", vec!["Old plan", "Buy milk"]),
        ("?sort=title", vec!["Buy milk", "Old plan"]),
        ("?completed=false", vec!["Buy milk"]),
        ("?priority=high", vec!["Old plan"]),
        ("?q=mil", vec!["Buy milk"]),
        ("?skip=1", vec!["Buy milk"]),
    ] {
        let answer = world.get(format!("{TRASH}{query}")).by(&ada).await;
        let list = answer.ok();
        let titles: Vec<&Value> = list
            .as_array()
            .unwrap()
            .iter()
            .map(|task| &task["title"])
            .collect();
        assert_eq!(titles, expected, "{query}");
    }
    let answer = world.get(format!("{TRASH}?limit=1&count=true")).by(&ada).await;
    assert_eq!(answer.header("X-Total-Count"), Some("2"));
    answer.ok();
}

#[actix_web::test]
async fn a_restored_task_is_what_it_was() {
    let (world, ada, task) = world_with_trash().await;
    let answer = world.post(format!("{}/restore", address(&task))).by(&ada).await;
    assert_eq!(answer.header("ETag"), Some("\"4\""));
    let restored = answer.ok();
    let mut expected = task.clone();
    expected["version"] = json!(4);
    expected["updated_at"] = json!("2026-11-21T09:30:02.000Z");
    assert_eq!(restored, expected);
    assert_eq!(world.get(address(&task)).by(&ada).await.ok(), restored);
    assert_eq!(world.get(TRASH).by(&ada).await.ok(), json!([]));
}

#[actix_web::test]
async fn only_what_is_in_the_trash_can_be_restored() {
    let (world, ada, task) = world_with_trash().await;
    let restore = |id: &str| world.post(format!("{TASKS}/{id}/restore"));
    let bob = world.sign_up("bob@example.com").await;
    let id = task["id"].as_str().unwrap();
    restore(id).by(&bob).await.problem("forbidden");
    restore(id).by(&ada).await.ok();
    for id in [id, NOTHING, "x"] {
        restore(id).by(&ada).await.problem("not_found");
    }
}

#[actix_web::test]
async fn a_task_is_restored_on_the_version_that_is_asked_for_only() {
    let (world, ada, task) = world_with_trash().await;
    let restore = |condition: &str| {
        let call = world.post(format!("{}/restore", address(&task))).by(&ada);
        call.header("If-Match", condition)
    };
    let problem = restore("\"1\"").await.problem("precondition_failed");
    assert_eq!(problem["current"], world.get(TRASH).by(&ada).await.ok()[0]);
    assert_eq!(restore("\"3\"").await.ok()["version"], 4);
}

#[actix_web::test]
async fn an_emptied_trash_is_empty_for_good() {
    let (world, ada, task) = world_with_trash().await;
    let bob = world.sign_up("bob@example.com").await;
    let of_bob = world.task(&bob, "x").await;
    world.delete(address(&of_bob)).by(&bob).await.no_content();
    for _ in 0..2 {
        world.delete(TRASH).by(&ada).await.no_content();
        assert_eq!(world.get(TRASH).by(&ada).await.ok(), json!([]));
    }
    world
        .post(format!("{}/restore", address(&task)))
        .by(&ada)
        .await
        .problem("not_found");
    let list = world.get(TASKS).by(&ada).await.ok();
    assert_eq!(list.as_array().unwrap().len(), 1);
    let kept = world.get(TRASH).by(&bob).await.ok();
    assert_eq!(kept.as_array().unwrap().len(), 1);
}

#[actix_web::test]
async fn the_word_trash_is_no_task() {
    let (world, ada, _) = world_with_trash().await;
    for address in [TRASH, "/api/me/tasks/trash"] {
        for call in [world.put(address), world.patch(address), world.post(address)] {
            let answer = call.by(&ada).json(&json!({"title": "x"})).await;
            assert_eq!(answer.header("Allow"), Some("GET, HEAD, DELETE"));
            answer.problem("method_not_allowed");
        }
    }
}
