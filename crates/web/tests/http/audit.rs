//! The audit trail, as admins read it.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{PASSWORD, Person, World, next};

const AUDIT: &str = "/api/admin/audit";

async fn entries(world: &World, by: &Person, address: &str) -> Vec<Value> {
    let entries = world.get(address).by(by).await.ok();
    entries.as_array().unwrap().clone()
}

fn actions(entries: &[Value]) -> Vec<&str> {
    entries
        .iter()
        .map(|entry| entry["action"].as_str().unwrap())
        .collect()
}

#[actix_web::test]
async fn what_happens_to_an_account_is_noted_newest_first() {
    let world = World::new();
    let root = world.admin("root@example.com").await;
    let ada = world.sign_up("ada@example.com").await;
    let address = format!("/api/admin/users/{}", ada.id);
    let wrong = json!({"email": "ada@example.com", "password": "wrong"});
    world
        .post("/api/auth/login")
        .json(&wrong)
        .await
        .problem("invalid_credentials");
    let change = json!({"current_password": PASSWORD, "new_password": "amber umbrella on friday"});
    let changed = world.put("/api/auth/me/password").by(&ada).json(&change).await;
    changed.no_content();
    let body = json!({"name": "x", "scopes": ["tasks:read"]});
    let created = world
        .post("/api/auth/tokens")
        .by(&ada)
        .json(&body)
        .await
        .created();
    let token = format!("/api/auth/tokens/{}", created["id"].as_str().unwrap());
    world.delete(token).by(&ada).await.no_content();
    let patch = async |body: Value| world.patch(address.as_str()).by(&root).json(&body).await.ok();
    patch(json!({"role": "admin"})).await;
    patch(json!({"disabled": true})).await;
    patch(json!({"disabled": false})).await;
    // What changes nothing is no news.
    patch(json!({"disabled": false, "role": "admin"})).await;
    world.post("/api/auth/logout-all").by(&ada).await.no_content();
    world
        .post(format!("{address}/revoke-sessions"))
        .by(&root)
        .await
        .no_content();
    world.delete(address.as_str()).by(&root).await.no_content();
    let noted = entries(&world, &root, &format!("{AUDIT}?user_id={}&limit=100", ada.id)).await;
    let expected = [
        "account_deleted",
        "tokens_revoked",
        "logged_out_everywhere",
        "account_enabled",
        "account_disabled",
        "role_changed",
        "token_revoked",
        "token_created",
        "password_changed",
        "login_failed",
        "logged_in",
        "registered",
    ];
    assert_eq!(actions(&noted), expected);
    for entry in &noted {
        assert_eq!(entry["subject_id"], ada.id.as_str(), "{entry}");
        assert_eq!(entry["ip"], "192.0.2.1", "{entry}");
    }
    let by = |action: &str| {
        let entry = noted.iter().find(|entry| entry["action"] == action);
        entry.unwrap()["actor_id"].clone()
    };
    for action in [
        "account_deleted",
        "role_changed",
        "account_disabled",
        "tokens_revoked",
    ] {
        assert_eq!(by(action), root.id.as_str(), "{action}");
    }
    for action in ["password_changed", "token_created", "logged_in", "registered"] {
        assert_eq!(by(action), ada.id.as_str(), "{action}");
    }
    // Who failed to log in is not known.
    assert_eq!(by("login_failed"), Value::Null);
}

#[actix_web::test]
async fn an_entry_says_who_did_what_to_whom_when_and_from_where() {
    let world = World::new();
    let root = world.admin("root@example.com").await;
    let ada = world.sign_up("ada@example.com").await;
    world.wait(Duration::from_secs(1));
    let address = format!("/api/admin/users/{}", ada.id);
    let promote = world.patch(address).by(&root).from("2001:db8::7");
    promote.json(&json!({"role": "admin"})).await.ok();
    let newest = &entries(&world, &root, &format!("{AUDIT}?limit=1")).await[0];
    let expected = json!({
        "id": newest["id"], "at": "2026-11-21T09:30:01.000Z", "actor_id": root.id, "action": "role_changed",
        "subject_id": ada.id, "ip": "2001:db8::7", "detail": "user to admin",
    });
    assert_eq!(newest, &expected);
}

#[actix_web::test]
async fn that_somebody_left_is_remembered_when_they_are_gone() {
    let world = World::new();
    let root = world.admin("root@example.com").await;
    let ada = world.sign_up("ada@example.com").await;
    let leave = world.delete("/api/auth/me").by(&ada).from("2001:db8::7");
    leave.json(&json!({"password": PASSWORD})).await.no_content();
    let newest = &entries(&world, &root, &format!("{AUDIT}?limit=1")).await[0];
    assert_eq!(newest["action"], "account_deleted");
    for member in ["actor_id", "subject_id"] {
        assert_eq!(newest[member], ada.id.as_str(), "{newest}");
    }
    assert_eq!(newest["ip"], "2001:db8::7");
}

