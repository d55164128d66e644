//! `taskwell mcp`

use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdin, ChildStdout, Output, Stdio},
};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    assistant::answered,
    client::Client,
    command::failure,
    database::TestDatabase,
    on_both_databases,
    server::{SECRET, Server, taskwell},
};

/// The command at work; dropping it ends it.
struct Conversation {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
    messages: u64,
    _folder: TempDir,
}

fn launch(database_url: &str, variables: &[(&str, &str)]) -> (Child, TempDir) {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let given = [("DATABASE_URL", database_url), ("TASKWELL__AUTH__SECRET", SECRET)];
    let child = taskwell(folder.path(), &given)
        .envs(variables.iter().copied())
        .arg("mcp")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    (child, folder)
}

/// What it says if nobody speaks with it.
fn end_of(database_url: &str, variables: &[(&str, &str)]) -> Output {
    let (child, _folder) = launch(database_url, variables);
    child.wait_with_output().expect("the binary runs")
}

impl Conversation {
    fn begin(database: &TestDatabase, token: &str) -> Self {
        Self::begin_with(database, &[("TASKWELL_TOKEN", token)])
    }

    fn begin_with(database: &TestDatabase, variables: &[(&str, &str)]) -> Self {
        let (mut child, folder) = launch(database.url(), variables);
        let mut conversation = Self {
            stdin: child.stdin.take(),
            stdout: BufReader::new(child.stdout.take().expect("standard output is piped")),
            child,
            messages: 0,
            _folder: folder,
        };
        let about_us = json!({
            "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "0"},
        });
        let told = conversation.ask("initialize", about_us);
        assert_eq!(told["result"]["protocolVersion"], "2025-11-25", "{told:#}");
        conversation.say(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"}));
        conversation
    }

    fn say(&mut self, message: &Value) {
        let stdin = self.stdin.as_mut().expect("standard input is open");
        writeln!(stdin, "{message}").expect("it listens");
    }

    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.messages += 1;
        let mut message = json!({"jsonrpc": "2.0", "id": self.messages, "method": method});
        message["params"] = params;
        self.say(&message);
        let mut line = String::new();
        self.stdout.read_line(&mut line).expect("it answers");
        let answer: Value = serde_json::from_str(&line).expect("nothing but messages stands there");
        assert_eq!(answer["id"], self.messages, "{answer:#}");
        answer
    }

    /// What a tool answers, and whether that is a problem.
    fn call(&mut self, tool: &str, arguments: Value) -> (Value, bool) {
        let mut params = json!({"name": tool});
        params["arguments"] = arguments;
        let answer = self.ask("tools/call", params);
        let result = &answer["result"];
        (answered(result), result["isError"] == true)
    }

    /// Closes standard input; what it has said since then on both outputs.
    fn end(mut self) -> (String, String) {
        self.stdin = None;
        let mut rest = String::new();
        self.stdout.read_line(&mut rest).expect("standard output is text");
        let mut said = String::new();
        let stderr = self.child.stderr.take().expect("standard error is piped");
        for line in BufReader::new(stderr).lines() {
            said += &line.expect("it is text");
        }
        assert!(self.child.wait().expect("it was started").success(), "{said}");
        (rest, said)
    }
}

impl Drop for Conversation {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn token(user: &Client, scope: &str) -> (String, String) {
    let wanted = json!({"name": "assistant", "scopes": [scope]});
    let made = user.post("/api/auth/tokens", &wanted).await.is(201);
    let text = |name: &str| made[name].as_str().expect("it is text").to_owned();
    (text("id"), text("token"))
}

on_both_databases! {
    async fn an_assistant_works_on_standard_input_and_output_until_that_ends(database: TestDatabase) {
        let server = Server::start(database.url());
        let ada = server.client().signed_up("ada@example.com").await;
        let mut assistant = Conversation::begin(&database, ada.token());
        let (task, failed) = assistant.call("add_task", json!({"title": "Buy milk"}));
        assert!(!failed, "{task:#}");
        assert_eq!(ada.get("/api/me/tasks").await.is(200), json!([task]));
        let own = ada.get("/api/me/changes").await.is(200)["changes"][0]["actor"].clone();
        assert_eq!(own["kind"], "mcp");
        let (problem, failed) = assistant.call("add_task", json!({"titel": "Lost"}));
        assert!(failed, "{problem:#}");
        assert_eq!(problem["code"], "validation_failed");
        assert_eq!(assistant.end(), (String::new(), String::new()));
    }

    async fn a_token_that_is_revoked_meanwhile_opens_nothing_more(database: TestDatabase) {
        let server = Server::start(database.url());
        let ada = server.client().signed_up("ada@example.com").await;
        let (id, token) = token(&ada, "tasks:read").await;
        let mut assistant = Conversation::begin(&database, &token);
        let (listed, failed) = assistant.call("list_tasks", json!({}));
        assert!(!failed, "{listed:#}");
        let (refused, _) = assistant.call("add_task", json!({"title": "Lost"}));
        assert_eq!(refused["code"], "insufficient_scope");
        ada.delete(&format!("/api/auth/tokens/{id}")).await.is(204);
        // Another process hears of it within two seconds.
        let begun = tokio::time::Instant::now();
        let refused = loop {
            let (answer, failed) = assistant.call("list_tasks", json!({}));
            if failed {
                break answer;
            }
            assert!(begun.elapsed() < std::time::Duration::from_secs(2), "it still works");
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        };
        assert_eq!(refused["code"], "unauthenticated");
    }

    async fn its_requests_are_counted_as_those_to_a_server(database: TestDatabase) {
        let server = Server::start(database.url());
        let ada = server.client().signed_up("ada@example.com").await;
        let mut assistant = Conversation::begin_with(&database, &[
            ("TASKWELL_TOKEN", ada.token()),
            ("TASKWELL__LIMITS__ENABLED", "true"),
            ("TASKWELL__LIMITS__REQUESTS_PER_SECOND", "1"),
        ]);
        let mut answers = (0..4).map(|_| assistant.call("list_tasks", json!({})));
        let (refused, _) = answers.find(|(_, failed)| *failed).expect("one of them is too many");
        assert_eq!(refused["code"], "rate_limited");
    }

    async fn without_a_good_token_it_does_not_begin(database: TestDatabase) {
        let server = Server::start(database.url());
        let ada = server.client().signed_up("ada@example.com").await;
        let (_, other) = token(&ada, "account:read").await;
        for (token, why) in [
            ("twp_nothing", "no valid token was sent"),
            (&other, "the token lacks the scope tasks:read"),
        ] {
            let refused = failure(&end_of(database.url(), &[("TASKWELL_TOKEN", token)]), 1);
            assert_eq!(refused, format!("taskwell: the token in TASKWELL_TOKEN is refused: {why}"));
        }
        for variables in [&[][..], &[("TASKWELL_TOKEN", "")]] {
            let missing = failure(&end_of(database.url(), variables), 2);
            assert_eq!(missing, "taskwell: TASKWELL_TOKEN must hold the token of a user");
        }
        let wrong = [("TASKWELL_TOKEN", "x"), ("TASKWELL__LOG__LEVEL", "loud")];
        assert!(failure(&end_of(database.url(), &wrong), 2).contains("log.level"));
    }

    async fn a_database_without_the_schema_is_left_alone(database: TestDatabase) {
        let refused = failure(&end_of(database.url(), &[("TASKWELL_TOKEN", "x")]), 1);
        assert!(refused.contains("`taskwell migrate up`"), "{refused}");
    }
}
