//! Assistants over HTTP.

use reqwest::header::{CONTENT_TYPE, WWW_AUTHENTICATE};
use serde_json::{Value, json};

use crate::{
    assistant::Assistant,
    client::{Answer, Client},
    database::TestDatabase,
    on_both_databases,
    server::Server,
};

const REVISIONS: [&str; 2] = ["2025-11-25", "2026-07-28"];
const READING: [&str; 4] = ["list_tasks", "find_tasks", "get_task", "what_changed"];
const WRITING: [&str; 6] = [
    "add_task",
    "update_task",
    "complete_task",
    "delete_task",
    "bulk_update",
    "undo",
];

/// Somebody with a new token of that user.
async fn holder(user: &Client, scopes: &[&str]) -> (String, Client) {
    let wanted = json!({"name": "assistant", "scopes": scopes});
    let made = user.post("/api/auth/tokens", &wanted).await.is(201);
    let text = |name: &str| made[name].as_str().expect("a token is text").to_owned();
    (text("id"), user.with_token(&text("token")))
}

on_both_databases! {
    async fn an_assistant_plans_does_and_undoes_what_it_did_itself(database: TestDatabase) {
        let server = Server::start(database.url());
        let ada = server.client().signed_up("ada@example.com").await;
        let (token_id, program) = holder(&ada, &["tasks:read", "tasks:write"]).await;
        for revision in REVISIONS {
            let assistant = Assistant::new(&program, revision);
            ada.task("Ada's own").await;
            let start = ada.get("/api/me/changes/latest").await.is(200)["seq"].clone();

            let planned = json!({"title": "Plan the feast", "due_date": "2027-05-01", "tags": ["feast"]});
            let foretold = assistant.call("add_task", with(&planned, "dry_run", true)).await;
            assert_eq!(foretold["title"], "Plan the feast");
            assert_eq!(ada.get("/api/me/changes/latest").await.is(200)["seq"], start);

            let feast = assistant.call("add_task", planned).await;
            let stored = ada.get(&format!("/api/me/tasks/{}", feast["id"].as_str().unwrap())).await.is(200);
            assert_eq!(feast, stored);
            ada.task("Ada again").await;
            let operations = json!([
                {"op": "create", "title": "Buy candles", "tags": ["feast"]},
                {"op": "update", "id": feast["id"], "priority": "high"},
            ]);
            let done = assistant.call("bulk_update", json!({"operations": operations})).await;
            let found = assistant.call("find_tasks", json!({"q": "candl", "tag": ["feast"], "completed": false})).await;
            assert_eq!(found["tasks"], json!([done["results"][0]]));

            let own = assistant.call("what_changed", json!({"since": start, "own": true})).await;
            let kinds: Vec<&Value> = own["changes"].as_array().unwrap().iter().map(|change| &change["kind"]).collect();
            assert_eq!(kinds, ["created", "created", "updated"], "{own:#}");
            for change in own["changes"].as_array().unwrap() {
                assert_eq!(change["actor"], json!({"kind": "mcp", "id": token_id}));
            }
            let all = assistant.call("what_changed", json!({"since": start})).await;
            assert_eq!(all["changes"].as_array().unwrap().len(), 4);

            // Latest first, as it must be.
            let batch = done["results"][0]["version"].clone();
            let undone = assistant.call("undo", json!({"seq": batch})).await;
            assert_eq!(undone["tasks"].as_array().unwrap().len(), 2);
            assistant.refused("undo", json!({"seq": feast["version"]}), "undo_conflict").await;
            let gone = assistant.call("delete_task", json!({"task_id": feast["id"]})).await;
            assert!(gone["deleted_at"].is_string(), "{gone:#}");
            let left = assistant.call("list_tasks", json!({"tag": ["feast"]})).await;
            assert_eq!(left["tasks"], json!([]));
            let back = assistant.call("undo", json!({"seq": gone["version"]})).await;
            assert_eq!(back["tasks"][0]["id"], feast["id"]);
            assistant.call("delete_task", json!({"task_id": feast["id"]})).await;
        }
    }

    async fn a_token_sees_the_tools_that_it_opens(database: TestDatabase) {
        let server = Server::start(database.url());
        let ada = server.client().signed_up("ada@example.com").await;
        let both = [&READING[..], &WRITING].concat();
        for (scopes, expected) in [
            (&["tasks:read"][..], &READING[..]),
            (&["tasks:write"], &WRITING),
            (&["tasks:read", "tasks:write", "account:read"], &both),
        ] {
            let (_, program) = holder(&ada, scopes).await;
            for revision in REVISIONS {
                assert_eq!(Assistant::new(&program, revision).tools().await, expected, "{scopes:?}");
            }
        }
        assert_eq!(Assistant::new(&ada, REVISIONS[0]).tools().await, both);
        let listed = Assistant::new(&ada, REVISIONS[1]).ask("tools/list", json!({})).await;
        assert_eq!(listed["cacheScope"], "private");

        let (_, reader) = holder(&ada, &["tasks:read"]).await;
        let reader = Assistant::new(&reader, REVISIONS[0]);
        reader.refused("add_task", json!({"title": "Lost"}), "insufficient_scope").await;
        let (_, other) = holder(&ada, &["account:read"]).await;
        let refused = Answer::to(Assistant::new(&other, REVISIONS[0]).request("tools/list", json!({}))).await;
        assert!(challenge(&refused).contains(r#"error="insufficient_scope", scope="tasks:read""#));
        refused.fails_with(403, "insufficient_scope");
    }

    async fn what_is_revoked_opens_nothing_more(database: TestDatabase) {
        let server = Server::start(database.url());
        let ada = server.client().signed_up("ada@example.com").await;
        let (id, program) = holder(&ada, &["tasks:read"]).await;
        let assistant = Assistant::new(&program, REVISIONS[0]);
        assistant.call("list_tasks", json!({})).await;
        ada.delete(&format!("/api/auth/tokens/{id}")).await.is(204);
        let refused = Answer::to(assistant.request("tools/list", json!({}))).await;
        assert!(challenge(&refused).contains(r#"error="invalid_token""#));
        refused.fails_with(401, "unauthenticated");

        let session = Assistant::new(&ada, REVISIONS[1]);
        session.call("list_tasks", json!({})).await;
        ada.post_nothing("/api/auth/logout").await.is(204);
        Answer::to(session.request("tools/list", json!({}))).await.fails_with(401, "session_revoked");
    }

    async fn who_comes_without_a_token_is_told_where_to_get_one(database: TestDatabase) {
        let server = Server::start(database.url());
        let stranger = Assistant::new(&server.client(), REVISIONS[0]);
        let refused = Answer::to(stranger.request("initialize", json!({}))).await;
        let challenge = challenge(&refused);
        refused.fails_with(401, "unauthenticated");
        let (_, rest) = challenge.split_once("resource_metadata=\"").expect("it names the metadata");
        let address = rest.strip_suffix('"').unwrap();
        let path = address.strip_prefix(server.url()).expect("it is on this server");
        let metadata = server.client().get(path).await.is(200);
        assert_eq!(metadata["resource"], format!("{}/mcp", server.url()));
        assert_eq!(metadata["scopes_supported"], json!(["tasks:read", "tasks:write"]));
        assert!(metadata.get("authorization_servers").is_none(), "{metadata}");
    }

    async fn requests_of_assistants_count_as_their_users(database: TestDatabase) {
        let limited = [("TASKWELL__LIMITS__ENABLED", "true"), ("TASKWELL__LIMITS__REQUESTS_PER_SECOND", "1")];
        let server = Server::start_with(database.url(), &limited);
        let ada = server.client().signed_up("ada@example.com").await;
        let assistant = Assistant::new(&ada, REVISIONS[0]);
        let mut answers = Vec::new();
        for _ in 0..4 {
            answers.push(Answer::to(assistant.request("tools/list", json!({}))).await);
        }
        let refused = answers.into_iter().find(|answer| answer.status == 429);
        refused.expect("one of them is too many").fails_with(429, "rate_limited");
    }
}

fn with(arguments: &Value, name: &str, value: impl Into<Value>) -> Value {
    let mut arguments = arguments.clone();
    arguments[name] = value.into();
    arguments
}

fn challenge(answer: &Answer) -> String {
    assert_eq!(answer.headers[CONTENT_TYPE], "application/problem+json");
    answer.headers[WWW_AUTHENTICATE]
        .to_str()
        .expect("it is text")
        .to_owned()
}
