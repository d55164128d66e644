//! `docs/assistants.md` keeps its word.

use std::process::Command;

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    client::Answer,
    database::TestDatabase,
    on_both_databases,
    server::{SECRET, Server, taskwell},
};

const DOCUMENT: &str = include_str!("../../../../docs/assistants.md");

/// The blocks in that language.
fn blocks(language: &str) -> Vec<&'static str> {
    let opening = format!("```{language}\n");
    let blocks = DOCUMENT.split(opening.as_str()).skip(1);
    blocks.filter_map(|block| block.split("```").next()).collect()
}

/// The two ways to connect, as they stand there, but with that token.
fn connections(token: &str) -> [Value; 2] {
    let read = |block: &str| -> Value {
        let block: Value = serde_json::from_str(&block.replace("twp_…", token)).unwrap();
        block["mcpServers"]["taskwell"].clone()
    };
    let blocks = blocks("json");
    [read(blocks[0]), read(blocks[1])]
}

async fn tools_over_http(connection: &Value, server: &Server) -> Value {
    assert_eq!(connection["url"], "http://127.0.0.1:8080/mcp");
    let authorization = connection["headers"]["Authorization"].as_str().unwrap();
    let request = server.client().request(Method::POST, "/mcp");
    let request = request.header("Authorization", authorization);
    let request = request.header("Accept", "application/json, text/event-stream");
    let message = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list"});
    Answer::to(request.json(&message)).await.is(200)["result"]["tools"].clone()
}

fn begins_on_stdio(connection: &Value, database: &TestDatabase) {
    assert_eq!(connection["command"], "taskwell");
    let folder = tempfile::tempdir().unwrap();
    let token = connection["env"]["TASKWELL_TOKEN"].as_str().unwrap();
    assert!(connection["env"]["DATABASE_URL"].is_string());
    let variables = [
        ("TASKWELL_TOKEN", token),
        ("DATABASE_URL", database.url()),
        ("TASKWELL__AUTH__SECRET", SECRET),
    ];
    let arguments = connection["args"].as_array().unwrap().iter();
    let output = taskwell(folder.path(), &variables)
        .args(arguments.map(|argument| argument.as_str().unwrap()))
        .output()
        .unwrap();
    // Nobody speaks with it, but its token is good.
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

on_both_databases! {
    async fn its_examples_run_as_they_stand(database: TestDatabase) {
        let server = Server::start(database.url());
        server.client().signed_up("ada@example.com").await;
        let script = blocks("sh").concat() + "\necho \"$ASSISTANT\"\n";
        let script = script.replace("http://127.0.0.1:8080", server.url());
        let output = Command::new("bash").args(["-euo", "pipefail", "-c", &script]).output();
        let output = output.expect("bash and curl are installed: the examples need them");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).unwrap();
        let mut lines: Vec<&str> = text.lines().collect();
        let token = lines.pop().unwrap();
        let said: Vec<Value> = lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
        let [tried, done, told, undone, log, again] = said.as_slice() else {
            panic!("{text}");
        };
        for answer in [tried, done, told, undone] {
            assert_eq!(answer["result"]["isError"], false, "{answer:#}");
        }
        let content = |answer: &Value, list: &str| {
            answer["result"]["structuredContent"][list].as_array().unwrap().clone()
        };
        assert_eq!(content(done, "results").len(), 2);
        assert_eq!(content(told, "changes").len(), 2);
        assert!(content(undone, "tasks").iter().all(|task| task["deleted_at"].is_string()), "{undone:#}");
        let log = log["changes"].as_array().unwrap();
        assert!(log.iter().all(|change| change["actor"]["kind"] == "mcp"), "{log:#?}");
        // Undoing the undoing does it again.
        assert!(again.as_array().unwrap().iter().all(|task| task.get("deleted_at").is_none()), "{again:#}");

        let [over_http, on_stdio] = connections(token);
        let tools = tools_over_http(&over_http, &server).await;
        let names: Vec<&str> = tools.as_array().unwrap().iter().map(|tool| tool["name"].as_str().unwrap()).collect();
        let table = DOCUMENT.lines().filter(|line| line.contains("| reads |") || line.contains("| writes |"));
        let documented: Vec<&str> = table.map(|line| line.split('`').nth(1).unwrap()).collect();
        assert_eq!(documented, names);
        begins_on_stdio(&on_stdio, &database);
    }
}
