//! The README keeps its word.

use std::process::Command;

use serde_json::Value;

use crate::{database::TestDatabase, on_both_databases, server::Server};

/// The commands of the chapter "Try it".
fn commands() -> &'static str {
    let readme = include_str!("../../../../README.md");
    let chapter = readme
        .split("\n## ")
        .find(|chapter| chapter.starts_with("Try it"));
    let block = chapter.and_then(|chapter| chapter.split("```sh\n").nth(1));
    block
        .and_then(|block| block.split("```").next())
        .expect("the README has commands to try")
}

on_both_databases! {
    async fn its_lines_can_be_pasted_as_they_stand(database: TestDatabase) {
        let server = Server::start(database.url());
        // Only the port is another one, since tests run side by side.
        let script = commands().replace("http://127.0.0.1:8080", server.url());
        let output = Command::new("bash").args(["-euo", "pipefail", "-c", &script]).output();
        let output = output.expect("bash and curl are installed: the README's lines need them");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).unwrap();
        let answers: Vec<Value> =
            text.lines().filter(|line| !line.is_empty()).map(|line| serde_json::from_str(line).unwrap()).collect();
        let [registered, listed, completed, renamed, refused] = answers.as_slice() else {
            panic!("{text}");
        };
        assert_eq!(registered["email"], "ada@example.com");
        assert_eq!(listed[0]["title"], "Buy milk");
        assert_eq!(completed["completed"], true);
        assert_eq!(renamed["title"], "Buy oat milk");
        assert_eq!(refused["code"], "session_revoked");
    }
}
