//! Pages of other origins (the Fetch standard's CORS protocol).

use std::collections::BTreeSet;

use actix_web::http::Method;
use serde_json::json;

use crate::support::{Answer, ORIGIN, World};

const ALLOW_ORIGIN: &str = "Access-Control-Allow-Origin";

#[track_caller]
fn is_open_to_the_page(answer: &Answer) {
    assert_eq!(answer.header(ALLOW_ORIGIN), Some(ORIGIN), "{answer}");
    assert_eq!(
        answer.header("Access-Control-Allow-Credentials"),
        Some("true"),
        "{answer}"
    );
    let varies = answer.header("Vary").unwrap_or_default();
    assert!(varies.contains("Origin"), "{answer}");
}

/// What a header lists, ignoring case.
fn listed(answer: &Answer, name: &str) -> BTreeSet<String> {
    let words = answer.header(name).unwrap_or_default().split(',');
    words.map(|word| word.trim().to_lowercase()).collect()
}

#[actix_web::test]
async fn a_page_of_an_allowed_origin_may_read_what_the_contract_names() {
    let answer = World::new().get("/").header("Origin", ORIGIN).await;
    is_open_to_the_page(&answer);
    let expected = [
        "etag",
        "link",
        "location",
        "retry-after",
        "x-total-count",
        "x-request-id",
        "ratelimit",
        "ratelimit-policy",
        "idempotency-replayed",
    ];
    let exposed = listed(&answer, "Access-Control-Expose-Headers");
    assert_eq!(exposed, expected.map(str::to_owned).into());
    answer.ok();
}

#[actix_web::test]
async fn a_page_of_any_other_origin_may_read_nothing() {
    let world = World::new();
    for origin in [
        "https://evil.example.com",
        "null",
        "http://app.example.com",
        "https://app.example.com.evil.net",
    ] {
        let answer = world.get("/").header("Origin", origin).await;
        // The other headers mean nothing without this one.
        assert_eq!(answer.header(ALLOW_ORIGIN), None, "{answer}");
        answer.ok();
    }
}

#[actix_web::test]
async fn without_allowed_origins_no_page_may_read_anything() {
    let world = World::with(|setup| setup.cors_origins.clear());
    let answer = world.get("/").header("Origin", ORIGIN).await;
    assert_eq!(answer.header(ALLOW_ORIGIN), None);
    answer.ok();
}

#[actix_web::test]
async fn a_page_may_read_failures_as_well() {
    let world = World::new();
    for (answer, code) in [
        (world.get("/nope").header("Origin", ORIGIN).await, "not_found"),
        (
            world.post("/").header("Origin", ORIGIN).await,
            "method_not_allowed",
        ),
        (
            world.get("/api/tasks").header("Origin", ORIGIN).await,
            "unauthenticated",
        ),
        (
            world
                .post("/api/auth/login")
                .header("Origin", ORIGIN)
                .json(&json!([]))
                .await,
            "validation_failed",
        ),
    ] {
        is_open_to_the_page(&answer);
        answer.problem(code);
    }
}

#[actix_web::test]
async fn a_page_may_send_every_method_with_the_headers_that_clients_need() {
    let world = World::new();
    for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
        let answer = world
            .call(Method::OPTIONS, "/api/tasks/x")
            .header("Origin", ORIGIN)
            .header("Access-Control-Request-Method", method)
            .header(
                "Access-Control-Request-Headers",
                "authorization,content-type,if-match,if-none-match,idempotency-key,x-request-id",
            )
            .await;
        is_open_to_the_page(&answer);
        assert_eq!(answer.status, 200);
        assert!(listed(&answer, "Access-Control-Allow-Methods").contains(&method.to_lowercase()));
        let headers = listed(&answer, "Access-Control-Allow-Headers");
        for header in [
            "authorization",
            "content-type",
            "if-match",
            "if-none-match",
            "x-request-id",
        ] {
            assert!(headers.contains(header), "{headers:?}");
        }
        let kept = answer
            .header("Access-Control-Max-Age")
            .unwrap()
            .parse::<u32>()
            .unwrap();
        assert!(kept > 0);
    }
}

#[actix_web::test]
async fn a_preflight_that_is_refused_is_a_problem() {
    let world = World::new();
    for (origin, method) in [("https://evil.example.com", "PUT"), (ORIGIN, "TRACE")] {
        let answer = world
            .call(Method::OPTIONS, "/api/tasks")
            .header("Origin", origin)
            .header("Access-Control-Request-Method", method)
            .await;
        assert_eq!(answer.header("Access-Control-Allow-Methods"), None, "{answer}");
        answer.problem("malformed_request");
    }
}
