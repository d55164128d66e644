//! How a caller is known.

use std::time::Duration;

use serde_json::json;

use crate::support::{ACCESS_TTL, Answer, REFRESH_TTL, World, claims, token};

const ME: &str = "/api/auth/me";

/// Nobody got in, and no token is blamed for it.
#[track_caller]
fn is_asked_for_a_token(answer: Answer) {
    assert_eq!(
        answer.header("WWW-Authenticate"),
        Some(r#"Bearer realm="taskwell""#),
        "{answer}"
    );
    answer.problem("unauthenticated");
}

/// Nobody got in, because of the token.
#[track_caller]
fn is_told_of_the_token(answer: Answer, code: &str) {
    let expected = r#"Bearer realm="taskwell", error="invalid_token""#;
    assert_eq!(answer.header("WWW-Authenticate"), Some(expected), "{answer}");
    answer.problem(code);
}

#[actix_web::test]
async fn without_a_token_one_is_asked_for() {
    let world = World::new();
    is_asked_for_a_token(world.get(ME).await);
    for header in [
        "",
        "Bearer",
        "Bearer ",
        "Basic YWRhOng=",
        "garbage",
        "Bearer\u{e9} x",
    ] {
        is_asked_for_a_token(world.get(ME).header("Authorization", header).await);
    }
}

#[actix_web::test]
async fn the_scheme_may_be_written_in_any_case() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    for scheme in ["bearer", "BEARER", "Bearer "] {
        let header = format!("{scheme} {}", ada.token);
        world.get(ME).header("Authorization", &header).await.ok();
    }
}

#[actix_web::test]
async fn two_tokens_are_none() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    is_told_of_the_token(world.get(ME).by(&ada).by(&ada).await, "unauthenticated");
    let folded = format!("Bearer {0}, Bearer {0}", ada.token);
    is_told_of_the_token(
        world.get(ME).header("Authorization", &folded).await,
        "unauthenticated",
    );
}

#[actix_web::test]
async fn a_token_stands_in_the_header_and_nowhere_else() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    let in_query = world.get(format!("{ME}?access_token={}", ada.token)).await;
    is_asked_for_a_token(in_query);
    is_asked_for_a_token(
        world
            .get(ME)
            .header("Cookie", &format!("access_token={}", ada.token))
            .await,
    );
}

#[actix_web::test]
async fn a_token_works_until_the_instant_it_expires() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    world.wait(ACCESS_TTL - Duration::from_millis(1));
    world.get(ME).by(&ada).await.ok();
    world.wait(Duration::from_millis(1));
    is_told_of_the_token(world.get(ME).by(&ada).await, "token_expired");
}

#[actix_web::test]
async fn a_token_that_outlives_its_session_is_revoked() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    let mut claims = claims(&ada.token).unwrap();
    claims["exp"] = json!("2036-01-01T00:00:00Z");
    let long = token(&claims);
    world.get(ME).bearer(&long).await.ok();
    world.wait(REFRESH_TTL);
    is_told_of_the_token(world.get(ME).bearer(&long).await, "session_revoked");
}

#[actix_web::test]
async fn logging_out_ends_that_session_alone() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    let other_device = world.log_in("ada@example.com").await;
    world.post("/api/auth/logout").by(&ada).await.no_content();
    is_told_of_the_token(world.get(ME).by(&ada).await, "session_revoked");
    is_told_of_the_token(world.post("/api/auth/logout").by(&ada).await, "session_revoked");
    world.get(ME).bearer(&other_device).await.ok();
}

#[actix_web::test]
async fn a_token_of_an_account_that_is_gone_opens_nothing() {
    let world = World::new();
    is_told_of_the_token(world.get(ME).by(&world.ghost()).await, "unauthenticated");
}

#[actix_web::test]
async fn a_wrong_password_is_no_fault_of_a_token_that_came_along() {
    let world = World::new();
    let credentials = json!({"email": "ada@example.com", "password": "x"});
    let answer = world
        .post("/api/auth/login")
        .bearer("stale")
        .json(&credentials)
        .await;
    assert_eq!(
        answer.header("WWW-Authenticate"),
        Some(r#"Bearer realm="taskwell""#)
    );
    answer.problem("invalid_credentials");
}

/// User ids from elsewhere are opaque: an address may have to encode them, or they are words of other addresses.
#[actix_web::test]
async fn a_user_id_of_any_characters_can_stand_in_an_address() {
    for id in ["auth0|5f7c", "a/b", "a+b", "50%", "%41", "é", "auth", "admin"] {
        let world = World::new();
        let user = world.outsider(id);
        let encoded: String = form_urlencoded::byte_serialize(id.as_bytes()).collect();
        let address = format!("/api/{encoded}/tasks");
        let created = world
            .post(address.as_str())
            .by(&user)
            .json(&json!({"title": "Buy milk"}))
            .await;
        let location = created.header("Location").unwrap().to_owned();
        assert_eq!(created.created()["user_id"], id);
        world.get(location).by(&user).await.ok();
        world.get("/api/A/tasks").by(&user).await.problem("user_mismatch");
    }
}
