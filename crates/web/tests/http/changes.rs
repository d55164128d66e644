//! The change log: following it, the history of a task, and undoing.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{NOTHING, Person, World};

const TASKS: &str = "/api/tasks";
const CHANGES: &str = "/api/changes";

fn address(task: &Value) -> String {
    format!("{TASKS}/{}", task["id"].as_str().unwrap())
}

async fn world_with_task() -> (World, Person, Value) {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    let task = world.task(&ada, "Buy milk").await;
    (world, ada, task)
}

fn words<'v>(changes: &'v Value, field: &str) -> Vec<&'v Value> {
    changes
        .as_array()
        .unwrap()
        .iter()
        .map(|change| &change[field])
        .collect()
}

mod following {
    use super::*;

    #[actix_web::test]
    async fn a_change_says_what_happened_to_which_task_by_whom_and_when() {
        let world = World::new();
        let ada = world.sign_up("ada@example.com").await;
        let create = world.post(TASKS).by(&ada).json(&json!({"title": "Buy milk"}));
        let task = create.header("X-Request-Id", "request-1").await.created();
        let log = world.get(CHANGES).by(&ada).await.ok();
        let session = log["changes"][0]["actor"]["id"].clone();
        let expected = json!({
            "changes": [{
                "seq": 1, "kind": "created", "task_id": task["id"], "task": task,
                "actor": {"kind": "session", "id": session}, "batch": null, "request_id": "request-1",
                "at": "2026-11-21T09:30:00.000Z",
            }],
            "next": 1, "more": false,
        });
        assert_eq!(log, expected);
        let sessions = world.get("/api/auth/sessions").by(&ada).await.ok();
        assert!(words(&sessions, "id").contains(&&session));
    }

    #[actix_web::test]
    async fn every_kind_of_write_is_one_kind_of_change() {
        let (world, ada, task) = world_with_task().await;
        let other = world.task(&ada, "Call Bob").await;
        let at = address(&task);
        world
            .patch(at.as_str())
            .by(&ada)
            .json(&json!({"title": "x"}))
            .await
            .ok();
        world.patch(format!("{at}/complete")).by(&ada).await.ok();
        world.patch(format!("{at}/complete")).by(&ada).await.ok();
        let body = json!({"after": other["id"]});
        world.post(format!("{at}/move")).by(&ada).json(&body).await.ok();
        world.delete(at.as_str()).by(&ada).await.no_content();
        world.post(format!("{at}/restore")).by(&ada).await.ok();
        world.delete(at.as_str()).by(&ada).await.no_content();
        let trashed = world.get("/api/tasks/trash").by(&ada).await.ok();
        world.delete("/api/tasks/trash").by(&ada).await.no_content();
        let log = world.get(CHANGES).by(&ada).await.ok();
        let changes = &log["changes"];
        let kinds = [
            "created",
            "created",
            "updated",
            "completed",
            "reopened",
            "moved",
            "deleted",
            "restored",
            "deleted",
            "purged",
        ];
        assert_eq!(words(changes, "kind"), kinds);
        let numbers: Vec<usize> = (1..=kinds.len()).collect();
        assert_eq!(json!(words(changes, "seq")), json!(numbers));
        assert_eq!(changes[8]["task"], trashed[0]);
        assert_eq!(changes[9]["task"], Value::Null);
        assert_eq!(changes[9]["task_id"], task["id"]);
    }

    #[actix_web::test]
    async fn who_reads_on_from_where_a_piece_ended_sees_each_change_once() {
        let world = World::new();
        let ada = world.sign_up("ada@example.com").await;
        for _ in 0..5 {
            world.task(&ada, "x").await;
        }
        let (mut since, mut seen) = (json!(0), Vec::new());
        loop {
            let piece = world
                .get(format!("{CHANGES}?since={since}&limit=2"))
                .by(&ada)
                .await
                .ok();
            seen.extend(words(&piece["changes"], "seq").into_iter().cloned());
            since = piece["next"].clone();
            if piece["more"] == false {
                break;
            }
        }
        assert_eq!(json!(seen), json!([1, 2, 3, 4, 5]));
        let rest = world.get(format!("{CHANGES}?since=5")).by(&ada).await.ok();
        assert_eq!(rest, json!({"changes": [], "next": 5, "more": false}));
    }

