//! The official clients of the protocol (`tests/mcp-clients`).

use std::{
    env,
    ffi::OsString,
    path::Path,
    process::{Command, Stdio},
};

use serde_json::{Value, json};

use crate::{
    database::TestDatabase,
    on_both_databases,
    server::{SECRET, Server},
};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/mcp-clients");
const VENV: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/mcp-python/bin/python3");
const HELP: &str = "./test installs what this test needs, where it can";

/// How a client reaches the tools.
#[derive(Clone, Copy)]
enum Way {
    Http,
    Stdio,
}

const WAYS: [Way; 2] = [Way::Http, Way::Stdio];

fn typescript() -> Command {
    let packages = Path::new(FOLDER).join("node_modules/@modelcontextprotocol/sdk");
    assert!(packages.exists(), "there is no client in TypeScript: {HELP}");
    let mut command = Command::new("node");
    command.arg("client.mjs");
    command
}

fn python(mode: &str) -> Command {
    let python = env::var_os("TASKWELL_MCP_PYTHON").unwrap_or_else(|| OsString::from(VENV));
    let mut command = Command::new(python);
    command.arg("client.py").env("MODE", mode);
    command
}

/// What a client saw that did its work.
fn run(mut client: Command, way: Way, database: &TestDatabase, server: &Server, token: &str) -> Value {
    client.current_dir(FOLDER).env("TASKWELL_TOKEN", token);
    match way {
        Way::Http => client.env("TASKWELL_URL", server.url()),
        Way::Stdio => client
            .env("TASKWELL", env!("CARGO_BIN_EXE_taskwell"))
            .env("DATABASE_URL", database.url())
            .env("TASKWELL__AUTH__SECRET", SECRET),
    };
    let output = client.stdin(Stdio::null()).output().expect(HELP);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    serde_json::from_slice(&output.stdout).expect("it says what it saw")
}

/// What it should see.
fn expected() -> Value {
    json!({
        "server": "taskwell",
        "tools": [
            "list_tasks", "find_tasks", "get_task", "what_changed",
            "add_task", "update_task", "complete_task", "delete_task", "bulk_update", "undo",
        ],
        "refused": [true, "validation_failed", ["/title", "/tag"]],
        "found": 1,
        "own": [["created", "mcp"], ["created", "mcp"], ["completed", "mcp"]],
        "undone": 2,
        "gone": true,
    })
}

async fn token(server: &Server) -> String {
    let ada = server.client().signed_up("ada@example.com").await;
    let wanted = json!({"name": "assistant", "scopes": ["tasks:read", "tasks:write"]});
    let made = ada.post("/api/auth/tokens", &wanted).await.is(201);
    made["token"]
        .as_str()
        .expect("the token is shown once")
        .to_owned()
}

on_both_databases! {
    async fn the_typescript_client_plans_does_and_undoes(database: TestDatabase) {
        let server = Server::start(database.url());
        let token = token(&server).await;
        for way in WAYS {
            assert_eq!(run(typescript(), way, &database, &server, &token), expected());
        }
    }

    async fn the_python_client_plans_does_and_undoes_in_both_revisions(database: TestDatabase) {
        let server = Server::start(database.url());
        let token = token(&server).await;
        for (mode, protocol) in [("legacy", "2025-11-25"), ("auto", "2026-07-28")] {
            for way in WAYS {
                let mut expected = expected();
                expected["protocol"] = json!(protocol);
                assert_eq!(run(python(mode), way, &database, &server, &token), expected);
            }
        }
    }
}
