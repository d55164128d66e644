//! The sessions of an account: seeing them and ending them.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{NOTHING, PASSWORD, Person, REFRESH_TTL, World, claims};

const SESSIONS: &str = "/api/auth/sessions";
const ME: &str = "/api/auth/me";

async fn sessions(world: &World, person: &Person) -> Vec<Value> {
    let sessions = world.get(SESSIONS).by(person).await.ok();
    sessions.as_array().unwrap().clone()
}

/// The address of the session of a token.
fn address(token: &str) -> String {
    format!("{SESSIONS}/{}", claims(token).unwrap()["sid"].as_str().unwrap())
}

#[actix_web::test]
async fn each_says_when_and_where_it_was_used_newest_first() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    world.wait(Duration::from_secs(60));
    let credentials = json!({"email": "ada@example.com", "password": PASSWORD});
    let login = world.post("/api/auth/login").json(&credentials);
    let login = login.from("2001:db8::7").header("User-Agent", "Firefox/146");
    let other = login.await.ok();
    world.wait(Duration::from_secs(60));
    let refresh = world
        .post("/api/auth/refresh")
        .json(&json!({"refresh_token": other["refresh_token"]}));
    let refresh = refresh.from("198.51.100.7").header("User-Agent", "Firefox/147");
    refresh.await.ok();
    let id = |token: &str| claims(token).unwrap()["sid"].clone();
    let expected = [
        json!({
            "id": id(other["access_token"].as_str().unwrap()), "created_at": "2026-11-21T09:31:00.000Z",
            "last_used_at": "2026-11-21T09:32:00.000Z", "expires_at": "2026-12-21T09:32:00.000Z",
            "user_agent": "Firefox/147", "ip": "198.51.100.7", "current": false,
        }),
        json!({
            "id": id(&ada.token), "created_at": "2026-11-21T09:30:00.000Z",
            "last_used_at": "2026-11-21T09:30:00.000Z", "expires_at": "2026-12-21T09:30:00.000Z",
            "user_agent": null, "ip": "192.0.2.1", "current": true,
        }),
    ];
    assert_eq!(sessions(&world, &ada).await, expected);
}

#[actix_web::test]
async fn a_name_that_a_program_gives_itself_is_kept_as_far_as_it_can_be_shown() {
    let world = World::new();
    world.sign_up("ada@example.com").await;
    let credentials = json!({"email": "ada@example.com", "password": PASSWORD});
    for (name, kept) in [("é\tü", "éü".to_owned()), (&"x".repeat(4_000), "x".repeat(256))] {
        let login = world.post("/api/auth/login").json(&credentials);
        let tokens = login.header("User-Agent", name).await.ok();
        let access = tokens["access_token"].as_str().unwrap();
        let listed = world.get(SESSIONS).bearer(access).await.ok();
        let current = listed
            .as_array()
            .unwrap()
            .iter()
            .find(|session| session["current"] == true);
        assert_eq!(current.unwrap()["user_agent"], kept);
    }
}

#[actix_web::test]
async fn those_that_are_over_are_not_listed() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    let ended = world.log_in("ada@example.com").await;
    world.post("/api/auth/logout").bearer(&ended).await.no_content();
    assert_eq!(sessions(&world, &ada).await.len(), 1);
    world.wait(REFRESH_TTL);
    let token = world.log_in("ada@example.com").await;
    let ada = Person { token, ..ada };
    let listed = sessions(&world, &ada).await;
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0]["current"], true);
}

#[actix_web::test]
async fn one_that_is_ended_stops_working_at_once_and_the_others_go_on() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    let other = world.tokens("ada@example.com").await;
    let access = other["access_token"].as_str().unwrap();
    world.delete(address(access)).by(&ada).await.no_content();
    world.get(ME).bearer(access).await.problem("session_revoked");
    let refresh = json!({"refresh_token": other["refresh_token"]});
    let refreshed = world.post("/api/auth/refresh").json(&refresh).await;
    refreshed.problem("session_revoked");
    world.delete(address(access)).by(&ada).await.problem("not_found");
    world.get(ME).by(&ada).await.ok();
}

#[actix_web::test]
async fn one_s_own_can_be_ended_too() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    world.delete(address(&ada.token)).by(&ada).await.no_content();
    world.get(ME).by(&ada).await.problem("session_revoked");
}

#[actix_web::test]
async fn somebody_else_s_is_not_there() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    let bob = world.sign_up("bob@example.com").await;
    let details = [
        address(&bob.token),
        format!("{SESSIONS}/{NOTHING}"),
        format!("{SESSIONS}/x"),
        format!("{SESSIONS}/%00"),
    ];
    for address in details {
        let problem = world.delete(address).by(&ada).await.problem("not_found");
        assert_eq!(problem["detail"], "there is no such session");
    }
    world.get(ME).by(&bob).await.ok();
    assert_eq!(sessions(&world, &ada).await.len(), 1);
}

#[actix_web::test]
async fn logging_out_everywhere_ends_all_of_them_and_no_personal_access_token() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    let other = world.tokens("ada@example.com").await;
    let program = world.program_of(&ada, &["account:read"]).await;
    let bob = world.sign_up("bob@example.com").await;
    world.post("/api/auth/logout-all").by(&ada).await.no_content();
    for token in [ada.token.as_str(), other["access_token"].as_str().unwrap()] {
        world.get(ME).bearer(token).await.problem("session_revoked");
    }
    let refresh = json!({"refresh_token": other["refresh_token"]});
    let refreshed = world.post("/api/auth/refresh").json(&refresh).await;
    refreshed.problem("session_revoked");
    world.get(ME).by(&program).await.ok();
    world.get(ME).by(&bob).await.ok();
    // Even in the same instant.
    let again = world.log_in("ada@example.com").await;
    world.get(ME).bearer(&again).await.ok();
}

mod elsewhere {
    //! Somebody who logs in at another issuer.

    use super::*;

    #[actix_web::test]
    async fn has_no_sessions_here() {
        let world = World::new();
        let ada = world.outsider("u1");
        assert_eq!(sessions(&world, &ada).await, Vec::<Value>::new());
    }

    #[actix_web::test]
    async fn logs_out_there() {
        let world = World::new();
        let ada = world.outsider("u1");
        world.post("/api/auth/logout").by(&ada).await.problem("forbidden");
        world.get(ME).by(&ada).await.ok();
    }

    #[actix_web::test]
    async fn can_cut_off_the_tokens_given_out_until_now() {
        let world = World::new();
        let ada = world.outsider("u1");
        world.wait(Duration::from_secs(1));
        world.post("/api/auth/logout-all").by(&ada).await.no_content();
        world.get(ME).by(&ada).await.problem("session_revoked");
        let again = world.outsider("u1");
        world.get(ME).by(&again).await.ok();
    }
}
