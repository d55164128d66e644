//! The commands and the settings.

use std::net::TcpListener;

use serde_json::Value;

use crate::{
    command::{failure, run, stdout},
    database::TestDatabase,
    on_both_databases,
    server::{SECRET, Server, taskwell},
};

on_both_databases! {
    async fn the_schema_goes_up_down_and_up(database: TestDatabase) {
        let url = database.url();
        let status = || run(url, &["migrate", "status"]);
        assert!(stdout(&status()).starts_with("pending  "));
        let refused = failure(&run(url, &["serve", "--no-migrate"]), 1);
        assert!(refused.contains("taskwell migrate up"), "{refused}");

        let applied = || {
            let status = run(url, &["migrate", "status", "--json"]);
            let migrations: Vec<Value> = serde_json::from_str(stdout(&status)).unwrap();
            migrations.iter().map(|migration| migration["applied"] == true).collect::<Vec<_>>()
        };
        stdout(&run(url, &["migrate", "up"]));
        assert!(stdout(&status()).starts_with("applied  "));
        let all = applied();
        assert!(all.len() > 1 && all.iter().all(|applied| *applied), "{all:?}");
        stdout(&run(url, &["migrate", "down"]));
        let (last, others) = applied().split_last().map(|(last, others)| (*last, others.to_vec())).unwrap();
        assert!(!last && others.iter().all(|applied| *applied), "{others:?}");
        stdout(&run(url, &["migrate", "up"]));
        stdout(&run(url, &["migrate", "down", "--all"]));
        assert!(applied().iter().all(|applied| !applied));
        stdout(&run(url, &["migrate", "up"]));
        assert_eq!(applied(), all);
    }
}

#[test]
fn openapi_prints_the_reviewed_document() {
    let reviewed = include_str!("../../../../docs/openapi.json");
    assert_eq!(stdout(&run("sqlite::memory:", &["openapi"])), reviewed);
}

#[test]
fn config_tells_every_setting_and_where_it_comes_from_and_no_secret() {
    let output = run(
        "postgres://taskwell:open-sesame@db.example.com/tasks",
        &["config", "--port", "9000"],
    );
    let text = stdout(&output);
    let line = |setting: &str| {
        text.lines()
            .find(|line| line.starts_with(setting))
            .unwrap_or_default()
    };
    assert!(line("server.port").contains("9000"), "{text}");
    assert!(line("server.port").contains("--port"), "{text}");
    assert!(line("database.url").contains("DATABASE_URL"), "{text}");
    assert!(line("auth.secret ").contains("TASKWELL__AUTH__SECRET"), "{text}");
    assert!(!text.contains("open-sesame") && !text.contains(SECRET), "{text}");
}

#[test]
fn a_wrong_setting_stops_the_start_with_one_line_and_status_2() {
    let folder = tempfile::tempdir().unwrap();
    for (variables, needed) in [
        (vec![("PORT", "http")], vec!["server.port", "http", "PORT"]),
        (vec![("TASKWELL__SERVER__PROT", "80")], vec!["server.prot"]),
        (
            vec![("TASKWELL__AUTH__SECRET", "short")],
            vec!["auth.secret", "32"],
        ),
        (
            vec![("DATABASE_URL", "postgres://localhost/tasks")],
            vec!["auth.secret"],
        ),
        (
            vec![("DATABASE_URL", "mysql://localhost/tasks")],
            vec!["database.url"],
        ),
        (
            vec![("TASKWELL__SERVER__CORS_ORIGINS", "*")],
            vec!["server.cors_origins"],
        ),
    ] {
        let line = failure(&taskwell(folder.path(), &variables).output().unwrap(), 2);
        for needed in needed {
            assert!(line.contains(needed), "{line}");
        }
    }
    let unknown_option = taskwell(folder.path(), &[]).arg("--prot").output().unwrap();
    assert_eq!(unknown_option.status.code(), Some(2));
}

#[test]
fn a_port_in_use_is_status_1() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let line = failure(&run("sqlite::memory:", &["serve", "--port", &port]), 1);
    assert!(line.contains(&port), "{line}");
}

#[tokio::test(flavor = "multi_thread")]
async fn healthcheck_asks_the_running_server() {
    let database = TestDatabase::empty_sqlite().await;
    let server = Server::start(database.url());
    let port = server.address().rsplit(':').next().unwrap().to_owned();
    stdout(&run(database.url(), &["healthcheck", "--port", &port]));
    server.stop().await;
    failure(&run(database.url(), &["healthcheck", "--port", &port]), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn with_pretty_logs_the_ready_line_is_for_people() {
    use std::{
        io::{BufRead, BufReader},
        process::Stdio,
    };
    let folder = tempfile::tempdir().unwrap();
    let variables = [("PORT", "0"), ("TASKWELL__LOG__FORMAT", "pretty")];
    let mut child = taskwell(folder.path(), &variables)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    let version = env!("CARGO_PKG_VERSION");
    assert!(
        line.starts_with(&format!("taskwell {version} ready on http://127.0.0.1:")),
        "{line}"
    );
    assert!(line.ends_with(" (docs: /docs)\n"), "{line}");
    assert!(folder.path().join("data/taskwell.db").exists());
    assert!(folder.path().join("data/taskwell.secret").exists());
}
