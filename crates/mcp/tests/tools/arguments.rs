//! What is refused, and how that is said.

use serde_json::json;
use taskwell_domain::Grant;

use crate::world::{NOTHING, World};

#[tokio::test]
async fn every_tool_names_every_fault_of_its_arguments() {
    let world = World::new();
    let ada = world.ada().await;
    let long = "x".repeat(201);
    for (tool, arguments, faults) in [
        ("add_task", json!({}), &[("/title", "required")][..]),
        (
            "add_task",
            json!({"title": long, "tags": ["a", 1], "prority": "high"}),
            &[
                ("/title", "too_long"),
                ("/tags/1", "invalid_type"),
                ("/prority", "unknown_field"),
            ],
        ),
        (
            "add_task",
            json!({"title": "A", "recurrence": "FREQ=DAILY"}),
            &[("/due_date", "required")],
        ),
        (
            "add_task",
            json!({"title": "A", "dry_run": "yes"}),
            &[("/dry_run", "invalid_type")],
        ),
        ("update_task", json!({"title": "A"}), &[("/task_id", "required")]),
        (
            "update_task",
            json!({"task_id": 7, "title": null, "version": -1}),
            &[
                ("/task_id", "invalid_type"),
                ("/title", "required"),
                ("/version", "out_of_range"),
            ],
        ),
        (
            "update_task",
            json!({"task_id": NOTHING, "id": "x"}),
            &[("/id", "read_only")],
        ),
        (
            "complete_task",
            json!({"completed": true}),
            &[("/task_id", "required")],
        ),
        (
            "complete_task",
            json!({"task_id": NOTHING, "completed": "yes", "toggle": true}),
            &[("/completed", "invalid_type"), ("/toggle", "unknown_field")],
        ),
        (
            "complete_task",
            json!({"task_id": NOTHING, "completed": false, "due_date": "2027-05-01"}),
            &[("/due_date", "not_allowed_together")],
        ),
        (
            "delete_task",
            json!({"task_id": NOTHING, "force": true}),
            &[("/force", "unknown_field")],
        ),
        ("get_task", json!({}), &[("/task_id", "required")]),
        (
            "get_task",
            json!({"task_id": NOTHING, "fields": "title"}),
            &[("/fields", "unknown_field")],
        ),
        (
            "list_tasks",
            json!({"limit": 101, "skip": -1, "completed": "true", "priority": ["urgent", "later"], "tag": "feast"}),
            &[
                ("/limit", "out_of_range"),
                ("/skip", "out_of_range"),
                ("/completed", "invalid_type"),
                ("/priority", "invalid_value"),
                ("/tag", "invalid_type"),
            ],
        ),
        (
            "list_tasks",
            json!({"limit": "20", "sort": "age", "due_after": "tomorrow", "q": "milk"}),
            &[
                ("/limit", "invalid_type"),
                ("/sort", "invalid_value"),
                ("/due_after", "invalid_format"),
                ("/q", "unknown_field"),
            ],
        ),
        (
            "list_tasks",
            json!({"skip": 1, "cursor": "x"}),
            &[("/skip", "not_allowed_together")],
        ),
        ("find_tasks", json!({"limit": 1}), &[("/q", "required")]),
        (
            "find_tasks",
            json!({"q": "", "sort": null}),
            &[("/q", "too_short"), ("/sort", "required")],
        ),
        (
            "bulk_update",
            json!({"dry_run": 1}),
            &[("/operations", "required"), ("/dry_run", "invalid_type")],
        ),
        (
            "bulk_update",
            json!({"operations": [{"op": "create"}, {"op": "burn"}, {"op": "delete", "titel": "A", "id": NOTHING}]}),
            &[
                ("/operations/0/title", "required"),
                ("/operations/1/op", "invalid_value"),
                ("/operations/2/titel", "unknown_field"),
            ],
        ),
        (
            "what_changed",
            json!({"since": -1, "limit": 1001, "own": "no", "until": 3}),
            &[
                ("/since", "out_of_range"),
                ("/limit", "out_of_range"),
                ("/own", "invalid_type"),
                ("/until", "unknown_field"),
            ],
        ),
        ("undo", json!({}), &[("/seq", "required")]),
        (
            "undo",
            json!({"seq": 0, "task_id": NOTHING}),
            &[("/seq", "out_of_range"), ("/task_id", "unknown_field")],
        ),
    ] {
        ada.faults(tool, arguments, faults).await;
    }
    assert_eq!(ada.latest(&world).await, 0);
}

#[tokio::test]
async fn what_the_use_cases_refuse_has_their_code() {
    let world = World::new();
    let ada = world.ada().await;
    let task = ada.task("Buy milk").await;
    let bob = world.ada().await;
    let theirs = bob.task("Bob's").await;
    for tool in ["get_task", "update_task", "complete_task", "delete_task"] {
        for (id, code) in [
            (json!(NOTHING), "not_found"),
            (json!("milk"), "not_found"),
            (theirs["id"].clone(), "forbidden"),
        ] {
            ada.problem(tool, json!({"task_id": id}), code).await;
        }
    }
    for (tool, dry_run) in [
        ("update_task", false),
        ("complete_task", false),
        ("delete_task", false),
        ("delete_task", true),
    ] {
        let stale = json!({"task_id": task["id"], "version": 7, "dry_run": dry_run});
        let problem = ada.problem(tool, stale, "precondition_failed").await;
        assert_eq!(problem["current"], task, "{tool}");
        assert!(problem.get("pointer").is_none(), "{tool}");
    }
    let operations = json!([{"op": "complete", "id": task["id"]}, {"op": "delete", "id": NOTHING}]);
    let problem = ada
        .problem("bulk_update", json!({"operations": operations}), "not_found")
        .await;
    assert_eq!(problem["pointer"], "/operations/1");
    ada.problem("undo", json!({"seq": 99}), "not_found").await;
    ada.problem("list_tasks", json!({"cursor": "x"}), "invalid_cursor")
        .await;
    ada.problem(
        "add_task",
        json!({"title": "Other", "id": task["id"]}),
        "id_taken",
    )
    .await;
    assert_eq!(ada.latest(&world).await, 1);
}

#[tokio::test]
async fn a_user_may_be_named_who_is_the_one_of_the_token() {
    let world = World::new();
    let user = world.user().await;
    let ada = world.assistant(&user, Grant::Everything).await;
    for me in ["me", user.as_str()] {
        let task = ada
            .call("add_task", json!({"title": "Mine", "user_id": me}))
            .await;
        assert_eq!(task["user_id"], user.as_str());
    }
}
