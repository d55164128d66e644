//! Personal access tokens.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{NOTHING, Person, World};

const TOKENS: &str = "/api/auth/tokens";
const ME: &str = "/api/auth/me";
const TASKS: &str = "/api/tasks";

async fn create(world: &World, person: &Person, body: &Value) -> Value {
    world.post(TOKENS).by(person).json(body).await.created()
}

#[actix_web::test]
async fn a_token_is_shown_once() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    let body = json!({
        "name": " nightly backup ", "scopes": ["tasks:read"], "expires_at": "2027-01-01T01:00:00+01:00",
    });
    let answer = world.post(TOKENS).by(&ada).json(&body).await;
    let location = answer.header("Location").unwrap().to_owned();
    let mut created = answer.created();
    let id = created["id"].as_str().unwrap().to_owned();
    assert_eq!(location, format!("{TOKENS}/{id}"));
    let token = created.as_object_mut().unwrap().remove("token").unwrap();
    assert!(token.as_str().unwrap().starts_with("twp_"));
    let expected = json!({
        "id": id, "name": "nightly backup", "scopes": ["tasks:read"],
        "created_at": "2026-11-21T09:30:00.000Z", "last_used_at": null,
        "expires_at": "2027-01-01T00:00:00.000Z",
    });
    assert_eq!(created, expected);
    assert_eq!(world.get(TOKENS).by(&ada).await.ok(), json!([expected]));
    world.delete(location).by(&ada).await.no_content();
    assert_eq!(world.get(TOKENS).by(&ada).await.ok(), json!([]));
}

#[actix_web::test]
async fn each_scope_opens_only_its_own() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    let program = async |scopes: &[&str]| world.program_of(&ada, scopes).await;
    let body = json!({"title": "Buy milk"});
    let reader = program(&["tasks:read"]).await;
    world.get(TASKS).by(&reader).await.ok();
    let refused = world.post(TASKS).by(&reader).json(&body).await;
    refused.problem("insufficient_scope");
    let writer = program(&["tasks:write"]).await;
    world.post(TASKS).by(&writer).json(&body).await.created();
    world.get(TASKS).by(&writer).await.problem("insufficient_scope");
    let both = program(&["tasks:write", "tasks:read"]).await;
    world.get(TASKS).by(&both).await.ok();
    world.post(TASKS).by(&both).json(&body).await.created();
    world.get(ME).by(&both).await.problem("insufficient_scope");
    let account = program(&["account:read"]).await;
    assert_eq!(world.get(ME).by(&account).await.ok()["id"], ada.id.as_str());
}

#[actix_web::test]
async fn a_scope_that_is_named_twice_counts_once_in_the_order_of_the_contract() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    let body = json!({
        "name": "x", "scopes": ["account:read", "tasks:write", "account:read", "tasks:read"], "expires_at": null,
    });
    let created = create(&world, &ada, &body).await;
    let expected = json!(["tasks:read", "tasks:write", "account:read"]);
    assert_eq!(created["scopes"], expected);
    assert_eq!(created["expires_at"], Value::Null);
}

#[actix_web::test]
async fn everything_that_is_wrong_is_named_where_it_stands() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    let post = async |body: Value| world.post(TOKENS).by(&ada).json(&body).await;
    let missing = post(json!({})).await;
    missing.faults([("/name", "required"), ("/scopes", "required")]);
    let faulty = json!({
        "name": " ", "scopes": ["tasks:read", "tasks:delete", 1, null], "expires_at": "tomorrow", "scope": "x",
    });
    post(faulty).await.faults([
        ("/name", "too_short"),
        ("/scopes/1", "invalid_value"),
        ("/scopes/2", "invalid_type"),
        ("/scopes/3", "required"),
        ("/expires_at", "invalid_format"),
        ("/scope", "unknown_field"),
    ]);
    for (field, value, code) in [
        ("name", json!("x".repeat(101)), "too_long"),
        ("name", json!("a\nb"), "control_character"),
        ("name", json!(null), "required"),
        ("scopes", json!([]), "too_short"),
        ("scopes", json!("tasks:read"), "invalid_type"),
        ("scopes", json!(null), "required"),
        ("expires_at", json!(1_800_000_000), "invalid_type"),
        ("expires_at", json!("2027-01-01"), "invalid_format"),
        ("expires_at", json!("2026-11-21T09:30:00Z"), "out_of_range"),
        ("expires_at", json!("2025-01-01T00:00:00Z"), "out_of_range"),
    ] {
        let mut body = json!({"name": "x", "scopes": ["tasks:read"]});
        body[field] = value;
        post(body).await.faults([(&format!("/{field}"), code)]);
    }
    assert_eq!(world.get(TOKENS).by(&ada).await.ok(), json!([]));
}

