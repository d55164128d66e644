//! What a server tells Prometheus.

use std::{net::TcpListener, process::Stdio};

use jsonwebtoken::Algorithm;
use reqwest::Method;
use tokio::task::JoinSet;

use crate::{
    client::Answer,
    command::failure,
    database::{Sql, TestDatabase},
    events::{Events, Socket},
    issuer::Issuer,
    keys::{Key, now},
    on_both_databases,
    scrape::{METRICS, Scrape},
    server::{SECRET, Server, folder_with_settings, taskwell},
};

const REQUESTS: &str = "http_server_request_duration_seconds_count";

fn of_route<'a>(method: &'a str, route: &'a str, status: &'a str) -> [(&'a str, &'a str); 3] {
    [
        ("http_request_method", method),
        ("http_route", route),
        ("http_response_status_code", status),
    ]
}

on_both_databases! {
    async fn requests_are_counted_by_the_template_of_their_route(database: TestDatabase) {
        let server = Server::start_with(database.url(), &[METRICS]);
        let ada = server.client().signed_up("ada@example.com").await;
        let task = ada.task("Buy milk").await;
        let id = ada.id().await;
        for _ in 0..3 {
            ada.get(&task).await.is(200);
        }
        ada.get("/api/me/tasks/018f0000-0000-7000-8000-000000000000").await.is(404);
        ada.get("/nowhere/018f0000-0000-7000-8000-000000000000").await.is(404);
        let unheard_of = Method::from_bytes(b"BREW").unwrap();
        Answer::to(ada.request(unheard_of, "/api/me/tasks")).await.is(405);

        let scrape = Scrape::of(&server).await;
        const TASK: &str = "/api/{user_id}/tasks/{id}";
        assert_eq!(scrape.value(REQUESTS, &of_route("GET", TASK, "200")), Some(3.0));
        assert_eq!(scrape.value(REQUESTS, &of_route("GET", TASK, "404")), Some(1.0));
        assert_eq!(scrape.value(REQUESTS, &of_route("GET", "", "404")), Some(1.0));
        assert_eq!(scrape.value(REQUESTS, &of_route("_OTHER", "/api/{user_id}/tasks", "405")), Some(1.0));
        let took = scrape.value("http_server_request_duration_seconds_sum", &of_route("GET", TASK, "200"));
        assert!((0.0..3.0).contains(&took.unwrap()), "{took:?}");
        for told in [id.as_str(), task.rsplit('/').next().unwrap(), "018f0000", "BREW", "ada@example.com"] {
            assert!(!scrape.text().contains(told), "{told} is a label");
        }
    }
    async fn statements_and_connections_are_counted(database: TestDatabase) {
        let server = Server::start_with(database.url(), &[METRICS]);
        let ada = server.client().signed_up("ada@example.com").await;
        let task = ada.task("Buy milk").await;
        let selects = |scrape: &Scrape| {
            let name = "db_client_operation_duration_seconds_count";
            scrape.value(name, &[("db_operation_name", "SELECT")]).unwrap()
        };
        let waits = |scrape: &Scrape| scrape.value("db_client_connection_wait_time_seconds_count", &[]).unwrap();
        let before = Scrape::of(&server).await;
        for _ in 0..10 {
            ada.get(&task).await.is(200);
        }
        let after = Scrape::of(&server).await;
        // Jobs may have looked meanwhile.
        assert!((10.0..30.0).contains(&(selects(&after) - selects(&before))), "{after:?}");
        assert!((10.0..30.0).contains(&(waits(&after) - waits(&before))), "{after:?}");
        let system = if database.url().starts_with("postgres") { "postgresql" } else { "sqlite" };
        let of_all = after.value("db_client_operation_duration_seconds_count", &[("db_system_name", system)]);
        assert!(of_all.unwrap() > selects(&after));

        let open = after.value("db_client_connection_count", &[]).unwrap();
        let most = after.value("db_client_connection_max", &[]).unwrap();
        assert!(open >= 1.0 && open <= most, "{open} of {most}");
    }

    async fn streams_are_counted_while_they_are_open_and_by_why_they_ended(database: TestDatabase) {
        let server = Server::start_with(database.url(), &[METRICS]);
        let ada = server.client().signed_up("ada@example.com").await;
        let open = async |kind| Scrape::of(&server).await.value("taskwell_streams", &[("kind", kind)]).unwrap();
        assert_eq!((open("events").await, open("websocket").await), (0.0, 0.0));
        let mut events = Events::of(&ada, None).await;
        let socket = Socket::of(&ada, server.address(), "").await;
        let left = Socket::of(&ada, server.address(), "").await;
        assert_eq!((open("events").await, open("websocket").await), (1.0, 2.0));
        left.close().await;
        ended(&server, "websocket", "left").await;
        ada.post_nothing("/api/auth/logout").await.is(204);
        assert_eq!(events.next().await.unwrap().name, "session_revoked");
        assert_eq!(socket.closed().await.1, "session_revoked");
        ended(&server, "events", "session_revoked").await;
        ended(&server, "websocket", "session_revoked").await;
        assert_eq!((open("events").await, open("websocket").await), (0.0, 0.0));
    }

    async fn every_job_tells_when_it_was_last_done(database: TestDatabase) {
        let begun = now() as f64;
        let server = Server::start_with(database.url(), &[METRICS]);
        for job in ["reminders", "trash", "changes", "idempotency_keys", "sessions"] {
            let label = [("name", job)];
            let done = Scrape::until(&server, |scrape| {
                scrape.value("taskwell_job_last_success_timestamp_seconds", &label)
            })
            .await;
            assert!((begun..begun + 60.0).contains(&done), "{job}: {done}");
            let scrape = Scrape::of(&server).await;
            assert!(scrape.value("taskwell_job_duration_seconds_count", &label).unwrap() >= 1.0, "{job}");
            assert_eq!(scrape.value("taskwell_job_failures_total", &label), Some(0.0), "{job}");
        }
    }
}

