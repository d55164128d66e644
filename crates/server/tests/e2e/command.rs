//! The commands, run to their end.

use std::{
    io::Write,
    process::{Output, Stdio},
    str,
};

use serde_json::Value;

use crate::{
    client::{Client, PASSWORD},
    server::{SECRET, Server, taskwell},
};

/// Runs a command on that database.
pub(crate) fn run(database_url: &str, arguments: &[&str]) -> Output {
    run_with_input(database_url, arguments, "")
}

/// The same with that on standard input.
pub(crate) fn run_with_input(database_url: &str, arguments: &[&str], input: &str) -> Output {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let variables = [("DATABASE_URL", database_url), ("TASKWELL__AUTH__SECRET", SECRET)];
    let mut child = taskwell(folder.path(), &variables)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let mut stdin = child.stdin.take().expect("standard input is piped");
    // A command that reads nothing may have ended already.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    child.wait_with_output().expect("the binary runs")
}

/// What it printed, if it did what it should.
#[track_caller]
pub(crate) fn stdout(output: &Output) -> &str {
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    str::from_utf8(&output.stdout).expect("commands print text")
}

/// The one line of a failure.
#[track_caller]
pub(crate) fn failure(output: &Output, status: i32) -> String {
    let text = str::from_utf8(&output.stderr).expect("commands print text");
    assert_eq!(output.status.code(), Some(status), "{text}");
    let said: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("taskwell: "))
        .collect();
    assert_eq!(said.len(), 1, "{text}");
    said[0].to_owned()
}

/// Makes an account as an operator does, with the password of everybody in these tests.
pub(crate) fn create_user(database_url: &str, email: &str, role: &str) {
    let arguments = ["user", "create", "--email", email, "--role", role];
    stdout(&run_with_input(database_url, &arguments, PASSWORD));
}

/// All accounts, as an operator sees them.
pub(crate) fn accounts(database_url: &str) -> Vec<Value> {
    let list = run(database_url, &["user", "list", "--json"]);
    serde_json::from_str(stdout(&list)).expect("accounts are a list")
}

/// The first admin, logged in.
pub(crate) async fn first_admin(database_url: &str, server: &Server) -> Client {
    create_user(database_url, "root@example.com", "admin");
    server.client().logged_in("root@example.com").await
}
