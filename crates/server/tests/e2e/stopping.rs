//! SIGTERM and SIGINT.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{Instant, sleep},
};

use crate::{client::PASSWORD, database::TestDatabase, on_both_databases, server::Server};

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
        for signal in ["TERM", "INT"] {
            let database_url = database.url();
            let mut server = Server::start(database_url);
            let in_flight = InFlight::begin(&server).await;
            server.signal(signal);
            refuses(&server).await;
            let answer = in_flight.finish().await;
            let created_or_taken = answer.starts_with("HTTP/1.1 201") || answer.starts_with("HTTP/1.1 409");
            assert!(created_or_taken, "{answer}");
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
    assert!(server.ended(Duration::from_secs(5)).await.success());
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
