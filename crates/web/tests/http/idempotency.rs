//! Writes that are sent again because their answer was lost (`Idempotency-Key`).

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Answer, Call, NOTHING, Person, World};

const TASKS: &str = "/api/tasks";
const KEY: &str = "Idempotency-Key";

/// A world with a task that is number 1 and 2 of the log, one that is number 3, and one in the trash.
struct Given {
    world: World,
    ada: Person,
    task: String,
    other: String,
    deleted: String,
}

impl Given {
    async fn new() -> Self {
        let world = World::new();
        let ada = world.sign_up("ada@example.com").await;
        let task = id(&world.task(&ada, "Buy milk").await);
        let urgent = json!({"priority": "urgent"});
        world
            .patch(format!("{TASKS}/{task}"))
            .by(&ada)
            .json(&urgent)
            .await
            .ok();
        let other = id(&world.task(&ada, "Call Bob").await);
        let deleted = id(&world.task(&ada, "Old plan").await);
        world
            .delete(format!("{TASKS}/{deleted}"))
            .by(&ada)
            .await
            .no_content();
        Self {
            world,
            ada,
            task,
            other,
            deleted,
        }
    }

    /// A write of that kind, at the address of the tasks of this user.
    fn write(&self, kind: &str, user: &str) -> Call<'_> {
        let Self {
            world,
            task,
            other,
            deleted,
            ..
        } = self;
        let tasks = format!("/api{user}/tasks");
        let of_task = format!("{tasks}/{task}");
        let call = match kind {
            "create" => world.post(tasks).json(&json!({"title": "Water the plants"})),
            "put" => world.put(of_task).json(&json!({"title": "Buy oat milk"})),
            "patch" => world.patch(of_task).json(&json!({"title": "Buy oat milk"})),
            "unchanged" => world.patch(of_task).json(&json!({})),
            "toggle" => world.patch(format!("{of_task}/complete")),
            "complete" => world
                .patch(format!("{of_task}/complete"))
                .json(&json!({"completed": true})),
            "move" => world
                .post(format!("{of_task}/move"))
                .json(&json!({"after": other})),
            "delete" => world.delete(of_task),
            "restore" => world.post(format!("{tasks}/{deleted}/restore")),
            "empty" => world.delete(format!("{tasks}/trash")),
            "batch" => world.post(format!("{tasks}/batch")).json(&json!({"operations": [
                {"op": "create", "title": "Water the plants"},
                {"op": "delete", "id": task},
            ]})),
            "undo" => world.post(format!("/api{user}/changes/2/undo")),
            other => panic!("{other} is no kind of write"),
        };
        call.by(&self.ada).header(KEY, "key-1")
    }

    async fn latest(&self) -> Value {
        self.world.get("/api/changes/latest").by(&self.ada).await.ok()
    }
}

const WRITES: [&str; 12] = [
    "create",
    "put",
    "patch",
    "unchanged",
    "toggle",
    "complete",
    "move",
    "delete",
    "restore",
    "empty",
    "batch",
    "undo",
];

fn id(task: &Value) -> String {
    task["id"].as_str().unwrap().to_owned()
}

/// What a client sees of it, but for what is of one answer alone.
fn seen(answer: &Answer) -> (u16, Option<&str>, Option<&str>, &[u8]) {
    let Answer { status, body, .. } = answer;
    (*status, answer.header("ETag"), answer.header("Location"), body)
}

#[actix_web::test]
async fn the_same_write_again_is_answered_as_the_first_and_changes_nothing() {
    for kind in WRITES {
        let given = Given::new().await;
        let first = given.write(kind, "").await;
        assert_eq!(first.header("Idempotency-Replayed"), None, "{first}");
        assert!([200, 201, 204].contains(&first.status), "{first}");
        let latest = given.latest().await;
        given.world.wait(Duration::from_secs(60));
        for _ in 0..2 {
            let again = given.write(kind, "").await;
            assert_eq!(again.header("Idempotency-Replayed"), Some("true"), "{again}");
            assert_eq!(seen(&again), seen(&first), "{kind}");
        }
        assert_eq!(given.latest().await, latest, "{kind}");
    }
}

#[actix_web::test]
async fn the_answer_is_the_first_one_whatever_happened_since() {
    let given = Given::new().await;
    let first = given.write("patch", "").await;
    let address = format!("{TASKS}/{}", given.task);
    let later = json!({"title": "Buy soy milk"});
    given
        .world
        .patch(address.as_str())
        .by(&given.ada)
        .json(&later)
        .await
        .ok();
    given.world.delete(address).by(&given.ada).await.no_content();
    assert_eq!(seen(&given.write("patch", "").await), seen(&first));
}

#[actix_web::test]
async fn however_the_address_names_the_user_it_is_the_same_resource() {
    for kind in WRITES {
        let given = Given::new().await;
        let first = given.write(kind, "").await;
        for user in ["/me".to_owned(), format!("/{}", given.ada.id)] {
            let again = given.write(kind, &user).await;
            assert_eq!(again.header("Idempotency-Replayed"), Some("true"), "{again}");
            let (status, etag, _, body) = seen(&first);
            let (status_again, etag_again, _, body_again) = seen(&again);
            assert_eq!((status, etag, body), (status_again, etag_again, body_again));
        }
    }
}

#[actix_web::test]
async fn another_request_under_the_same_key_is_refused() {
    for kind in WRITES {
        let given = Given::new().await;
        given.write("create", "").await.created();
        let latest = given.latest().await;
        if kind != "create" {
            given.write(kind, "").await.problem("idempotency_key_reused");
        }
        let body = json!({"title": "Water the plants "});
        let other_body = given.world.post(TASKS).by(&given.ada).json(&body);
        other_body
            .header(KEY, "key-1")
            .await
            .problem("idempotency_key_reused");
        assert_eq!(given.latest().await, latest, "{kind}");
    }
}

