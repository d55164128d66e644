//! Changing one's password.

use serde_json::{Value, json};

use crate::support::{Answer, PASSWORD, Person, World};

const NEW: &str = "amber umbrella on friday";
const ME: &str = "/api/auth/me";

fn login(email: &str, password: &str) -> Value {
    json!({"email": email, "password": password})
}

async fn change(world: &World, person: &Person, current: &str, new: &str) -> Answer {
    let body = json!({"current_password": current, "new_password": new});
    world.put("/api/auth/me/password").by(person).json(&body).await
}

#[actix_web::test]
async fn from_then_on_the_new_one_holds_and_the_old_one_does_not() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    change(&world, &ada, PASSWORD, NEW).await.no_content();
    let old = login("ada@example.com", PASSWORD);
    let refused = world.post("/api/auth/login").json(&old).await;
    refused.problem("invalid_credentials");
    let new = login("ada@example.com", NEW);
    world.post("/api/auth/login").json(&new).await.ok();
}

#[actix_web::test]
async fn every_other_session_ends_and_this_one_goes_on() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    let other = world.tokens("ada@example.com").await;
    let program = world.program_of(&ada, &["account:read"]).await;
    change(&world, &ada, PASSWORD, NEW).await.no_content();
    let access = other["access_token"].as_str().unwrap();
    world.get(ME).bearer(access).await.problem("session_revoked");
    let refresh = json!({"refresh_token": other["refresh_token"]});
    let refreshed = world.post("/api/auth/refresh").json(&refresh).await;
    refreshed.problem("session_revoked");
    for goes_on in [&ada, &program] {
        world.get(ME).by(goes_on).await.ok();
    }
}

#[actix_web::test]
async fn with_a_wrong_password_nothing_changes() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    let other = world.log_in("ada@example.com").await;
    let answer = change(&world, &ada, "wrong", NEW).await;
    // The token is not to blame.
    assert_eq!(
        answer.header("WWW-Authenticate"),
        Some(r#"Bearer realm="taskwell""#)
    );
    answer.problem("invalid_credentials");
    world.get(ME).bearer(&other).await.ok();
    world.log_in("ada@example.com").await;
}

#[actix_web::test]
async fn one_that_would_not_do_is_refused() {
    let world = World::new();
    let ada = world.sign_up("ada.lovelace@example.com").await;
    for (new, code) in [
        ("seven77", "too_short"),
        ("violet\u{0}umbrella", "control_character"),
        ("password", "common_password"),
        ("Ada.Lovelace@example.com", "common_password"),
        (&"violet ".repeat(19), "too_long"),
    ] {
        let answer = change(&world, &ada, PASSWORD, new).await;
        answer.faults([("/new_password", code)]);
    }
    world.log_in("ada.lovelace@example.com").await;
}

#[actix_web::test]
async fn both_must_be_given() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    let answer = world.put("/api/auth/me/password").by(&ada).json(&json!({})).await;
    answer.faults([("/current_password", "required"), ("/new_password", "required")]);
}

#[actix_web::test]
async fn what_is_wrong_with_the_new_one_is_told_along_with_every_other_fault() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    let faulty = json!({"current_password": 1, "new_password": "seven77", "new": true});
    let answer = world.put("/api/auth/me/password").by(&ada).json(&faulty).await;
    answer.faults([
        ("/current_password", "invalid_type"),
        ("/new_password", "too_short"),
        ("/new", "unknown_field"),
    ]);
}

#[actix_web::test]
async fn an_account_from_elsewhere_has_none_here() {
    let world = World::new();
    let ada = world.outsider("u1");
    change(&world, &ada, PASSWORD, NEW).await.problem("forbidden");
}