    #[actix_web::test]
    async fn a_full_sync_begins_at_the_latest_change() {
        let world = World::new();
        let ada = world.sign_up("ada@example.com").await;
        let latest = async || world.get("/api/changes/latest").by(&ada).await.ok();
        assert_eq!(latest().await, json!({"seq": 0}));
        let task = world.task(&ada, "x").await;
        assert_eq!(latest().await, json!({"seq": task["version"]}));
    }

    #[actix_web::test]
    async fn everybody_has_a_log_of_their_own() {
        let (world, _, _) = world_with_task().await;
        let bob = world.sign_up("bob@example.com").await;
        let log = world.get(CHANGES).by(&bob).await.ok();
        assert_eq!(log, json!({"changes": [], "next": 0, "more": false}));
        assert_eq!(world.task(&bob, "x").await["version"], 1);
    }

    #[actix_web::test]
    async fn a_program_is_named_by_its_token() {
        let world = World::new();
        let ada = world.sign_up("ada@example.com").await;
        let program = world.program_of(&ada, &["tasks:write"]).await;
        world.task(&program, "x").await;
        let log = world.get(CHANGES).by(&ada).await.ok();
        let tokens = world.get("/api/auth/tokens").by(&ada).await.ok();
        let actor = json!({"kind": "token", "id": tokens[0]["id"]});
        assert_eq!(log["changes"][0]["actor"], actor);
    }

    #[actix_web::test]
    async fn what_is_too_long_ago_must_be_read_anew() {
        let (world, ada, task) = world_with_task().await;
        world
            .patch(address(&task))
            .by(&ada)
            .json(&json!({"title": "x"}))
            .await
            .ok();
        world.wait(Duration::from_secs(1));
        world.forget_changes().await;
        world.get(CHANGES).by(&ada).await.problem("resync_required");
        let latest = world.get("/api/changes/latest").by(&ada).await.ok();
        assert_eq!(latest["seq"], 2);
        let log = world.get(format!("{CHANGES}?since=2")).by(&ada).await.ok();
        assert_eq!(log["changes"], json!([]));
    }

    #[actix_web::test]
    async fn a_number_beyond_the_end_must_be_read_anew() {
        let (world, ada, _) = world_with_task().await;
        let since = async |seq: &Value| world.get(format!("{CHANGES}?since={seq}")).by(&ada).await;
        for beyond in [2, i64::MAX] {
            since(&json!(beyond)).await.problem("resync_required");
        }
        let latest = world.get("/api/changes/latest").by(&ada).await.ok();
        let log = since(&latest["seq"]).await.ok();
        assert_eq!(log, json!({"changes": [], "next": 1, "more": false}));
    }

    #[actix_web::test]
    async fn its_parameters_have_limits() {
        let (world, ada, _) = world_with_task().await;
        for query in ["limit=1", "limit=1000", "since=0", "since=1"] {
            world.get(format!("{CHANGES}?{query}")).by(&ada).await.ok();
        }
        for (query, place, code) in [
            ("limit=0", "?limit", "out_of_range"),
            ("limit=1001", "?limit", "out_of_range"),
            ("since=-1", "?since", "out_of_range"),
            ("since=9223372036854775808", "?since", "out_of_range"),
            ("since=x", "?since", "invalid_type"),
        ] {
            let answer = world.get(format!("{CHANGES}?{query}")).by(&ada).await;
            answer.faults([(place, code)]);
        }
    }
}

mod history {
    use super::*;

    #[actix_web::test]
    async fn a_task_has_a_history_newest_first_in_the_trash_as_well() {
        let (world, ada, task) = world_with_task().await;
        world.task(&ada, "Call Bob").await;
        let at = address(&task);
        world.patch(format!("{at}/complete")).by(&ada).await.ok();
        world.delete(at.as_str()).by(&ada).await.no_content();
        let history = world.get(format!("{at}/history")).by(&ada).await.ok();
        assert_eq!(words(&history, "kind"), ["deleted", "completed", "created"]);
        assert_eq!(json!(words(&history, "seq")), json!([4, 3, 1]));
        assert_eq!(history[2]["task"], task);
    }

