//! What a server tells a collector of traces.

use std::{net::TcpListener, time::Duration};

use opentelemetry_proto::tonic::trace::v1::{Span, span::SpanKind, status::StatusCode};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::{
    client::{Answer, Client},
    collector::{Collector, attribute, hex},
    database::{Sql, TestDatabase},
    on_both_databases,
    server::Server,
};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00f067aa0ba902b7";
const LINES: (&str, &str) = ("TASKWELL__LOG__LEVEL", "info");
/// Spans are sent at once, and not five seconds later.
const AT_ONCE: (&str, &str) = ("OTEL_BSP_SCHEDULE_DELAY", "10");

/// Asks as somebody who is part of that trace.
async fn traced(client: &Client, method: Method, path: &str, trace: &str, body: &Value) -> Answer {
    let request = client
        .request(method, path)
        .header("traceparent", format!("00-{trace}-{PARENT}-01"))
        .header("X-Request-Id", trace);
    Answer::to(request.json(body)).await
}

fn of_kind(spans: &[Span], kind: SpanKind) -> Vec<&Span> {
    spans.iter().filter(|span| span.kind() == kind).collect()
}

/// The line that a request left in the log.
fn line(said: &str, request: &str) -> Value {
    let lines = said
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut lines = lines.filter(|line| line["request_id"] == request && line["message"] == "answered");
    let line = lines
        .next()
        .unwrap_or_else(|| panic!("{request} is not in {said}"));
    assert_eq!(lines.next(), None);
    line
}