/// Waits until one stream of that kind has ended for that reason.
async fn ended(server: &Server, kind: &str, reason: &str) {
    let labels = [("kind", kind), ("reason", reason)];
    comes_to(server, "taskwell_streams_ended_total", &labels, 1.0).await;
}

async fn comes_to(server: &Server, name: &str, labels: &[(&str, &str)], value: f64) {
    Scrape::until(server, |scrape| {
        scrape.value(name, labels).filter(|found| *found == value)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_fails_is_counted() {
    let database = TestDatabase::postgres().await;
    let server = Server::start_with(database.url(), &[METRICS]);
    Sql::on(&database)
        .await
        .execute("ALTER TABLE tasks RENAME TO gone")
        .await;
    let label = [("name", "reminders")];
    let failures = |scrape: &Scrape| {
        scrape
            .value("taskwell_job_failures_total", &label)
            .filter(|count| *count > 0.0)
    };
    Scrape::until(&server, failures).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_queue_for_password_hashes_is_seen_while_it_is_long() {
    let database = TestDatabase::empty_sqlite().await;
    let server = Server::start_with(database.url(), &[METRICS]);
    let anybody = server.client();
    let mut logins = JoinSet::new();
    for number in 0..300 {
        let anybody = anybody.clone();
        logins.spawn(async move {
            anybody
                .login(&format!("nobody{number}@example.com"), "wrong")
                .await
                .status
        });
    }
    let hashes = |state| {
        move |scrape: &Scrape| {
            scrape
                .value("taskwell_password_hashes", &[("state", state)])
                .filter(|count| *count > 0.0)
        }
    };
    Scrape::until(&server, hashes("working")).await;
    Scrape::until(&server, hashes("waiting")).await;
    let statuses = logins.join_all().await;
    let refused = statuses.iter().filter(|status| **status == 503).count();
    assert!(refused > 0, "the queue was never full");
    let counted = Scrape::of(&server)
        .await
        .value("taskwell_password_hashes_refused_total", &[]);
    assert_eq!(counted, Some(f64::from(u32::try_from(refused).unwrap())));
    comes_to(&server, "taskwell_password_hashes", &[], 0.0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fetches_of_keys_are_counted_by_issuer_and_result() {
    let database = TestDatabase::empty_sqlite().await;
    let issuer = Issuer::new("auth", Key::new(Algorithm::EdDSA, "one")).await;
    let variables = [METRICS, ("TASKWELL__AUTH__SECRET", SECRET)];
    let folder = folder_with_settings(&issuer.settings(""));
    let server = Server::launch_in(folder, database.url(), &variables).ready();
    let fetches = async |result| {
        let labels = [("issuer", "auth"), ("result", result)];
        Scrape::of(&server)
            .await
            .value("taskwell_key_set_fetches_total", &labels)
            .unwrap()
    };
    assert_eq!((fetches("answered").await, fetches("failed").await), (0.0, 0.0));
    let alice = server.client().with_token(&issuer.token("alice"));
    alice.get("/api/auth/me").await.is(200);
    assert_eq!((fetches("answered").await, fetches("failed").await), (1.0, 0.0));
    issuer.publish(&[]);
    let unknown = Key::new(Algorithm::EdDSA, "two");
    let stranger = server.client().with_token(&unknown.sign(&issuer.claims("alice")));
    stranger.get("/api/auth/me").await.is(401);
    assert_eq!((fetches("answered").await, fetches("failed").await), (1.0, 1.0));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_setting_there_are_no_metrics_anywhere() {
    let database = TestDatabase::empty_sqlite().await;
    let server = Server::start(database.url());
    assert_eq!(server.metrics_url(), None);
    server.client().get("/metrics").await.is(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_port_of_the_metrics_has_nothing_else_and_the_other_one_has_no_metrics() {
    let database = TestDatabase::empty_sqlite().await;
    let server = Server::start_with(database.url(), &[METRICS]);
    let metrics = server.metrics_url().unwrap().trim_end_matches("/metrics");
    assert!(metrics.starts_with("http://127.0.0.1:"), "{metrics}");
    for path in ["/api/me/tasks", "/health/ready", "/"] {
        server.client().at(metrics).get(path).await.is(404);
    }
    server.client().get("/metrics").await.is(404);
}

#[test]
fn a_port_that_is_taken_is_told() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let folder = tempfile::tempdir().unwrap();
    let output = taskwell(
        folder.path(),
        &[("TASKWELL__TELEMETRY__METRICS_PORT", &port), ("PORT", "0")],
    )
    .stdout(Stdio::null())
    .output();
    let line = failure(&output.unwrap(), 1);
    assert!(
        line.starts_with(&format!(
            "taskwell: cannot listen on 127.0.0.1 port {port} for those who read the metrics"
        )),
        "{line}"
    );
}
