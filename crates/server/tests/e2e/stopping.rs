//! SIGTERM and SIGINT.

use std::{
    io::{BufRead, BufReader},
    net::TcpListener,
    process::{Command, Stdio},
    time::Duration,
};

use serde_json::json;
use sqlx::{Connection, Executor, PgConnection};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{Instant, sleep},
};

use crate::{
    client::PASSWORD,
    database::TestDatabase,
    on_both_databases,
    server::{SECRET, Server, taskwell},
};

const GRACE: (&str, &str) = ("TASKWELL__SERVER__SHUTDOWN_GRACE", "1s");

/// A request of which the server has the head and waits for the rest.
struct InFlight {
    connection: TcpStream,
    rest: String,
}

impl InFlight {
    async fn begin(server: &Server) -> Self {
        let body = format!(r#"{{"email": "late@example.com", "password": "{PASSWORD}"}}"#);
        let head = format!(
            "POST /api/auth/register HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\nExpect: 100-continue\r\n\r\n",
            server.address(),
            body.len()
        );
        let mut connection = TcpStream::connect(server.address()).await.unwrap();
        connection.write_all(head.as_bytes()).await.unwrap();
        // The server asks for the body: so the request is being handled.
        let mut answer = [0; 25];
        connection.read_exact(&mut answer).await.unwrap();
        assert!(answer.starts_with(b"HTTP/1.1 100 Continue"));
        Self {
            connection,
            rest: body,
        }
    }

    async fn finish(mut self) -> String {
        self.connection.write_all(self.rest.as_bytes()).await.unwrap();
        let mut answer = String::new();
        self.connection.read_to_string(&mut answer).await.unwrap();
        answer
    }
}

/// Waits until nobody listens there any more.
async fn refuses(server: &Server) {
    let begun = Instant::now();
    while TcpStream::connect(server.address()).await.is_ok() {
        assert!(begun.elapsed() < Duration::from_secs(5), "the port is still open");
        sleep(Duration::from_millis(10)).await;
    }
}

on_both_databases! {
    async fn what_is_in_flight_finishes_before_the_server_ends(database: TestDatabase) {
        // The second time the account is there already.
        for (signal, status) in [("TERM", "201"), ("INT", "409")] {
            let mut server = Server::start(database.url());
            let in_flight = InFlight::begin(&server).await;
            server.signal(signal);
            refuses(&server).await;
            let answer = in_flight.finish().await;
            assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{answer}");
            assert!(server.ended(Duration::from_secs(5)).await.success());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_finish_within_the_grace_is_cut_off() {
    let database = TestDatabase::empty_sqlite().await;
    let mut server = Server::start_with(database.url(), &[GRACE]);
    let _never_finished = InFlight::begin(&server).await;
    server.signal("TERM");
    let told = Instant::now();
    assert!(server.ended(Duration::from_secs(5)).await.success());
    assert!(told.elapsed() >= Duration::from_secs(1), "{:?}", told.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_signal_does_not_wait() {
    let database = TestDatabase::empty_sqlite().await;
    let mut server = Server::start(database.url());
    let _never_finished = InFlight::begin(&server).await;
    server.signal("TERM");
    refuses(&server).await;
    server.signal("TERM");
    assert!(server.ended(Duration::from_secs(5)).await.success());
}

/// A worker that has nothing more to do ends at once, and with it the connections that it has opened. No
/// request that is still in flight may depend on them.
#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_waits_for_a_lock_finishes_whoever_opened_its_connection() {
    let database = TestDatabase::empty_postgres().await;
    for round in 0..4 {
        let mut server = Server::start_with(database.url(), &[("TASKWELL__SERVER__WORKERS", "4")]);
        let ada = server
            .client()
            .signed_up(&format!("ada{round}@example.com"))
            .await;
        let task = ada.task("Buy milk").await;
        let reads = (0..24).map(|_| {
            let (ada, task) = (ada.clone(), task.clone());
            tokio::spawn(async move { ada.get(&task).await.is(200) })
        });
        for read in reads.collect::<Vec<_>>() {
            read.await.unwrap();
        }

        let mut other = PgConnection::connect(database.url()).await.unwrap();
        let mut lock = other.begin().await.unwrap();
        lock.execute("SELECT id FROM users FOR UPDATE").await.unwrap();
        let write = tokio::spawn({
            let (ada, task) = (ada.clone(), task.clone());
            async move { ada.patch(&task, &json!({"title": "Buy oat milk"})).await }
        });
        let waiting = "SELECT count(*) FROM pg_stat_activity \
                       WHERE datname = current_database() AND wait_event_type = 'Lock'";
        while sqlx::query_scalar::<_, i64>(waiting)
            .fetch_one(&mut *lock)
            .await
            .unwrap()
            == 0
        {
            sleep(Duration::from_millis(10)).await;
        }
        server.signal("TERM");
        refuses(&server).await;
        lock.commit().await.unwrap();
        assert_eq!(write.await.unwrap().is(200)["title"], "Buy oat milk");
        assert!(server.ended(Duration::from_secs(5)).await.success());
    }
}

#[test]
fn a_signal_ends_a_start_that_waits_for_its_database() {
    let nobody_there = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = format!("postgres://taskwell@{nobody_there}/taskwell");
    let folder = tempfile::tempdir().unwrap();
    let variables = [("DATABASE_URL", url.as_str()), ("TASKWELL__AUTH__SECRET", SECRET)];
    let mut child = taskwell(folder.path(), &variables)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut waits = String::new();
    BufReader::new(child.stderr.as_mut().unwrap())
        .read_line(&mut waits)
        .unwrap();
    assert!(waits.contains("waiting for the database"), "{waits}");
    let sent = Command::new("kill").arg(child.id().to_string()).status();
    assert!(sent.unwrap().success());
    assert!(child.wait().unwrap().success());
}
