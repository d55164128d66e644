//! Several operations at once: all or none.

use serde_json::{Value, json};

use crate::support::{Answer, NOBODY, NOTHING, Person, World};

const TASKS: &str = "/api/tasks";
const BATCH: &str = "/api/tasks/batch";

struct Given {
    world: World,
    ada: Person,
    milk: Value,
    bob: Value,
}

impl Given {
    async fn new() -> Self {
        let world = World::new();
        let ada = world.sign_up("ada@example.com").await;
        let milk = world.task(&ada, "Buy milk").await;
        let bob = world.task(&ada, "Call Bob").await;
        Self {
            world,
            ada,
            milk,
            bob,
        }
    }

    async fn batch(&self, body: &Value) -> Answer {
        self.world.post(BATCH).by(&self.ada).json(body).await
    }

    async fn operations(&self, operations: Value) -> Answer {
        self.batch(&json!({"operations": operations})).await
    }

    async fn list(&self) -> Value {
        self.world
            .get("/api/tasks?sort=position")
            .by(&self.ada)
            .await
            .ok()
    }
}

/// One operation of each kind, the create first.
fn one_of_each(given: &Given) -> Value {
    json!([
        {"op": "create", "id": NOTHING, "title": "Water the plants", "priority": "low", "tags": ["home"]},
        {"op": "update", "id": given.milk["id"], "title": "Buy oat milk", "version": 1},
        {"op": "complete", "id": given.bob["id"]},
        {"op": "move", "id": given.bob["id"], "before": given.milk["id"]},
        {"op": "delete", "id": given.milk["id"]},
    ])
}

#[actix_web::test]
async fn every_kind_of_operation_is_done_in_order_each_on_what_those_before_left() {
    let given = Given::new().await;
    let results = given.operations(one_of_each(&given)).await.ok()["results"].clone();
    let results = results.as_array().unwrap();
    assert_eq!(results.len(), 5);
    assert_eq!(results[0]["id"], NOTHING);
    assert_eq!(results[0]["tags"], json!(["home"]));
    assert_eq!(results[1]["title"], "Buy oat milk");
    assert_eq!(results[2]["completed"], true);
    assert!(results[3]["position"].as_str() < results[1]["position"].as_str());
    assert_eq!(results[4]["title"], "Buy oat milk");
    assert_eq!(results[4]["deleted_at"], "2026-11-21T09:30:02.000Z");
    let versions: Vec<&Value> = results.iter().map(|task| &task["version"]).collect();
    assert_eq!(versions, [3, 4, 5, 6, 7]);
    assert_eq!(given.list().await, json!([results[3], results[0]]));
}

#[actix_web::test]
async fn what_is_done_together_is_one_batch_in_the_log() {
    let given = Given::new().await;
    given.operations(one_of_each(&given)).await.ok();
    let log = given.world.get("/api/changes?since=2").by(&given.ada).await.ok();
    let changes = log["changes"].as_array().unwrap();
    let kinds: Vec<&Value> = changes.iter().map(|change| &change["kind"]).collect();
    assert_eq!(kinds, ["created", "updated", "completed", "moved", "deleted"]);
    assert!(changes[0]["batch"].is_string());
    assert!(
        changes
            .iter()
            .all(|change| change["batch"] == changes[0]["batch"])
    );
}

#[actix_web::test]
async fn a_dry_run_answers_as_the_real_one_would_and_does_nothing() {
    let given = Given::new().await;
    let before = given.list().await;
    let operations = one_of_each(&given);
    let body = json!({"operations": operations, "dry_run": true});
    let foretold = given.batch(&body).await.ok();
    assert_eq!(given.list().await, before);
    let latest = given.world.get("/api/changes/latest").by(&given.ada).await.ok();
    assert_eq!(latest["seq"], 2);
    let body = json!({"operations": operations, "dry_run": false});
    assert_eq!(given.batch(&body).await.ok(), foretold);
}

#[actix_web::test]
async fn completing_sets_unless_it_says_otherwise() {
    let given = Given::new().await;
    let id = &given.milk["id"];
    let operations = json!([
        {"op": "complete", "id": id},
        {"op": "complete", "id": id},
        {"op": "complete", "id": id, "completed": false},
        {"op": "complete", "id": id, "completed": true},
    ]);
    let results = given.operations(operations).await.ok()["results"].clone();
    let completed: Vec<&Value> = results
        .as_array()
        .unwrap()
        .iter()
        .map(|task| &task["completed"])
        .collect();
    assert_eq!(completed, [true, true, false, true]);
}

