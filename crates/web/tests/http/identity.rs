//! Accounts: making one, and looking at one's own.

use serde_json::{Value, json};

use crate::support::{PASSWORD, World};

const REGISTER: &str = "/api/auth/register";

fn credentials(email: &str, password: &str) -> Value {
    json!({"email": email, "password": password})
}

#[actix_web::test]
async fn an_account_is_made_and_says_where_it_is() {
    let world = World::new();
    let body = credentials("Ada.Lovelace@Example.COM", PASSWORD);
    let answer = world.post(REGISTER).json(&body).await;
    assert_eq!(answer.header("Location"), Some("/api/auth/me"));
    let user = answer.created();
    assert!(uuid::Uuid::try_parse(user["id"].as_str().unwrap()).is_ok());
    let expected = json!({
        "id": user["id"], "email": "Ada.Lovelace@Example.COM", "role": "user",
        "created_at": "2026-11-21T09:30:00.000Z",
    });
    assert_eq!(user, expected);
}

#[actix_web::test]
async fn an_email_is_taken_whatever_the_case_of_its_letters() {
    let world = World::new();
    world.sign_up("Ada@Example.com").await;
    for email in ["Ada@Example.com", "ada@example.com", "ADA@EXAMPLE.COM"] {
        let answer = world.post(REGISTER).json(&credentials(email, PASSWORD)).await;
        answer.problem("email_taken");
    }
}

#[actix_web::test]
async fn a_password_that_would_not_do_is_refused() {
    let world = World::new();
    let long = |length: usize| {
        "violet umbrella "
            .chars()
            .cycle()
            .take(length)
            .collect::<String>()
    };
    for (password, code) in [
        ("seven77", "too_short"),
        ("🦀🦀🦀🦀🦀🦀🦀", "too_short"),
        // Seven characters once they are composed.
        (
            "u\u{308}u\u{308}u\u{308}u\u{308}u\u{308}u\u{308}u\u{308}",
            "too_short",
        ),
        (&long(129), "too_long"),
        ("violet\u{0}umbrella", "control_character"),
        ("violet\tumbrella", "control_character"),
        ("password", "common_password"),
        ("12345678", "common_password"),
        ("Ada.Lovelace@Example.com", "common_password"),
    ] {
        let body = credentials("ada.lovelace@example.com", password);
        world
            .post(REGISTER)
            .json(&body)
            .await
            .faults([("/password", code)]);
    }
    let body = credentials("ada.lovelace@example.com", &long(128));
    world.post(REGISTER).json(&body).await.created();
}

#[actix_web::test]
async fn what_is_no_email_is_refused() {
    let world = World::new();
    let long = format!("{}@example.com", "a".repeat(255));
    for (email, code) in [
        ("", "invalid_format"),
        ("ada", "invalid_format"),
        ("ada@localhost", "invalid_format"),
        (" ada@example.com", "invalid_format"),
        ("ada@exam\u{0}ple.com", "invalid_format"),
        (&long, "too_long"),
    ] {
        let answer = world.post(REGISTER).json(&credentials(email, PASSWORD)).await;
        answer.faults([("/email", code)]);
    }
}

#[actix_web::test]
async fn everything_that_is_wrong_is_named_at_once() {
    let world = World::new();
    let faulty = json!({"email": "ada", "password": "short", "name": "Ada"});
    world.post(REGISTER).json(&faulty).await.faults([
        ("/email", "invalid_format"),
        ("/password", "too_short"),
        ("/name", "unknown_field"),
    ]);
    let missing = world.post(REGISTER).json(&json!({"email": null})).await;
    missing.faults([("/email", "required"), ("/password", "required")]);
}

#[actix_web::test]
async fn where_registration_is_closed_it_is_forbidden() {
    let world = World::with(|setup| setup.registration = false);
    let answer = world
        .post(REGISTER)
        .json(&credentials("ada@example.com", PASSWORD))
        .await;
    answer.problem("forbidden");
}

#[actix_web::test]
async fn everybody_sees_their_own_account() {
    let world = World::new();
    let ada = world.sign_up("ada@example.com").await;
    let bob = world.sign_up("bob@example.com").await;
    for (person, email) in [(&ada, "ada@example.com"), (&bob, "bob@example.com")] {
        let user = world.get("/api/auth/me").by(person).await.ok();
        assert_eq!(user["id"], person.id.as_str());
        assert_eq!(user["email"], email);
    }
}
