//! The door for assistants; what they say behind it is not looked at here.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Answer, Call, ORIGIN, Person, World};

const METADATA: &str = "/.well-known/oauth-protected-resource";

fn message(world: &World) -> Call<'_> {
    world
        .post("/mcp")
        .header("Host", "tasks.example.com")
        .json(&hello())
}

fn hello() -> Value {
    json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list"})
}

async fn ada(world: &World) -> Person {
    world.sign_up("ada@example.com").await
}

#[track_caller]
fn challenge(answer: &Answer) -> String {
    answer.header("WWW-Authenticate").unwrap_or_default().to_owned()
}

#[actix_web::test]
async fn a_message_gets_through_with_its_caller_and_nothing_of_the_token() {
    let world = World::new();
    let ada = ada(&world).await;
    let answer = message(&world)
        .by(&ada)
        .header("Accept", "application/json")
        .header("MCP-Protocol-Version", "2026-07-28")
        .header("Mcp-Method", "tools/list")
        .header("Cookie", "a=b")
        .await;
    assert_eq!(answer.header("Content-Type"), Some("application/json"));
    let expected = json!({
        "message": hello(),
        "headers": ["accept", "content-type", "mcp-method", "mcp-protocol-version"],
        "user_id": ada.id,
    });
    assert_eq!(answer.ok(), expected);
}

#[actix_web::test]
async fn who_is_refused_is_told_where_to_get_a_token() {
    let world = World::new();
    let metadata = format!(r#"resource_metadata="http://tasks.example.com{METADATA}/mcp""#);
    let without = message(&world).await;
    let expected = format!(r#"Bearer realm="taskwell", {metadata}"#);
    assert_eq!(challenge(&without), expected);
    without.problem("unauthenticated");
    let bad = message(&world).bearer("x").await;
    let expected = format!(r#"Bearer realm="taskwell", error="invalid_token", {metadata}"#);
    assert_eq!(challenge(&bad), expected);
    bad.problem("unauthenticated");
    // Elsewhere nobody asks for that.
    let elsewhere = world.get("/api/tasks").await;
    assert_eq!(challenge(&elsewhere), r#"Bearer realm="taskwell""#);
}

#[actix_web::test]
async fn a_token_needs_one_of_the_scopes_of_tasks() {
    let world = World::new();
    let ada = ada(&world).await;
    for scope in ["tasks:read", "tasks:write"] {
        let program = world.program_of(&ada, &[scope]).await;
        message(&world).by(&program).await.ok();
    }
    let other = world.program_of(&ada, &["account:read"]).await;
    let refused = message(&world).by(&other).await;
    let expected =
        r#"Bearer realm="taskwell", error="insufficient_scope", scope="tasks:read", resource_metadata="#;
    assert!(challenge(&refused).starts_with(expected), "{refused}");
    refused.problem("insufficient_scope");
}

#[actix_web::test]
async fn pages_of_other_origins_may_not_even_send_something() {
    let world = World::new();
    let ada = ada(&world).await;
    message(&world).by(&ada).header("Origin", ORIGIN).await.ok();
    for origin in ["https://evil.example.com", "null", "http://tasks.example.com"] {
        let refused = message(&world).by(&ada).header("Origin", origin).await;
        refused.problem("forbidden");
    }
}

#[actix_web::test]
async fn only_messages_are_taken() {
    let world = World::new();
    let ada = ada(&world).await;
    let got = world.get("/mcp").by(&ada).await;
    assert_eq!(got.header("Allow"), Some("POST"));
    got.problem("method_not_allowed");
    let send = |body: &str| {
        world
            .post("/mcp")
            .by(&ada)
            .body("application/json", body.to_owned())
    };
    send("{").await.problem("malformed_json");
    send(r#"{"jsonrpc": "2.0", "id": 1, "id": 2}"#)
        .await
        .problem("malformed_json");
    send("[]").await.faults([("", "invalid_type")]);
    let text = world.post("/mcp").by(&ada).body("text/plain", "{}").await;
    text.problem("unsupported_media_type");
    let large = json!({"jsonrpc": "2.0", "id": "x".repeat(1024 * 1024)}).to_string();
    send(&large).await.problem("payload_too_large");
    let of_a_batch = json!({"jsonrpc": "2.0", "id": "x".repeat(1000 * 1024)}).to_string();
    send(&of_a_batch).await.ok();
}

#[actix_web::test]
async fn a_message_must_arrive_in_time() {
    let world = World::with(|setup| setup.request_timeout = Duration::from_millis(50));
    let ada = ada(&world).await;
    let stalled = world.post("/mcp").by(&ada).stalled_body().await;
    stalled.problem("request_timeout");
}

#[actix_web::test]
async fn a_refusal_in_json_stays_as_it_is_and_one_in_words_becomes_a_problem() {
    let world = World::new();
    let ada = ada(&world).await;
    let send = |words: &str| world.post("/mcp").by(&ada).json(&json!({"refuse": words}));
    let in_json = send("in JSON").await;
    assert_eq!(
        (in_json.status, in_json.header("Content-Type")),
        (400, Some("application/json"))
    );
    assert_eq!(in_json.json()["message"]["refuse"], "in JSON");
    let in_words = send("accept JSON").await.problem("malformed_request");
    assert_eq!(in_words["detail"], "accept JSON");
}

#[actix_web::test]
async fn the_metadata_name_the_resource_that_they_are_asked_of() {
    let world = World::new();
    for (suffix, resource) in [
        ("", "http://tasks.example.com"),
        ("/mcp", "http://tasks.example.com/mcp"),
    ] {
        let asked = world.get(format!("{METADATA}{suffix}"));
        let expected = json!({
            "resource": resource,
            "resource_name": "Taskwell",
            "authorization_servers": ["https://idp.example.com"],
            "scopes_supported": ["tasks:read", "tasks:write"],
            "bearer_methods_supported": ["header"],
        });
        assert_eq!(asked.header("Host", "tasks.example.com").await.ok(), expected);
    }
}

#[actix_web::test]
async fn only_a_trusted_proxy_says_how_it_was_reached() {
    let world = World::with(|setup| setup.trusted_proxies = vec!["10.0.0.0/8".parse().unwrap()]);
    let said = [
        vec![("X-Forwarded-Proto", "https")],
        vec![
            ("X-Forwarded-Proto", "http, https"),
            ("X-Forwarded-Host", "evil.example, Outside.example.com"),
        ],
        vec![(
            "Forwarded",
            "for=192.0.2.1;proto=https;host=\"outside.example.com:8443\"",
        )],
        vec![("Forwarded", "host=\"a b\"")],
    ];
    let believed = [
        "https://tasks.example.com",
        "https://outside.example.com",
        "https://outside.example.com:8443",
        "http://localhost:8080",
    ];
    for (headers, believed) in said.iter().zip(believed) {
        for (peer, expected) in [("10.0.0.1", believed), ("192.0.2.1", "http://tasks.example.com")] {
            let asked = world.get(METADATA).from(peer).header("Host", "tasks.example.com");
            let asked = headers
                .iter()
                .fold(asked, |asked, (name, value)| asked.header(name, value));
            assert_eq!(asked.await.ok()["resource"], expected, "{headers:?} from {peer}");
        }
    }
}

#[actix_web::test]
async fn the_document_says_nothing_of_it() {
    let document = String::from_utf8(taskwell_web::openapi_json().unwrap().into()).unwrap();
    for path in ["\"/mcp\"", METADATA] {
        assert!(!document.contains(path), "{path}");
    }
}
