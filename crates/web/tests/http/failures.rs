//! What clients see when something behind the HTTP face fails.

use std::sync::Arc;

use serde_json::json;
use taskwell_application::ports::{MockTaskStore, MockUserStore, StoreError};

use crate::support::{NOTHING, Person, World};

/// What an error of a database looks like from within.
const SECRET: &str =
    "SELECT secret FROM tasks; /var/lib/taskwell/tasks.db is locked by postgres://admin:hunter2@db";

/// A world whose storage of tasks answers every read with that, and somebody in it.
async fn failing(error: impl Fn() -> StoreError + Send + Sync + Copy + 'static) -> (World, Person) {
    let world = World::with(|setup| {
        let mut tasks = MockTaskStore::new();
        tasks.expect_find().returning(move |_, _| Err(error()));
        tasks.expect_list().returning(move |_, _| Err(error()));
        tasks.expect_record().returning(move |_, _| Err(error()));
        setup.tasks = Arc::new(tasks);
    });
    let ada = world.sign_up("ada@example.com").await;
    (world, ada)
}

#[actix_web::test]
async fn a_storage_that_is_away_is_503_with_the_time_to_try_again() {
    let (world, ada) = failing(|| StoreError::Unavailable(SECRET.into())).await;
    let answer = world.get("/api/tasks").by(&ada).await;
    let seconds = answer.header("Retry-After").unwrap().parse::<u64>().unwrap();
    assert!((1..=60).contains(&seconds), "{seconds}");
    assert!(!answer.to_string().contains("SELECT"), "{answer}");
    answer.problem("unavailable");
}

#[actix_web::test]
async fn a_fault_of_the_server_shows_nothing_of_the_inside() {
    let secrets = ["SELECT", "secret", "/var/lib", "hunter2", "locked"];
    for error in [
        || StoreError::Internal(SECRET.into()),
        || StoreError::Corrupt(SECRET.to_owned()),
    ] {
        let (world, ada) = failing(error).await;
        let address = format!("/api/tasks/{NOTHING}");
        for call in [
            world.get("/api/tasks"),
            world.get(address.as_str()),
            world.delete(address.as_str()),
        ] {
            let answer = call.by(&ada).await;
            for secret in secrets {
                assert!(!answer.to_string().contains(secret), "{answer}");
            }
        }
    }
}

#[actix_web::test]
async fn a_panic_is_500_and_the_next_request_is_answered() {
    let world = World::with(|setup| {
        let mut tasks = MockTaskStore::new();
        tasks.expect_list().returning(|_, _| panic!("{SECRET}"));
        setup.tasks = Arc::new(tasks);
    });
    let ada = world.sign_up("ada@example.com").await;
    let answer = world.get("/api/tasks").by(&ada).await;
    assert!(!answer.to_string().contains("SELECT"), "{answer}");
    answer.problem("internal");
    world.get("/api/auth/me").by(&ada).await.ok();
}

#[actix_web::test]
async fn a_panic_while_the_caller_is_identified_is_500_as_well() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    let broken = World::with(|setup| {
        setup.sessions = Arc::new(taskwell_application::ports::MockSessionStore::new());
    });
    // A mock without expectations panics when it is called.
    broken.get("/api/auth/me").by(&ada).await.problem("internal");
}

#[actix_web::test]
async fn accounts_that_cannot_be_read_are_503_not_wrong_credentials() {
    let world = World::with(|setup| {
        let mut users = MockUserStore::new();
        users
            .expect_find_credentials()
            .returning(|_| Err(StoreError::Unavailable("pool timed out".into())));
        setup.users = Arc::new(users);
    });
    let credentials = json!({"email": "ada@example.com", "password": "x"});
    world
        .post("/api/auth/login")
        .json(&credentials)
        .await
        .problem("unavailable");
}

#[actix_web::test]
async fn an_account_that_goes_while_it_writes_is_unauthenticated() {
    let (world, ada) = failing(|| StoreError::NotFound).await;
    let body = json!({"title": "Buy milk"});
    world
        .post("/api/tasks")
        .by(&ada)
        .json(&body)
        .await
        .problem("unauthenticated");
}