#[actix_web::test]
async fn an_occurrence_is_completed_once() {
    let given = Given::new().await;
    let operations = json!([
        {"op": "update", "id": given.milk["id"], "due_date": "2026-12-01", "recurrence": "FREQ=DAILY"},
        {"op": "complete", "id": given.milk["id"], "due_date": "2026-12-01"},
        {"op": "complete", "id": given.milk["id"], "due_date": "2026-12-01", "completed": true},
    ]);
    let results = given.operations(operations).await.ok()["results"].clone();
    assert_eq!(results[1]["due_date"], "2026-12-02");
    assert_eq!(results[2], results[1]);
}

#[actix_web::test]
async fn the_first_operation_that_fails_speaks_for_all_and_nothing_is_done() {
    let given = Given::new().await;
    let somebody = given.world.sign_up("somebody@example.com").await;
    let theirs = given.world.task(&somebody, "x").await;
    let before = given.list().await;
    let id = &given.milk["id"];
    for (failing, code) in [
        (json!({"op": "update", "id": NOTHING, "title": "x"}), "not_found"),
        (json!({"op": "complete", "id": NOTHING}), "not_found"),
        (json!({"op": "delete", "id": NOTHING}), "not_found"),
        (json!({"op": "move", "id": NOTHING, "after": id}), "not_found"),
        (json!({"op": "delete", "id": "x"}), "not_found"),
        (json!({"op": "delete", "id": theirs["id"]}), "forbidden"),
        (json!({"op": "create", "id": id, "title": "another"}), "id_taken"),
        (
            json!({"op": "delete", "id": id, "version": 9}),
            "precondition_failed",
        ),
        (
            json!({"op": "update", "id": id, "version": 9}),
            "precondition_failed",
        ),
        (
            json!({"op": "complete", "id": id, "version": 9}),
            "precondition_failed",
        ),
        (
            json!({"op": "move", "id": id, "after": given.bob["id"], "version": 9}),
            "precondition_failed",
        ),
    ] {
        let operations = json!([{"op": "create", "title": "new"}, failing, {"op": "delete", "id": NOBODY}]);
        let answer = given.operations(operations).await;
        let problem = answer.problem(code);
        assert_eq!(problem["pointer"], "/operations/1", "{failing}");
        if code == "precondition_failed" {
            assert_eq!(problem["current"], given.milk);
        }
    }
    assert_eq!(given.list().await, before);
}

#[actix_web::test]
async fn what_a_use_case_refuses_is_named_by_its_place_in_the_body() {
    let given = Given::new().await;
    let id = &given.milk["id"];
    for (failing, place, code) in [
        (
            json!({"op": "update", "id": id, "due_time": "09:00"}),
            "/operations/1/due_date",
            "required",
        ),
        (
            json!({"op": "update", "id": id, "user_id": "bob"}),
            "/operations/1/user_id",
            "read_only",
        ),
        (
            json!({"op": "create", "title": "x", "user_id": "bob"}),
            "/operations/1/user_id",
            "read_only",
        ),
        (
            json!({"op": "move", "id": id, "after": id}),
            "/operations/1/after",
            "invalid_value",
        ),
        (
            json!({"op": "move", "id": id, "before": NOTHING}),
            "/operations/1/before",
            "invalid_value",
        ),
    ] {
        let answer = given
            .operations(json!([{"op": "create", "title": "new"}, failing]))
            .await;
        assert_eq!(answer.json()["pointer"], "/operations/1", "{answer}");
        answer.faults([(place, code)]);
    }
}

#[actix_web::test]
async fn an_operation_before_one_on_no_task_speaks_first() {
    let given = Given::new().await;
    let operations = json!([{"op": "create", "title": ""}, {"op": "delete", "id": "x"}]);
    let answer = given.operations(operations).await;
    answer.faults([("/operations/0/title", "too_short")]);
}

#[actix_web::test]
async fn a_task_that_the_batch_has_changed_is_shown_as_it_stands_without_it() {
    let given = Given::new().await;
    let (id, version) = (&given.milk["id"], &given.milk["version"]);
    let operations = json!([
        {"op": "update", "id": id, "title": "a", "version": version},
        {"op": "update", "id": id, "title": "b", "version": version},
    ]);
    let answer = given.operations(operations).await;
    let problem = answer.problem("precondition_failed");
    assert_eq!(problem["pointer"], "/operations/1");
    assert_eq!(problem["current"], given.milk);
}

