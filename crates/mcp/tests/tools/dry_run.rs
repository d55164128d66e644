//! What would come of it.

use serde_json::{Value, json};

use crate::world::World;

fn tried(arguments: &Value) -> Value {
    let mut arguments = arguments.clone();
    arguments["dry_run"] = json!(true);
    arguments
}

/// What differs between what was foretold and what came, at most.
fn but_for_times(mut answer: Value) -> Value {
    fn forget(value: &mut Value) {
        match value {
            Value::Object(members) => {
                for name in ["created_at", "updated_at", "completed_at", "deleted_at"] {
                    if let Some(time @ Value::String(_)) = members.get_mut(name) {
                        *time = json!("then");
                    }
                }
                members.values_mut().for_each(forget);
            }
            Value::Array(items) => items.iter_mut().for_each(forget),
            _ => {}
        }
    }
    forget(&mut answer);
    answer
}

#[tokio::test]
async fn every_writing_tool_foretells_what_it_would_do_and_does_nothing() {
    let world = World::new();
    let ada = world.ada().await;
    let task = ada
        .call(
            "add_task",
            json!({"title": "Buy milk", "due_date": "2027-05-01", "recurrence": "FREQ=DAILY"}),
        )
        .await;
    let other = ada.task("Buy bread").await;
    let id = &task["id"];
    for (tool, arguments) in [
        (
            "add_task",
            json!({"title": "Buy honey", "id": "0192f0c1-2345-7abc-8def-0123456789ab"}),
        ),
        (
            "update_task",
            json!({"task_id": id, "title": "Buy oat milk", "priority": "high"}),
        ),
        ("complete_task", json!({"task_id": id, "due_date": "2027-05-01"})),
        (
            "bulk_update",
            json!({"operations": [
                {"op": "complete", "id": other["id"]}, {"op": "move", "id": id, "after": other["id"]},
            ]}),
        ),
        ("delete_task", json!({"task_id": other["id"]})),
    ] {
        let before = ada.latest(&world).await;
        let foretold = ada.call(tool, tried(&arguments)).await;
        assert_eq!(ada.latest(&world).await, before, "{tool}");
        let done = ada.call(tool, arguments).await;
        assert!(ada.latest(&world).await > before, "{tool}");
        assert_eq!(but_for_times(foretold), but_for_times(done), "{tool}");
    }
    // The last change, and that undoing.
    for _ in 0..2 {
        let seq = ada.latest(&world).await;
        let foretold = ada.call("undo", json!({"seq": seq, "dry_run": true})).await;
        assert_eq!(ada.latest(&world).await, seq);
        let done = ada.call("undo", json!({"seq": seq})).await;
        assert_eq!(but_for_times(foretold), but_for_times(done));
    }
    ada.problem("undo", json!({"seq": 1, "dry_run": true}), "undo_conflict")
        .await;
}