#[actix_web::test]
async fn another_task_or_another_method_is_another_request() {
    let given = Given::new().await;
    given.write("patch", "").await.ok();
    let body = json!({"title": "Buy oat milk"});
    let world = &given.world;
    for call in [
        world.patch(format!("{TASKS}/{}", given.other)),
        world.put(format!("{TASKS}/{}", given.task)),
    ] {
        let call = call.by(&given.ada).json(&body).header(KEY, "key-1");
        call.await.problem("idempotency_key_reused");
    }
}

#[actix_web::test]
async fn a_key_is_the_user_s_own() {
    let given = Given::new().await;
    let bob = given.world.sign_up("bob@example.com").await;
    let first = given.write("create", "").await.created();
    let body = json!({"title": "Water the plants"});
    let call = given.world.post(TASKS).by(&bob).json(&body);
    let of_bob = call.header(KEY, "key-1").await;
    assert_eq!(of_bob.header("Idempotency-Replayed"), None);
    assert_ne!(of_bob.created()["id"], first["id"]);
}

#[actix_web::test]
async fn failures_are_not_kept() {
    let given = Given::new().await;
    let create = |body: &Value| {
        let call = given.world.post(TASKS).by(&given.ada);
        call.json(body).header(KEY, "key-2")
    };
    create(&json!({"title": ""}))
        .await
        .faults([("/title", "too_short")]);
    let taken = json!({"id": given.task, "title": "another"});
    create(&taken).await.problem("id_taken");
    create(&json!({"title": "x"})).await.created();

    let address = format!("{TASKS}/{NOTHING}");
    let patch = || {
        let call = given.world.patch(address.as_str()).by(&given.ada);
        call.json(&json!({"title": "y"})).header(KEY, "key-3")
    };
    patch().await.problem("not_found");
    let body = json!({"id": NOTHING, "title": "x"});
    given.world.post(TASKS).by(&given.ada).json(&body).await.created();
    let now_it_is_there = patch().await;
    assert_eq!(now_it_is_there.header("Idempotency-Replayed"), None);
    assert_eq!(now_it_is_there.ok()["title"], "y");
}

#[actix_web::test]
async fn a_replay_looks_at_no_condition_again() {
    let given = Given::new().await;
    let toggle = || {
        let call = given.world.patch(format!("{TASKS}/{}/complete", given.task));
        call.by(&given.ada)
            .header(KEY, "key-2")
            .header("If-Match", "\"2\"")
    };
    let first = toggle().await;
    assert_eq!(seen(&toggle().await), seen(&first));
    assert_eq!(first.ok()["completed"], true);
}

#[actix_web::test]
async fn a_create_of_the_same_task_answers_again_what_it_answered_under_that_key() {
    let given = Given::new().await;
    let create = |key: &str| {
        let body = json!({"id": NOTHING, "title": "x"});
        let call = given.world.post(TASKS).by(&given.ada).json(&body);
        call.header(KEY, key)
    };
    assert_eq!(create("first").await.status, 201);
    assert_eq!(create("second").await.status, 200);
    for (key, status) in [("first", 201), ("second", 200)] {
        let again = create(key).await;
        assert_eq!(again.header("Idempotency-Replayed"), Some("true"));
        assert_eq!(again.status, status, "{again}");
    }
}

#[actix_web::test]
async fn after_a_day_a_key_is_forgotten() {
    let given = Given::new().await;
    let first = given.write("create", "").await.created();
    given.world.wait(Duration::from_secs(24 * 60 * 60 + 1));
    let token = given.world.log_in("ada@example.com").await;
    let call = given.world.post(TASKS).bearer(&token).header(KEY, "key-1");
    let later = call.json(&json!({"title": "Water the plants"})).await;
    assert_eq!(later.header("Idempotency-Replayed"), None);
    assert_ne!(later.created()["id"], first["id"]);
}

#[actix_web::test]
async fn a_dry_run_is_not_kept() {
    let given = Given::new().await;
    let body = json!({"operations": [{"op": "create", "title": "x"}], "dry_run": true});
    for _ in 0..2 {
        let call = given.world.post("/api/tasks/batch").by(&given.ada);
        let answer = call.json(&body).header(KEY, "key-2").await;
        assert_eq!(answer.header("Idempotency-Replayed"), None);
        answer.ok();
    }
}

#[actix_web::test]
async fn a_key_has_from_1_to_255_visible_characters() {
    let given = Given::new().await;
    let create = |key: &str| {
        let call = given.world.post(TASKS).by(&given.ada);
        call.json(&json!({"title": "x"})).header(KEY, key)
    };
    let longest = "k".repeat(255);
    for key in ["k", "!~\"{}", longest.as_str()] {
        create(key).await.created();
    }
    let longer = "k".repeat(256);
    for (key, code) in [
        ("", "too_short"),
        ("a b", "invalid_format"),
        ("a\tb", "invalid_format"),
        ("é", "invalid_format"),
        (longer.as_str(), "too_long"),
    ] {
        create(key).await.faults([("?Idempotency-Key", code)]);
    }
}

#[actix_web::test]
async fn a_key_that_is_given_twice_is_refused_on_every_write() {
    let given = Given::new().await;
    let latest = given.latest().await;
    for kind in WRITES {
        let twice = given.write(kind, "").header(KEY, "key-1").await;
        twice.faults([("?Idempotency-Key", "repeated_parameter")]);
    }
    assert_eq!(given.latest().await, latest);
}
