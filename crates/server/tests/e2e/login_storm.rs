//! Everybody logs in at once.

use std::time::Duration;

use tokio::{
    task::JoinHandle,
    time::{Instant, sleep, timeout},
};

use crate::{
    client::{Answer, Client, PASSWORD},
    database::{Sql, TestDatabase},
    on_both_databases,
    server::Server,
};

const LOGINS: usize = 100;

/// All of them under way; every other one with a wrong password.
fn storm(server: &Server) -> Vec<JoinHandle<Answer>> {
    let login = |number| {
        let client = server.client();
        tokio::spawn(async move {
            let password = if number % 2 == 0 {
                PASSWORD
            } else {
                "wrong umbrella 42"
            };
            client.login("ada@example.com", password).await
        })
    };
    (0..LOGINS).map(login).collect()
}

/// Reads for as long as the storm goes on, and waits for none of it.
async fn read_meanwhile(ada: &Client, task: &str, logins: &[JoinHandle<Answer>]) {
    let mut reads = 0;
    while logins.iter().any(|login| !login.is_finished()) {
        let read = timeout(Duration::from_secs(2), ada.get(task)).await;
        read.expect("a read is answered meanwhile").is(200);
        reads += 1;
        sleep(Duration::from_millis(5)).await;
    }
    assert!(reads > 1, "the storm was over at once");
}

/// Every login was answered for what it was, or sent away for a moment; how many were let in.
async fn let_in(logins: Vec<JoinHandle<Answer>>) -> usize {
    let mut let_in = 0;
    for (number, login) in logins.into_iter().enumerate() {
        let answer = login.await.unwrap();
        match (answer.status.as_u16(), number % 2) {
            (503, _) => {
                assert!(answer.headers.contains_key("retry-after"));
                answer.fails_with(503, "unavailable");
            }
            (200, 0) => let_in += 1,
            _ => drop(answer.fails_with(401, "invalid_credentials")),
        }
    }
    let_in
}

on_both_databases! {
    async fn a_hundred_logins_at_once_hold_up_nobody_else(database: TestDatabase) {
        let server = Server::start(database.url());
        let ada = server.client().signed_up("ada@example.com").await;
        let task = ada.task("Buy milk").await;
        let logins = storm(&server);
        read_meanwhile(&ada, &task, &logins).await;
        assert!(let_in(logins).await > 0);
        ada.login("ada@example.com", PASSWORD).await.is(200);
    }
}

/// A hash takes 19 MiB while it is made.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn however_many_passwords_come_at_once_few_are_hashed_at_once() {
    const AT_ONCE: usize = 40;
    let bound_mib = 128 + 19 * std::thread::available_parallelism().unwrap().get();
    let database = TestDatabase::empty_postgres().await;
    let settings = [
        ("TASKWELL__SERVER__WORKERS", "2"),
        ("TASKWELL__DATABASE__MAX_CONNECTIONS", &AT_ONCE.to_string()),
        ("TASKWELL__DATABASE__ACQUIRE_TIMEOUT", "30s"),
        ("TASKWELL__DATABASE__STATEMENT_TIMEOUT", "30s"),
    ];
    let server = Server::start_with(database.url(), &settings);
    let ada = server.client().signed_up("ada@example.com").await;
    let before = server.peak_mib();

    // Nobody gets at the accounts until all that can are waiting for them.
    let mut gate = Sql::on(&database).await;
    gate.execute("BEGIN; LOCK TABLE users IN ACCESS EXCLUSIVE MODE")
        .await;
    let logins = storm(&server);
    let mut watch = Sql::on(&database).await;
    let waiting = "datname = current_database() AND wait_event_type = 'Lock'";
    let begun = Instant::now();
    while watch.count("pg_stat_activity", waiting).await < i64::try_from(AT_ONCE).unwrap() {
        assert!(begun.elapsed() < Duration::from_secs(20), "they do not come");
        sleep(Duration::from_millis(10)).await;
    }
    gate.execute("COMMIT").await;
    assert!(let_in(logins).await > 0);
    let most = server.peak_mib();
    assert!(
        most < before + bound_mib,
        "{before} MiB before, {most} MiB at most"
    );
    ada.get("/api/tasks").await.is(200);
}
