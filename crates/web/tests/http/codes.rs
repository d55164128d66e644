//! Every code of the catalogue has a request that provokes it.

use std::{sync::Arc, time::Duration};

use serde_json::{Value, json};
use taskwell_application::{
    identity::TryLimits,
    ports::{MockTaskStore, StoreError},
};
use taskwell_domain::{Description, Position, Priority, Quota, Seq, Tags, Task};

use crate::support::{ACCESS_TTL, Answer, BODY_LIMIT, Document, NOTHING, Stalled, World};

const LOGIN: &str = "/api/auth/login";
const REGISTER: &str = "/api/auth/register";
const ME: &str = "/api/auth/me";
const TASKS: &str = "/api/tasks";

#[actix_web::test]
async fn every_code_can_be_provoked_and_has_its_status() {
    let codes = &Document::published().0["components"]["schemas"]["Problem"]["properties"]["code"]["enum"];
    for code in codes.as_array().unwrap().iter().filter_map(Value::as_str) {
        provoke(code).await.problem(code);
    }
}

/// A request that is answered with that code. A code without one is dead, or nobody knows what it is for.
async fn provoke(code: &str) -> Answer {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    let bob = world.sign_up("bob@example.com").await;
    let task = world.task(&ada, "Buy milk").await;
    let task = format!("{TASKS}/{}", task["id"].as_str().unwrap());
    let credentials = json!({"email": "ada@example.com", "password": "violet umbrella on monday"});
    match code {
        "malformed_json" => world.post(LOGIN).body("application/json", "{").await,
        "malformed_request" => world.get("/?%").await,
        "invalid_cursor" => world.get(format!("{TASKS}?cursor=x")).by(&ada).await,
        "unauthenticated" => world.get(ME).await,
        "token_expired" => {
            world.wait(ACCESS_TTL);
            world.get(ME).by(&ada).await
        }
        "session_revoked" => {
            world.post("/api/auth/logout").by(&ada).await.no_content();
            world.get(ME).by(&ada).await
        }
        "invalid_credentials" => world.post(LOGIN).json(&credentials).await,
        "user_mismatch" => world.get(format!("/api/{}/tasks", bob.id)).by(&ada).await,
        "forbidden" => world.get(task).by(&bob).await,
        "account_disabled" => {
            let root = world.admin("root@example.com").await;
            let ada_s = format!("/api/admin/users/{}", ada.id);
            let disable = world.patch(ada_s).by(&root).json(&json!({"disabled": true}));
            disable.await.ok();
            world.get(ME).by(&ada).await
        }
        "insufficient_scope" => {
            let reader = world.program_of(&ada, &["tasks:read"]).await;
            world.get(ME).by(&reader).await
        }
        "last_admin" => {
            let root = world.admin("root@example.com").await;
            world
                .delete(format!("/api/admin/users/{}", root.id))
                .by(&root)
                .await
        }
        "rate_limited" => {
            let world = World::with(|setup| {
                setup.limits = Some(TryLimits {
                    login: Quota::per(1, Duration::from_secs(60)),
                    register: Quota::per(1, Duration::from_secs(60)),
                    refresh: Quota::per(1, Duration::from_secs(60)),
                });
            });
            for _ in 0..2 {
                let wrong = world.post(LOGIN).json(&credentials).await;
                wrong.problem("invalid_credentials");
            }
            world.post(LOGIN).json(&credentials).await
        }
        "not_found" => world.get("/nope").await,
        "method_not_allowed" => world.post("/").await,
        "request_timeout" => without_time().post(LOGIN).stalled_body().await,
        "email_taken" => world.post(REGISTER).json(&credentials).await,
        "id_taken" => {
            let first = json!({"id": NOTHING, "title": "Buy milk"});
            world.post(TASKS).by(&ada).json(&first).await.created();
            let other = json!({"id": NOTHING, "title": "Call Bob"});
            world.post(TASKS).by(&ada).json(&other).await
        }
        "undo_conflict" => {
            world.patch(task).by(&ada).json(&json!({"title": "x"})).await.ok();
            world.post("/api/changes/1/undo").by(&ada).await
        }
        "resync_required" => {
            world.patch(task).by(&ada).json(&json!({"title": "x"})).await.ok();
            world.wait(Duration::from_secs(1));
            world.forget_changes().await;
            world.get("/api/changes").by(&ada).await
        }
        "idempotency_key_reused" => {
            let create = |title| {
                let create = world.post(TASKS).by(&ada).json(&json!({"title": title}));
                create.header("Idempotency-Key", "k")
            };
            create("Buy milk").await.created();
            create("Call Bob").await
        }
        "conflict" => delete_with(|| StoreError::Stale).await,
        "precondition_failed" => world.delete(task).by(&ada).header("If-Match", "\"99\"").await,
        "payload_too_large" => world.post(LOGIN).untyped_body(vec![b' '; BODY_LIMIT + 1]).await,
        "unsupported_media_type" => world.post(LOGIN).untyped_body("{}").await,
        "validation_failed" => world.post(LOGIN).json(&json!({})).await,
        "internal" => delete_with(|| StoreError::Internal("a bug".into())).await,
        "unavailable" => without_time().get("/health/ready").await,
        other => panic!("no request provokes {other}"),
    }
}

/// A world that waits for nobody, and whose storage gives no sign of life.
fn without_time() -> World {
    World::with(|setup| {
        setup.health = Arc::new(Stalled);
        setup.request_timeout = Duration::ZERO;
    })
}

/// Deletes a task from a storage that has every task and answers every write with that.
async fn delete_with(error: impl Fn() -> StoreError + Send + Sync + 'static) -> Answer {
    let now = "2026-11-21T09:30:00Z".parse().unwrap();
    let world = World::with(|setup| {
        let mut tasks = MockTaskStore::new();
        tasks.expect_find().returning(move |owner, id| {
            Ok(Some(Task {
                id,
                user_id: owner.clone(),
                title: "Buy milk".parse().unwrap(),
                description: Description::default(),
                completed_at: None,
                priority: Priority::None,
                due: None,
                time_zone: None,
                remind_at: None,
                reminded_at: None,
                tags: Tags::default(),
                position: Position::last_at(Seq::from(1)),
                deleted_at: None,
                version: 1.into(),
                created_at: now,
                updated_at: now,
            }))
        });
        tasks.expect_record().returning(move |_, _| Err(error()));
        setup.tasks = Arc::new(tasks);
    });
    let ada = world.sign_up("ada@example.com").await;
    world.delete(format!("{TASKS}/{NOTHING}")).by(&ada).await
}
