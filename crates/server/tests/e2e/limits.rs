//! Requests that take too long or too much.

use std::time::Duration;

use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::{database::TestDatabase, server::Server};

async fn answer_to(server: &Server, request: &str) -> String {
    let mut connection = TcpStream::connect(server.address()).await.unwrap();
    connection.write_all(request.as_bytes()).await.unwrap();
    let mut answer = vec![0; 4096];
    let read = timeout(Duration::from_secs(5), connection.read(&mut answer)).await;
    let length = read.expect("an answer comes in time").unwrap();
    String::from_utf8_lossy(&answer[..length]).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_does_not_arrive_in_time_is_408() {
    let database = TestDatabase::empty_sqlite().await;
    let server = Server::start_with(database.url(), &[("TASKWELL__SERVER__REQUEST_TIMEOUT", "200ms")]);
    let request = "POST /api/auth/register HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
                   Content-Length: 100\r\n\r\n{";
    let answer = answer_to(&server, request).await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(answer.contains(r#""code":"request_timeout""#), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_over_the_limit_is_413_whether_it_says_so_or_not() {
    let database = TestDatabase::empty_sqlite().await;
    let server = Server::start_with(database.url(), &[("TASKWELL__SERVER__BODY_LIMIT", "1 KiB")]);
    let head = "POST /api/auth/register HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
    let declared = answer_to(&server, &format!("{head}Content-Length: 1000000\r\n\r\n")).await;
    assert!(declared.starts_with("HTTP/1.1 413"), "{declared}");
    let chunk = format!("800\r\n{}\r\n", "x".repeat(0x800));
    let chunked = answer_to(
        &server,
        &format!("{head}Transfer-Encoding: chunked\r\n\r\n{chunk}"),
    )
    .await;
    assert!(chunked.starts_with("HTTP/1.1 413"), "{chunked}");
    assert!(chunked.contains(r#""code":"payload_too_large""#), "{chunked}");
    server.client().get("/health/live").await.is(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn registration_can_be_closed() {
    let database = TestDatabase::empty_sqlite().await;
    let server = Server::start_with(database.url(), &[("TASKWELL__AUTH__REGISTRATION", "false")]);
    let credentials = json!({"email": "ada@example.com", "password": "violet umbrella 42"});
    server
        .client()
        .post("/api/auth/register", &credentials)
        .await
        .fails_with(403, "forbidden");
}

#[tokio::test(flavor = "multi_thread")]
async fn head_answers_as_get_does_without_the_body() {
    let database = TestDatabase::empty_sqlite().await;
    let server = Server::start(database.url());
    let ask = async |method: &str| {
        let request =
            format!("{method} / HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: r\r\nConnection: close\r\n\r\n");
        let mut connection = TcpStream::connect(server.address()).await.unwrap();
        connection.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).await.unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let content = head
            .lines()
            .filter(|line| line.starts_with("HTTP/") || line.starts_with("content-"));
        let mut content: Vec<String> = content.map(str::to_owned).collect();
        content.sort();
        (content, body.to_owned())
    };
    let (get, get_body) = ask("GET").await;
    let (head, head_body) = ask("HEAD").await;
    assert_eq!(head, get);
    assert!(get_body.contains("Todo API is running"));
    assert_eq!(head_body, "");
}

/// Each password hash takes 19 MiB while it is made; so much for each of many threads must not stay.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_storm_of_logins_leaves_no_memory_behind() {
    let database = TestDatabase::empty_sqlite().await;
    let server = Server::start(database.url());
    let ada = server.client().signed_up("ada@example.com").await;
    let before = server.resident_mib();
    let logins = (0..48).map(|_| tokio::spawn(ada.clone().logged_in("ada@example.com")));
    for login in logins.collect::<Vec<_>>() {
        login.await.unwrap();
    }
    let after = server.resident_mib();
    assert!(after < before + 38, "{before} MiB before, {after} MiB after");
}