    #[actix_web::test]
    async fn a_history_is_that_of_an_own_task() {
        let (world, ada, task) = world_with_task().await;
        let bob = world.sign_up("bob@example.com").await;
        world
            .get(format!("{}/history", address(&task)))
            .by(&bob)
            .await
            .problem("forbidden");
        for id in [NOTHING, "x"] {
            let address = format!("{TASKS}/{id}/history");
            world.get(address).by(&ada).await.problem("not_found");
        }
    }
}

mod undo {
    use super::*;

    /// What an undo does not put back.
    fn content(task: &Value) -> Value {
        let mut task = task.clone();
        for name in ["version", "updated_at"] {
            task[name] = Value::Null;
        }
        task
    }

    #[actix_web::test]
    async fn undoing_puts_back_what_a_change_did_and_undoing_that_does_it_again() {
        let (world, ada, task) = world_with_task().await;
        let body = json!({"title": "x", "tags": ["a"], "due_date": "2026-12-01"});
        let edited = world.patch(address(&task)).by(&ada).json(&body).await.ok();
        let undo = async |seq: u32| {
            let tasks = world.post(format!("{CHANGES}/{seq}/undo")).by(&ada).await.ok();
            assert_eq!(tasks.as_array().unwrap().len(), 1);
            tasks[0].clone()
        };
        let undone = undo(2).await;
        assert_eq!(undone["version"], 3);
        assert_eq!(content(&undone), content(&task));
        assert_eq!(world.get(address(&task)).by(&ada).await.ok(), undone);
        assert_eq!(content(&undo(3).await), content(&edited));
    }

    #[actix_web::test]
    async fn undoing_a_create_puts_the_task_into_the_trash_and_undoing_a_delete_takes_it_out() {
        let (world, ada, task) = world_with_task().await;
        let gone = world.post(format!("{CHANGES}/1/undo")).by(&ada).await.ok();
        assert_eq!(gone[0]["deleted_at"], "2026-11-21T09:30:01.000Z");
        world.get(address(&task)).by(&ada).await.problem("not_found");
        let back = world.post(format!("{CHANGES}/2/undo")).by(&ada).await.ok();
        assert_eq!(content(&back[0]), content(&task));
    }

    #[actix_web::test]
    async fn of_a_batch_all_is_undone() {
        let (world, ada, task) = world_with_task().await;
        let body = json!({"operations": [
            {"op": "create", "title": "Call Bob"},
            {"op": "update", "id": task["id"], "title": "x"},
            {"op": "complete", "id": task["id"]},
        ]});
        world.post("/api/tasks/batch").by(&ada).json(&body).await.ok();
        let undone = world.post(format!("{CHANGES}/3/undo")).by(&ada).await.ok();
        assert_eq!(undone.as_array().unwrap().len(), 2);
        let list = world.get(TASKS).by(&ada).await.ok();
        assert_eq!(list.as_array().unwrap().len(), 1);
        assert_eq!(content(&list[0]), content(&task));
    }

    #[actix_web::test]
    async fn what_was_touched_since_or_is_gone_is_not_undone() {
        let (world, ada, task) = world_with_task().await;
        world
            .patch(address(&task))
            .by(&ada)
            .json(&json!({"title": "x"}))
            .await
            .ok();
        world
            .post(format!("{CHANGES}/1/undo"))
            .by(&ada)
            .await
            .problem("undo_conflict");
        world.delete(address(&task)).by(&ada).await.no_content();
        world.delete("/api/tasks/trash").by(&ada).await.no_content();
        for seq in [3, 4] {
            let answer = world.post(format!("{CHANGES}/{seq}/undo")).by(&ada).await;
            answer.problem("undo_conflict");
        }
    }

    #[actix_web::test]
    async fn a_change_that_the_log_does_not_have_is_not_found_whatever_its_form() {
        let (world, ada, _) = world_with_task().await;
        let bob = world.sign_up("bob@example.com").await;
        world
            .post(format!("{CHANGES}/1/undo"))
            .by(&bob)
            .await
            .problem("not_found");
        for seq in ["2", "0", "-1", "x", "1.0", "%31x", "99999999999999999999"] {
            let answer = world.post(format!("{CHANGES}/{seq}/undo")).by(&ada).await;
            answer.problem("not_found");
        }
    }
}
