//! Deleting one's account.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Answer, PASSWORD, Person, World};

const ME: &str = "/api/auth/me";

async fn delete(world: &World, person: &Person, body: &Value) -> Answer {
    world.delete(ME).by(person).json(body).await
}

#[actix_web::test]
async fn with_the_password_the_account_goes_with_all_that_it_owns() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    let tokens = world.tokens("ada@example.com").await;
    let program = world.program_of(&ada, &["tasks:read"]).await;
    let task = world.task(&ada, "Buy milk").await;
    let bob = world.sign_up("bob@example.com").await;
    delete(&world, &ada, &json!({"password": PASSWORD}))
        .await
        .no_content();
    for token in [&ada.token, &program.token] {
        let answer = world.get("/api/tasks").bearer(token).await;
        answer.problem("unauthenticated");
    }
    let refresh = json!({"refresh_token": tokens["refresh_token"]});
    let refreshed = world.post("/api/auth/refresh").json(&refresh).await;
    refreshed.problem("unauthenticated");
    let credentials = json!({"email": "ada@example.com", "password": PASSWORD});
    let login = world.post("/api/auth/login").json(&credentials).await;
    login.problem("invalid_credentials");
    // Were the task still somebody's, it would be forbidden.
    let address = format!("/api/tasks/{}", task["id"].as_str().unwrap());
    world.get(address).by(&bob).await.problem("not_found");
    let again = world.sign_up("ada@example.com").await;
    assert_ne!(again.id, ada.id);
    assert_eq!(world.get("/api/tasks").by(&again).await.ok(), json!([]));
}

#[actix_web::test]
async fn without_the_right_password_it_stays() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    let required = [("/password", "required")];
    world.delete(ME).by(&ada).await.faults(required);
    delete(&world, &ada, &json!({})).await.faults(required);
    delete(&world, &ada, &json!({"password": null}))
        .await
        .faults(required);
    let wrong = delete(&world, &ada, &json!({"password": "wrong"})).await;
    wrong.problem("invalid_credentials");
    world.get(ME).by(&ada).await.ok();
}

#[actix_web::test]
async fn the_last_admin_stays() {
    let world = World::new();
    let root = world.admin("root@example.com").await;
    let body = json!({"password": PASSWORD});
    delete(&world, &root, &body).await.problem("last_admin");
    world.admin("second@example.com").await;
    delete(&world, &root, &body).await.no_content();
}

mod elsewhere {
    //! Somebody who logs in at another issuer.

    use super::*;

    #[actix_web::test]
    async fn has_no_password_to_give() {
        let world = World::new();
        let ada = world.outsider("u1");
        let answer = delete(&world, &ada, &json!({"password": PASSWORD})).await;
        answer.faults([("/password", "invalid_value")]);
        world.delete(ME).by(&ada).await.no_content();
    }

    #[actix_web::test]
    async fn does_not_come_back_by_the_same_token_but_by_the_next_login() {
        let world = World::new();
        let ada = world.outsider("u1");
        world.task(&ada, "Buy milk").await;
        world.delete(ME).by(&ada).await.no_content();
        world.get(ME).by(&ada).await.problem("unauthenticated");
        // The issuer's clock may be ahead by so much: this one may be from before.
        world.wait(Duration::from_secs(60));
        let too_early = world.outsider("u1");
        world.get(ME).by(&too_early).await.problem("unauthenticated");
        world.wait(Duration::from_secs(1));
        let again = world.outsider("u1");
        assert_eq!(world.get("/api/tasks").by(&again).await.ok(), json!([]));
    }
}