#[actix_web::test]
async fn a_token_works_until_the_instant_it_expires() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    let body = json!({"name": "x", "scopes": ["tasks:read"], "expires_at": "2026-11-21T10:30:00Z"});
    let created = create(&world, &ada, &body).await;
    let token = created["token"].as_str().unwrap();
    world.wait(Duration::from_millis(60 * 60 * 1_000 - 1));
    world.get(TASKS).bearer(token).await.ok();
    world.wait(Duration::from_millis(1));
    world.get(TASKS).bearer(token).await.problem("token_expired");
    // It goes on being listed.
    let ada = Person {
        token: world.log_in("ada@example.com").await,
        ..ada
    };
    let listed = world.get(TOKENS).by(&ada).await.ok();
    assert_eq!(listed[0]["expires_at"], "2026-11-21T10:30:00.000Z");
}

#[actix_web::test]
async fn without_an_expiry_it_works_for_ever() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    let program = world.program_of(&ada, &["tasks:read"]).await;
    world.wait(Duration::from_secs(10 * 365 * 24 * 60 * 60));
    world.get(TASKS).by(&program).await.ok();
}

#[actix_web::test]
async fn its_last_use_is_known_to_the_minute() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    let program = world.program_of(&ada, &["tasks:read"]).await;
    let last_use = async || world.get(TOKENS).by(&ada).await.ok()[0]["last_used_at"].clone();
    assert_eq!(last_use().await, Value::Null);
    world.get(TASKS).by(&program).await.ok();
    assert_eq!(last_use().await, "2026-11-21T09:30:00.000Z");
    world.wait(Duration::from_secs(59));
    world.get(TASKS).by(&program).await.ok();
    assert_eq!(last_use().await, "2026-11-21T09:30:00.000Z");
    world.wait(Duration::from_secs(1));
    world.get(TASKS).by(&program).await.ok();
    assert_eq!(last_use().await, "2026-11-21T09:31:00.000Z");
}

#[actix_web::test]
async fn the_newest_is_listed_first() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    for name in ["first", "second", "third"] {
        create(&world, &ada, &json!({"name": name, "scopes": ["tasks:read"]})).await;
        world.wait(Duration::from_secs(1));
    }
    let listed = world.get(TOKENS).by(&ada).await.ok();
    let names: Vec<&Value> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|token| &token["name"])
        .collect();
    assert_eq!(names, ["third", "second", "first"]);
}

#[actix_web::test]
async fn a_revoked_one_stops_working_at_once() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    let created = create(&world, &ada, &json!({"name": "x", "scopes": ["tasks:read"]})).await;
    let (id, token) = (
        created["id"].as_str().unwrap(),
        created["token"].as_str().unwrap(),
    );
    world.get(TASKS).bearer(token).await.ok();
    let address = format!("{TOKENS}/{id}");
    world.delete(address.as_str()).by(&ada).await.no_content();
    world.get(TASKS).bearer(token).await.problem("unauthenticated");
    world.delete(address).by(&ada).await.problem("not_found");
}

#[actix_web::test]
async fn somebody_else_s_is_not_there() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    let bob = world.sign_up("bob@example.com").await;
    let created = create(&world, &bob, &json!({"name": "x", "scopes": ["tasks:read"]})).await;
    for id in [
        created["id"].as_str().unwrap(),
        NOTHING,
        "x",
        "%00",
        created["token"].as_str().unwrap(),
    ] {
        let answer = world.delete(format!("{TOKENS}/{id}")).by(&ada).await;
        assert_eq!(answer.problem("not_found")["detail"], "there is no such token");
    }
    assert_eq!(world.get(TOKENS).by(&ada).await.ok(), json!([]));
    world
        .get(TASKS)
        .bearer(created["token"].as_str().unwrap())
        .await
        .ok();
}

#[actix_web::test]
async fn a_task_that_a_program_makes_is_its_owner_s() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    let writer = world.program_of(&ada, &["tasks:write"]).await;
    let created = world
        .post(TASKS)
        .by(&writer)
        .json(&json!({"title": "Buy milk"}))
        .await
        .created();
    assert_eq!(created["user_id"], ada.id.as_str());
    assert_eq!(world.get(TASKS).by(&ada).await.ok(), json!([created]));
}

#[actix_web::test]
async fn somebody_from_elsewhere_makes_them_too() {
    let world = World::new();
    let ada = world.outsider("u1");
    let program = world.program_of(&ada, &["tasks:read"]).await;
    world.get("/api/u1/tasks").by(&program).await.ok();
}