on_both_databases! {
    async fn a_request_is_a_span_of_the_trace_that_it_names_and_has_one_for_each_statement(database: TestDatabase) {
        let collector = Collector::new().await;
        let server = Server::start_with(database.url(), &[collector.setting(), LINES]);
        let ada = server.client().signed_up("ada@example.com").await;
        let (id, task) = (ada.id().await, ada.task("Buy milk").await);
        traced(&ada, Method::GET, &task, TRACE, &json!({})).await.is(200);
        let said = server.stop().await;

        let spans = collector.spans(TRACE);
        let [request] = of_kind(&spans, SpanKind::Server)[..] else { panic!("{spans:#?}") };
        assert_eq!(hex(&request.parent_span_id), PARENT);
        assert_eq!(request.name, "GET /api/{user_id}/tasks/{id}");
        for (key, value) in [
            ("http.request.method", "GET"),
            ("http.route", "/api/{user_id}/tasks/{id}"),
            ("http.response.status_code", "200"),
            ("user.id", &id),
            ("id", TRACE),
        ] {
            assert_eq!(attribute(&request.attributes, key), value, "{key}");
        }
        let [statement] = of_kind(&spans, SpanKind::Client)[..] else { panic!("{spans:#?}") };
        assert_eq!(statement.parent_span_id, request.span_id);
        assert_eq!(statement.name, "SELECT");
        let system = if database.url().starts_with("postgres") { "postgresql" } else { "sqlite" };
        assert_eq!(attribute(&statement.attributes, "db.system.name"), system);
        assert_eq!(attribute(&statement.attributes, "db.operation.name"), "SELECT");
        let sql = attribute(&statement.attributes, "db.query.text");
        assert!(sql.contains("FROM \"tasks\"") && !sql.contains(&id), "{sql}");
        assert!(request.start_time_unix_nano <= statement.start_time_unix_nano);
        assert!(statement.start_time_unix_nano < statement.end_time_unix_nano);
        assert!(statement.end_time_unix_nano <= request.end_time_unix_nano);
        assert_eq!(spans.len(), 2);

        let line = line(&said, TRACE);
        assert_eq!(line["trace_id"], TRACE);
        let resource = collector.received()[0].resource.clone().unwrap();
        assert_eq!(attribute(&resource.attributes, "service.name"), "taskwell");
        assert_eq!(attribute(&resource.attributes, "service.version"), env!("CARGO_PKG_VERSION"));
    }

    async fn no_value_of_a_statement_is_told(database: TestDatabase) {
        let collector = Collector::new().await;
        let server = Server::start_with(database.url(), &[collector.setting()]);
        let ada = server.client().signed_up("ada@example.com").await;
        let secret = json!({"title": "Meet Deep Throat", "description": "in the garage", "tags": ["leak"]});
        traced(&ada, Method::POST, "/api/me/tasks", TRACE, &secret).await.is(201);
        server.stop().await;
        let spans = collector.spans(TRACE);
        assert!(!of_kind(&spans, SpanKind::Client).is_empty(), "{spans:#?}");
        let told = format!("{:?}", collector.received());
        assert!(told.contains("INSERT INTO"), "{told}");
        for value in ["Deep Throat", "garage", "leak", "ada@example.com", ada.token(), ada.refresh_token()] {
            assert!(!told.contains(value), "{value} is told: {told}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_names_no_trace_begins_one() {
    let database = TestDatabase::empty_sqlite().await;
    let collector = Collector::new().await;
    let server = Server::start_with(database.url(), &[collector.setting(), LINES]);
    let request = server
        .client()
        .request(Method::GET, "/health/ready")
        .header("X-Request-Id", "r1");
    Answer::to(request).await.is(200);
    let said = server.stop().await;
    let trace = line(&said, "r1")["trace_id"].as_str().unwrap().to_owned();
    let spans = collector.spans(&trace);
    let [request] = &spans[..] else {
        panic!("{spans:#?}")
    };
    assert_eq!(request.name, "GET /health/ready");
    assert!(request.parent_span_id.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_want_to_be_traced_is_not() {
    let database = TestDatabase::empty_sqlite().await;
    let collector = Collector::new().await;
    let server = Server::start_with(database.url(), &[collector.setting(), LINES]);
    let request = server
        .client()
        .request(Method::GET, "/api/auth/me")
        .header("traceparent", format!("00-{TRACE}-{PARENT}-00"))
        .header("X-Request-Id", "r1");
    Answer::to(request).await.is(401);
    let said = server.stop().await;
    assert_eq!(line(&said, "r1")["trace_id"], Value::Null);
    assert!(collector.spans(TRACE).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_of_the_server_is_one_in_its_trace() {
    let database = TestDatabase::postgres().await;
    let collector = Collector::new().await;
    let server = Server::start_with(database.url(), &[collector.setting()]);
    let ada = server.client().signed_up("ada@example.com").await;
    Sql::on(&database)
        .await
        .execute("ALTER TABLE changes RENAME TO gone")
        .await;
    traced(&ada, Method::GET, "/api/me/changes", TRACE, &json!({}))
        .await
        .is(500);
    server.stop().await;
    let spans = collector.spans(TRACE);
    let failed = |span: &Span| span.status.as_ref().unwrap().code() == StatusCode::Error;
    let statements = of_kind(&spans, SpanKind::Client);
    assert_eq!(
        statements.iter().filter(|span| failed(span)).count(),
        1,
        "{spans:#?}"
    );
    let [request] = of_kind(&spans, SpanKind::Server)[..] else {
        panic!("{spans:#?}")
    };
    assert!(failed(request));
    assert_eq!(
        request.events.len(),
        1,
        "what is in the log is in the trace: {request:#?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_is_away_costs_one_line_in_the_log() {
    let database = TestDatabase::empty_sqlite().await;
    let nobody_there = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let endpoint = format!("http://{nobody_there}");
    let away = ("TASKWELL__TELEMETRY__OTLP_ENDPOINT", endpoint.as_str());
    let server = Server::start_with(database.url(), &[away, AT_ONCE]);
    let ada = server.client().signed_up("ada@example.com").await;
    for _ in 0..50 {
        ada.get("/api/me/tasks").await.is(200);
        // A batch of its own.
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let told = Instant::now();
    let said = server.stop().await;
    assert!(told.elapsed() < Duration::from_secs(2), "{:?}", told.elapsed());
    let about = said.lines().filter(|line| line.contains("collector")).count();
    assert_eq!(about, 1, "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_does_not_answer_holds_up_neither_requests_nor_the_end() {
    let database = TestDatabase::empty_sqlite().await;
    // Connections are taken by the system, and nobody reads.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", silent.local_addr().unwrap());
    let variables = [
        ("TASKWELL__TELEMETRY__OTLP_ENDPOINT", endpoint.as_str()),
        ("TASKWELL__SERVER__SHUTDOWN_GRACE", "1s"),
        AT_ONCE,
    ];
    let server = Server::start_with(database.url(), &variables);
    let ada = server.client().signed_up("ada@example.com").await;
    let asked = Instant::now();
    for _ in 0..100 {
        ada.get("/api/me/tasks").await.is(200);
    }
    assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
    let told = Instant::now();
    server.stop().await;
    assert!(told.elapsed() < Duration::from_secs(3), "{:?}", told.elapsed());
}
