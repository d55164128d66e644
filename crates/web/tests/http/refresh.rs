//! Renewing a session.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{ACCESS_TTL, Answer, REFRESH_TTL, World, claims};

const REFRESH: &str = "/api/auth/refresh";
const ME: &str = "/api/auth/me";

/// How long a spent token still works.
const GRACE: Duration = Duration::from_secs(20);
const MOMENT: Duration = Duration::from_millis(1);

/// A world with somebody in it, and the tokens of that session.
async fn world_with_session() -> (World, Value) {
    let world = World::new();
    let tokens = world.tokens_of_new("ada@example.com").await;
    (world, tokens)
}

async fn refresh(world: &World, tokens: &Value) -> Answer {
    let body = json!({"refresh_token": tokens["refresh_token"]});
    world.post(REFRESH).json(&body).await
}

async fn me(world: &World, tokens: &Value) -> Answer {
    world
        .get(ME)
        .bearer(tokens["access_token"].as_str().unwrap())
        .await
}

#[actix_web::test]
async fn a_refresh_token_gets_new_tokens_of_the_same_session() {
    let (world, first) = world_with_session().await;
    let second = refresh(&world, &first).await.ok();
    assert_eq!(second["token_type"], "Bearer");
    assert_eq!(second["expires_in"], ACCESS_TTL.as_secs());
    assert_eq!(second["user"], first["user"]);
    assert_ne!(second["refresh_token"], first["refresh_token"]);
    assert_ne!(second["access_token"], first["access_token"]);
    let session = |tokens: &Value| claims(tokens["access_token"].as_str().unwrap()).unwrap()["sid"].clone();
    assert_eq!(session(&second), session(&first));
    for tokens in [&first, &second] {
        me(&world, tokens).await.ok();
    }
}

#[actix_web::test]
async fn an_access_token_that_has_expired_is_no_hindrance() {
    let (world, tokens) = world_with_session().await;
    world.wait(ACCESS_TTL);
    me(&world, &tokens).await.problem("token_expired");
    let expired = tokens["access_token"].as_str().unwrap();
    let body = json!({"refresh_token": tokens["refresh_token"]});
    let renewed = world.post(REFRESH).bearer(expired).json(&body).await.ok();
    me(&world, &renewed).await.ok();
}

#[actix_web::test]
async fn an_access_token_is_not_to_blame_for_what_is_wrong_with_the_other() {
    let (world, tokens) = world_with_session().await;
    let access = tokens["access_token"].as_str().unwrap();
    let unknown = json!({"refresh_token": "twr_99999999"});
    let body = json!({"refresh_token": tokens["refresh_token"]});
    let answer = world.post(REFRESH).bearer(access).json(&unknown).await;
    assert_eq!(
        answer.header("WWW-Authenticate"),
        Some(r#"Bearer realm="taskwell""#)
    );
    answer.problem("unauthenticated");
    world.post("/api/auth/logout").bearer(access).await.no_content();
    let answer = world.post(REFRESH).bearer(access).json(&body).await;
    assert_eq!(
        answer.header("WWW-Authenticate"),
        Some(r#"Bearer realm="taskwell""#)
    );
    answer.problem("session_revoked");
}

#[actix_web::test]
async fn a_session_lasts_as_long_as_it_is_renewed_in_time() {
    let (world, mut tokens) = world_with_session().await;
    for _ in 0..3 {
        world.wait(REFRESH_TTL - MOMENT);
        tokens = refresh(&world, &tokens).await.ok();
    }
    world.wait(REFRESH_TTL);
    refresh(&world, &tokens).await.problem("session_revoked");
}

#[actix_web::test]
async fn the_tabs_of_a_browser_may_all_spend_the_same_token() {
    let (world, first) = world_with_session().await;
    let tab = refresh(&world, &first).await.ok();
    world.wait(GRACE);
    let other_tab = refresh(&world, &first).await.ok();
    assert_ne!(tab["refresh_token"], other_tab["refresh_token"]);
    for tokens in [&tab, &other_tab] {
        me(&world, tokens).await.ok();
        refresh(&world, tokens).await.ok();
    }
}

#[actix_web::test]
async fn a_use_in_the_grace_does_not_prolong_it() {
    let (world, tokens) = world_with_session().await;
    refresh(&world, &tokens).await.ok();
    world.wait(GRACE);
    refresh(&world, &tokens).await.ok();
    world.wait(MOMENT);
    refresh(&world, &tokens).await.problem("session_revoked");
}

#[actix_web::test]
async fn a_token_that_was_spent_long_ago_ends_the_whole_session() {
    let (world, stolen) = world_with_session().await;
    let newest = refresh(&world, &stolen).await.ok();
    let other_session = world.tokens("ada@example.com").await;
    world.wait(GRACE + MOMENT);
    refresh(&world, &stolen).await.problem("session_revoked");
    for tokens in [&stolen, &newest] {
        me(&world, tokens).await.problem("session_revoked");
        refresh(&world, tokens).await.problem("session_revoked");
    }
    me(&world, &other_session).await.ok();
    refresh(&world, &other_session).await.ok();
}

#[actix_web::test]
async fn after_a_logout_it_is_too_late() {
    let (world, tokens) = world_with_session().await;
    let access = tokens["access_token"].as_str().unwrap();
    world.post("/api/auth/logout").bearer(access).await.no_content();
    refresh(&world, &tokens).await.problem("session_revoked");
}

#[actix_web::test]
async fn a_role_that_changed_stands_in_the_next_token() {
    let (world, tokens) = world_with_session().await;
    let root = world.admin("root@example.com").await;
    let address = format!("/api/admin/users/{}", tokens["user"]["id"].as_str().unwrap());
    let promote = world.patch(address).by(&root).json(&json!({"role": "admin"}));
    promote.await.ok();
    let renewed = refresh(&world, &tokens).await.ok();
    assert_eq!(renewed["user"]["role"], "admin");
    let token = renewed["access_token"].as_str().unwrap();
    assert_eq!(claims(token).unwrap()["role"], "admin");
}

#[actix_web::test]
async fn a_disabled_account_gets_no_new_tokens_until_it_is_let_in_again() {
    let (world, tokens) = world_with_session().await;
    let root = world.admin("root@example.com").await;
    let address = format!("/api/admin/users/{}", tokens["user"]["id"].as_str().unwrap());
    let disable = async |disabled: bool| {
        let call = world.patch(address.as_str()).by(&root);
        call.json(&json!({"disabled": disabled})).await.ok()
    };
    disable(true).await;
    refresh(&world, &tokens).await.problem("account_disabled");
    disable(false).await;
    refresh(&world, &tokens).await.ok();
}

#[actix_web::test]
async fn the_token_must_be_given_as_a_string() {
    let world = World::new();
    world
        .post(REFRESH)
        .json(&json!({}))
        .await
        .faults([("/refresh_token", "required")]);
    for token in [json!(null), json!(1), json!(["twr_00000000"])] {
        let answer = world.post(REFRESH).json(&json!({"refresh_token": token})).await;
        let faults = answer.all_faults();
        assert_eq!(faults.len(), 1, "{answer}");
        assert_eq!(faults[0].0, "/refresh_token", "{answer}");
    }
}
