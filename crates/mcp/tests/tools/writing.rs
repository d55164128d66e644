//! What the tools do to tasks.

use serde_json::{Value, json};

use crate::world::World;

#[tokio::test]
async fn a_task_is_added_changed_completed_and_deleted() {
    let world = World::new();
    let ada = world.ada().await;
    let id = "0192f0c1-2345-7abc-8def-0123456789ab";
    let added = ada
        .call(
            "add_task",
            json!({"title": " Buy milk ", "id": id, "tags": ["shop"]}),
        )
        .await;
    assert_eq!(
        (&added["id"], &added["title"], &added["version"]),
        (&json!(id), &json!("Buy milk"), &json!(1))
    );
    let again = ada
        .call(
            "add_task",
            json!({"title": "Buy milk", "id": id, "tags": ["shop"]}),
        )
        .await;
    assert_eq!(again, added);
    let changed = ada
        .call(
            "update_task",
            json!({"task_id": id, "tags": null, "description": "Two litres", "version": 1}),
        )
        .await;
    assert_eq!(
        (&changed["tags"], &changed["description"]),
        (&json!([]), &json!("Two litres"))
    );
    assert_eq!(ada.call("get_task", json!({"task_id": id})).await, changed);
    let deleted = ada
        .call("delete_task", json!({"task_id": id, "version": 2}))
        .await;
    assert!(deleted["deleted_at"].is_string(), "{deleted}");
    ada.problem("get_task", json!({"task_id": id}), "not_found").await;
}

#[tokio::test]
async fn completing_sets_and_never_toggles() {
    let world = World::new();
    let ada = world.ada().await;
    let id = ada.task("Buy milk").await["id"].clone();
    for _ in 0..2 {
        let done = ada.call("complete_task", json!({"task_id": id})).await;
        assert_eq!((&done["completed"], &done["version"]), (&json!(true), &json!(2)));
    }
    for _ in 0..2 {
        let open = ada
            .call("complete_task", json!({"task_id": id, "completed": false}))
            .await;
        assert_eq!((&open["completed"], &open["version"]), (&json!(false), &json!(3)));
    }
}

#[tokio::test]
async fn an_occurrence_is_completed_once() {
    let world = World::new();
    let ada = world.ada().await;
    let task = json!({"title": "Water the plants", "due_date": "2999-05-01", "recurrence": "FREQ=DAILY"});
    let id = ada.call("add_task", task).await["id"].clone();
    for _ in 0..2 {
        let moved_on = ada
            .call("complete_task", json!({"task_id": id, "due_date": "2999-05-01"}))
            .await;
        assert_eq!(
            (&moved_on["due_date"], &moved_on["completed"]),
            (&json!("2999-05-02"), &json!(false))
        );
    }
}

#[tokio::test]
async fn several_things_are_done_together_or_not_at_all() {
    let world = World::new();
    let ada = world.ada().await;
    let id = ada.task("Buy milk").await["id"].clone();
    let operations = json!([
        {"op": "create", "title": "Buy bread"},
        {"op": "update", "id": id, "priority": "low"},
        {"op": "complete", "id": id},
        {"op": "delete", "id": id},
    ]);
    let done = ada.call("bulk_update", json!({"operations": operations})).await;
    let versions: Vec<&Value> = done["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|task| &task["version"])
        .collect();
    assert_eq!(versions, [2, 3, 4, 5]);
    let failing = json!([{"op": "create", "title": "Lost"}, {"op": "complete", "id": id}]);
    ada.problem("bulk_update", json!({"operations": failing}), "not_found")
        .await;
    assert_eq!(ada.latest(&world).await, 5);
}
