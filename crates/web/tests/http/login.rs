//! Beginning a session.

use serde_json::{Value, json};

use crate::support::{ACCESS_TTL, Answer, PASSWORD, World, claims};

const LOGIN: &str = "/api/auth/login";

async fn world_with_ada() -> World {
    let world = World::new();
    world.sign_up("ada@example.com").await;
    world
}

/// The body but for the one member that differs between any two answers.
fn without_request_id(answer: Answer) -> Value {
    let mut problem = answer.problem("invalid_credentials");
    problem.as_object_mut().unwrap().remove("request_id");
    problem
}

#[actix_web::test]
async fn a_login_gives_tokens_that_work() {
    let world = world_with_ada().await;
    let body = json!({"email": "ADA@example.com", "password": PASSWORD});
    let tokens = world.post(LOGIN).json(&body).await.ok();
    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!(tokens["expires_in"], ACCESS_TTL.as_secs());
    assert_eq!(tokens["user"]["email"], "ada@example.com");
    assert_ne!(tokens["refresh_token"], tokens["access_token"]);
    let token = tokens["access_token"].as_str().unwrap();
    assert_eq!(claims(token).unwrap()["sub"], tokens["user"]["id"]);
    let me = world.get("/api/auth/me").bearer(token).await.ok();
    assert_eq!(me, tokens["user"]);
}

#[actix_web::test]
async fn a_refresh_token_opens_nothing() {
    let world = world_with_ada().await;
    let body = json!({"email": "ada@example.com", "password": PASSWORD});
    let tokens = world.post(LOGIN).json(&body).await.ok();
    let refresh = tokens["refresh_token"].as_str().unwrap();
    world
        .get("/api/auth/me")
        .bearer(refresh)
        .await
        .problem("unauthenticated");
}

#[actix_web::test]
async fn the_same_keys_log_in_however_the_device_composes_them() {
    let world = World::new();
    let composed = json!({"email": "ada@example.com", "password": "Zürich im Regen"});
    world.post("/api/auth/register").json(&composed).await.created();
    let decomposed = json!({"email": "ada@example.com", "password": "Zu\u{308}rich im Regen"});
    world.post(LOGIN).json(&decomposed).await.ok();
}

#[actix_web::test]
async fn the_form_of_oauth2_logs_in_too() {
    let world = world_with_ada().await;
    let needed = [("username", "ada@example.com"), ("password", PASSWORD)];
    let optional = [
        ("grant_type", "password"),
        ("scope", "tasks:read tasks:write"),
        ("client_id", "app"),
        ("client_secret", "s3cret"),
    ];
    world.post(LOGIN).form(&needed).await.ok();
    // Without a value, a parameter counts as absent (RFC 6749, section 3.2).
    let valueless = optional.map(|(name, _)| (name, ""));
    let fields = [needed.as_slice(), &valueless].concat();
    world.post(LOGIN).form(&fields).await.ok();
    let tokens = world
        .post(LOGIN)
        .form(&[needed.as_slice(), &optional].concat())
        .await
        .ok();
    assert_eq!(tokens["user"]["email"], "ada@example.com");
}

#[actix_web::test]
async fn another_grant_is_not_given() {
    let world = world_with_ada().await;
    let fields = [
        ("username", "ada@example.com"),
        ("password", PASSWORD),
        ("grant_type", "refresh_token"),
    ];
    world
        .post(LOGIN)
        .form(&fields)
        .await
        .faults([("/grant_type", "invalid_value")]);
}

#[actix_web::test]
async fn the_fields_of_json_and_form_are_not_mixed() {
    let world = world_with_ada().await;
    let form = world
        .post(LOGIN)
        .form(&[("email", "ada@example.com"), ("password", PASSWORD)])
        .await;
    form.faults([("/username", "required"), ("/email", "unknown_field")]);
    let json = json!({"username": "ada@example.com", "password": PASSWORD, "grant_type": "password"});
    world.post(LOGIN).json(&json).await.faults([
        ("/email", "required"),
        ("/username", "unknown_field"),
        ("/grant_type", "unknown_field"),
    ]);
}

#[actix_web::test]
async fn a_form_that_cannot_be_read_is_malformed() {
    let world = World::new();
    for body in ["username=%", "username=%ff", "username=a&username=b"] {
        let answer = world
            .post(LOGIN)
            .body("application/x-www-form-urlencoded", body)
            .await;
        let problem = answer.problem("malformed_request");
        assert!(problem["detail"].as_str().unwrap().contains("form"), "{problem}");
    }
}

#[actix_web::test]
async fn which_of_email_and_password_is_wrong_is_not_told() {
    let world = world_with_ada().await;
    let long = "a".repeat(1_000);
    let answers = [
        ("ada@example.com", "wrong"),
        ("ada@example.com", ""),
        ("nobody@example.com", PASSWORD),
        ("no address at all", PASSWORD),
        ("", PASSWORD),
        ("ada@example.com\u{0}", PASSWORD),
        (&long, PASSWORD),
    ];
    let expected = world
        .post(LOGIN)
        .json(&json!({"email": "x@example.com", "password": "x"}))
        .await;
    let expected_headers = names(&expected);
    let expected = without_request_id(expected);
    for (email, password) in answers {
        let as_json = json!({"email": email, "password": password});
        let as_form = [("username", email), ("password", password)];
        for answer in [
            world.post(LOGIN).json(&as_json).await,
            world.post(LOGIN).form(&as_form).await,
        ] {
            assert_eq!(names(&answer), expected_headers, "{email}");
            assert_eq!(without_request_id(answer), expected, "{email}");
        }
    }
}

fn names(answer: &Answer) -> Vec<String> {
    let mut names: Vec<String> = answer.headers.keys().map(ToString::to_string).collect();
    names.sort();
    names
}