#[actix_web::test]
async fn what_cannot_be_read_is_named_in_every_operation() {
    let given = Given::new().await;
    let id = &given.milk["id"];
    let operations = json!([
        {"op": "create", "title": "fine"},
        {"op": "create"},
        {"op": "create", "title": "x", "tags": ["", 1], "version": 1},
        {"op": "update", "id": id, "title": null, "priority": "x"},
        {"op": "update", "title": "x"},
        {"op": "complete", "id": id, "title": "x"},
        {"op": "move", "id": id},
        {"op": "delete", "id": id, "after": id, "version": "1"},
        {"op": "restore", "id": id},
        {"id": id},
        {"op": null},
        [],
        null,
        {"op": "delete", "id": 1},
    ]);
    let answer = given
        .batch(&json!({"operations": operations, "dry_run": 1, "x": 1}))
        .await;
    assert_eq!(answer.json()["pointer"], "/operations/1", "{answer}");
    answer.faults([
        ("/operations/1/title", "required"),
        ("/operations/2/tags/0", "too_short"),
        ("/operations/2/tags/1", "invalid_type"),
        ("/operations/2/version", "read_only"),
        ("/operations/3/title", "required"),
        ("/operations/3/priority", "invalid_value"),
        ("/operations/4/id", "required"),
        ("/operations/5/title", "unknown_field"),
        ("/operations/6/after", "required"),
        ("/operations/7/after", "unknown_field"),
        ("/operations/7/version", "invalid_type"),
        ("/operations/8/op", "invalid_value"),
        ("/operations/9/op", "required"),
        ("/operations/10/op", "required"),
        ("/operations/11", "invalid_type"),
        ("/operations/12", "invalid_type"),
        ("/operations/13/id", "invalid_type"),
        ("/dry_run", "invalid_type"),
        ("/x", "unknown_field"),
    ]);
}

#[actix_web::test]
async fn the_first_operation_that_cannot_be_read_is_pointed_at() {
    let given = Given::new().await;
    let fine = json!({"op": "create", "title": "x"});
    for faulty in [
        json!(null),
        json!({}),
        json!({"op": "create"}),
        json!({"op": "create", "title": "x", "y": 1}),
    ] {
        let operations = json!([fine, fine, faulty, {}]);
        let answer = given.operations(operations).await;
        assert_eq!(answer.problem("validation_failed")["pointer"], "/operations/2");
    }
}

#[actix_web::test]
async fn faults_of_the_whole_name_no_operation() {
    let given = Given::new().await;
    let mut many = vec![json!({"op": "create", "title": "x"}); 100];
    let hundred = json!({"operations": many});
    many.push(json!(null));
    for (operations, code) in [
        (json!([]), "too_short"),
        (json!(many), "too_many"),
        (json!(null), "required"),
        (json!({"op": "create"}), "invalid_type"),
    ] {
        let answer = given.operations(operations).await;
        assert_eq!(answer.json().get("pointer"), None, "{answer}");
        answer.faults([("/operations", code)]);
    }
    given
        .batch(&json!({}))
        .await
        .faults([("/operations", "required")]);
    assert_eq!(
        given.batch(&hundred).await.ok()["results"]
            .as_array()
            .unwrap()
            .len(),
        100
    );
}

#[actix_web::test]
async fn a_batch_may_be_a_mebibyte_long_whatever_the_limit_elsewhere() {
    const MIB: usize = 1024 * 1024;
    let given = Given::new().await;
    let body = json!({"operations": [{"op": "create", "title": "x"}]}).to_string();
    for (length, status) in [(MIB, 200), (MIB + 1, 413)] {
        let padded = body.clone() + &" ".repeat(length - body.len());
        let call = given.world.post(BATCH).by(&given.ada);
        let answer = call.body("application/json", padded).await;
        assert_eq!(answer.status, status, "{answer}");
    }
}

#[actix_web::test]
async fn a_create_that_was_done_before_is_not_done_again() {
    let given = Given::new().await;
    let create = json!({"op": "create", "id": NOTHING, "title": "Water the plants"});
    let first = given.operations(json!([create])).await.ok()["results"][0].clone();
    let again = given.operations(json!([create, create])).await.ok();
    assert_eq!(again["results"], json!([first, first]));
    let task = given
        .world
        .get(format!("{TASKS}/{NOTHING}"))
        .by(&given.ada)
        .await
        .ok();
    assert_eq!(task, first);
}

#[actix_web::test]
async fn the_word_batch_is_no_task() {
    let given = Given::new().await;
    let answer = given.world.get(BATCH).by(&given.ada).await;
    assert_eq!(answer.header("Allow"), Some("POST"));
    answer.problem("method_not_allowed");
}

#[actix_web::test]
async fn of_very_many_faults_the_first_thousand_are_told() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    let operation = |tags: usize| json!({"op": "create", "title": "x", "tags": vec![0; tags]});
    for (tags, told) in [(999, 999), (2_000, 1_000)] {
        let body = json!({"operations": [operation(tags)]});
        let answer = world.post(BATCH).by(&ada).json(&body).await;
        assert_eq!(answer.all_faults().len(), told);
    }
}