#[actix_web::test]
async fn an_address_of_no_account_is_not_noted_but_the_try_is() {
    let world = World::new();
    let root = world.admin("root@example.com").await;
    let unknown = json!({"email": "nobody@example.com", "password": "hunter2"});
    world
        .post("/api/auth/login")
        .json(&unknown)
        .await
        .problem("invalid_credentials");
    let newest = &entries(&world, &root, &format!("{AUDIT}?limit=1")).await[0];
    assert_eq!(newest["action"], "login_failed");
    for member in ["actor_id", "subject_id", "detail"] {
        assert_eq!(newest[member], Value::Null, "{newest}");
    }
}

#[actix_web::test]
async fn a_copied_refresh_token_is_noted_with_the_address_of_whoever_showed_it() {
    let world = World::new();
    let root = world.admin("root@example.com").await;
    let ada = world.sign_up("ada@example.com").await;
    let tokens = world.tokens("ada@example.com").await;
    let body = json!({"refresh_token": tokens["refresh_token"]});
    world.post("/api/auth/refresh").json(&body).await.ok();
    world.wait(Duration::from_secs(21));
    let thief = world.post("/api/auth/refresh").json(&body).from("198.51.100.7");
    thief.await.problem("session_revoked");
    let newest = &entries(&world, &root, &format!("{AUDIT}?limit=1")).await[0];
    assert_eq!(newest["action"], "refresh_reused");
    assert_eq!(newest["subject_id"], ada.id.as_str());
    assert_eq!(newest["actor_id"], Value::Null);
    assert_eq!(newest["ip"], "198.51.100.7");
}

#[actix_web::test]
async fn an_account_from_elsewhere_is_noted_when_it_is_first_seen() {
    let world = World::new();
    let root = world.admin("root@example.com").await;
    let ada = world.outsider("u1");
    for _ in 0..2 {
        world.get("/api/auth/me").by(&ada).await.ok();
    }
    let noted = entries(&world, &root, &format!("{AUDIT}?user_id=u1")).await;
    assert_eq!(actions(&noted), ["registered"]);
    assert_eq!(noted[0]["detail"], "by better-auth");
    assert_eq!(noted[0]["ip"], "192.0.2.1");
}

#[actix_web::test]
async fn the_links_lead_through_the_whole_trail_of_a_user() {
    let world = World::new();
    let root = world.admin("root@example.com").await;
    let ada = world.sign_up("ada@example.com").await;
    for _ in 0..3 {
        world.log_in("ada@example.com").await;
    }
    let all = entries(&world, &root, &format!("{AUDIT}?user_id={}", ada.id)).await;
    assert_eq!(all.len(), 5);
    let mut seen = Vec::new();
    let mut address = Some(format!("{AUDIT}?limit=2&user_id={}", ada.id));
    while let Some(page) = address {
        let answer = world.get(page).by(&root).await;
        address = next(&answer);
        seen.extend(answer.ok().as_array().unwrap().clone());
        assert!(seen.len() <= all.len(), "the links go on for ever");
    }
    assert_eq!(seen, all);
}

#[actix_web::test]
async fn a_cursor_is_good_for_the_same_user_only() {
    let world = World::new();
    let root = world.admin("root@example.com").await;
    let ada = world.sign_up("ada@example.com").await;
    let first = format!("{AUDIT}?limit=1&user_id={}", ada.id);
    let answer = world.get(first).by(&root).await;
    let link = next(&answer).unwrap();
    answer.ok();
    let of_nobody = link.replace(&format!("&user_id={}", ada.id), "");
    let of_another = link.replace(&ada.id, &root.id);
    for other in [of_nobody.as_str(), &of_another, &format!("{AUDIT}?cursor=x")] {
        world.get(other).by(&root).await.problem("invalid_cursor");
    }
    // Nor is one of another list.
    let users = world.get("/api/admin/users?limit=1").by(&root).await;
    let of_users = next(&users).unwrap().replace("/api/admin/users", AUDIT);
    users.ok();
    world.get(of_users).by(&root).await.problem("invalid_cursor");
}

#[actix_web::test]
async fn what_is_asked_for_has_limits() {
    let world = World::new();
    let root = world.admin("root@example.com").await;
    for (query, place, code) in [
        ("limit=0", "?limit", "out_of_range"),
        ("limit=101", "?limit", "out_of_range"),
        ("user_id=", "?user_id", "too_short"),
        ("user_id=me", "?user_id", "invalid_value"),
        ("user_id=a%20b", "?user_id", "invalid_format"),
        ("q=x", "?q", "unknown_parameter"),
    ] {
        let answer = world.get(format!("{AUDIT}?{query}")).by(&root).await;
        answer.faults([(place, code)]);
    }
    let of_nobody = entries(&world, &root, &format!("{AUDIT}?user_id=nobody")).await;
    assert_eq!(of_nobody, Vec::<Value>::new());
}
