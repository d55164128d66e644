//! Messages as lines, by hand.

use serde_json::{Value, json};
use taskwell_domain::UserId;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream};

use crate::world::World;

/// Both ends of a line to an assistant, once they know each other.
struct Line(BufReader<DuplexStream>);

impl Line {
    async fn begin(world: &World, user: &UserId) -> Self {
        let mut line = Self(BufReader::new(world.line(user)));
        let about_us = json!({
            "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "0"},
        });
        let hello = json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": about_us});
        line.say(&hello.to_string()).await;
        assert_eq!(line.hear().await["id"], 0);
        line.say(r#"{"jsonrpc": "2.0", "method": "notifications/initialized"}"#)
            .await;
        line
    }

    async fn say(&mut self, text: &str) {
        let line = format!("{text}\n");
        self.0.write_all(line.as_bytes()).await.unwrap();
    }

    async fn hear(&mut self) -> Value {
        let mut line = String::new();
        self.0.read_line(&mut line).await.unwrap();
        serde_json::from_str(&line).unwrap()
    }
}

#[tokio::test]
async fn a_key_that_is_named_twice_is_refused_at_any_depth() {
    let world = World::new();
    let user = world.user().await;
    let mut line = Line::begin(&world, &user).await;
    for (id, twice) in [
        (
            1,
            r#""params": {"name": "add_task", "arguments": {"title": "A", "title": "B"}}"#,
        ),
        (
            2,
            r#""params": {"name": "add_task", "arguments": {"title": "A"}, "arguments": {"title": "B"}}"#,
        ),
        (
            3,
            r#""params": {"name": "add_task", "arguments": {"title": "A", "titl\u0065": "B"}}"#,
        ),
    ] {
        line.say(&format!(
            r#"{{"jsonrpc": "2.0", "id": {id}, "method": "tools/call", {twice}}}"#
        ))
        .await;
        let refused = line.hear().await;
        assert_eq!(
            (&refused["id"], &refused["error"]["code"]),
            (&json!(id), &json!(-32700))
        );
        let why = refused["error"]["message"].as_str().unwrap();
        assert!(why.contains("an object names a key twice"), "{refused}");
    }
    let listed = r#"{"jsonrpc": "2.0", "id": 4, "method": "tools/call", "params": {"name": "list_tasks"}}"#;
    line.say(listed).await;
    assert_eq!(
        line.hear().await["result"]["structuredContent"]["tasks"],
        json!([])
    );
}

#[tokio::test]
async fn what_is_no_message_is_answered_where_there_is_an_id_and_passed_over_elsewhere() {
    let world = World::new();
    let user = world.user().await;
    let mut line = Line::begin(&world, &user).await;
    for passed_over in [
        "",
        "rubbish",
        "[]",
        "7",
        r#"{"jsonrpc": "2.0", "method": "notifications/of-others", "params": 7}"#,
        r#"{"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": 1, "id": 1}}"#,
        r#"{"jsonrpc": "2.0", "id": 9, "result": {}, "error": {}}"#,
    ] {
        line.say(passed_over).await;
    }
    line.say(r#"{"jsonrpc": "1.0", "id": "one", "method": "tools/list"}"#)
        .await;
    let refused = line.hear().await;
    assert_eq!(
        (&refused["id"], &refused["error"]["code"]),
        (&json!("one"), &json!(-32600))
    );
    // In pieces, and with the end of line of others.
    for piece in [r#"{"jsonrpc": "2.0", "id": 2, "#, r#""method": "ping"}"#, "\r\n"] {
        line.0.write_all(piece.as_bytes()).await.unwrap();
        tokio::task::yield_now().await;
    }
    let answered = line.hear().await;
    assert_eq!((&answered["id"], &answered["result"]), (&json!(2), &json!({})));
}
