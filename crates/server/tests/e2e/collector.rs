//! A collector of traces, which takes OTLP over HTTP.

use std::sync::{Arc, Mutex};

use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::{KeyValue, any_value::Value},
    trace::v1::{ResourceSpans, Span},
};
use prost::Message;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// A collector that keeps what it is sent.
pub(crate) struct Collector {
    url: String,
    received: Arc<Mutex<Vec<ResourceSpans>>>,
    serving: JoinHandle<()>,
}

impl Collector {
    pub(crate) async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("a listener has an address");
        let received = Arc::default();
        Self {
            url: format!("http://{address}"),
            serving: tokio::spawn(serve(listener, Arc::clone(&received))),
            received,
        }
    }

    /// What a server is told of it.
    pub(crate) fn setting(&self) -> (&str, &str) {
        ("TASKWELL__TELEMETRY__OTLP_ENDPOINT", &self.url)
    }

    /// All that it received.
    pub(crate) fn received(&self) -> Vec<ResourceSpans> {
        self.received.lock().expect("nobody panicked").clone()
    }

    /// The spans of that trace.
    pub(crate) fn spans(&self, trace: &str) -> Vec<Span> {
        let scopes = self
            .received()
            .into_iter()
            .flat_map(|resource| resource.scope_spans);
        scopes
            .flat_map(|scope| scope.spans)
            .filter(|span| hex(&span.trace_id) == trace)
            .collect()
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// As ids stand in headers.
pub(crate) fn hex(id: &[u8]) -> String {
    id.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// An attribute as text; empty if it is not there.
pub(crate) fn attribute(attributes: &[KeyValue], key: &str) -> String {
    let found = attributes.iter().find(|attribute| attribute.key == key);
    match found.and_then(|attribute| attribute.value.clone()?.value) {
        Some(Value::StringValue(text)) => text,
        Some(Value::IntValue(number)) => number.to_string(),
        _ => String::new(),
    }
}

async fn serve(listener: TcpListener, received: Arc<Mutex<Vec<ResourceSpans>>>) {
    loop {
        let (connection, _) = listener.accept().await.expect("connections can be accepted");
        let received = Arc::clone(&received);
        // Whoever goes away without waiting for the answer needs none.
        tokio::spawn(async move { take(connection, &received).await.ok() });
    }
}

async fn take(mut connection: TcpStream, received: &Mutex<Vec<ResourceSpans>>) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(connection.read_u8().await?);
    }
    let head = String::from_utf8(head).expect("a head is text").to_lowercase();
    assert!(head.starts_with("post /v1/traces "), "{head}");
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    // Without one there is no body.
    let length = length.map_or(0, |length| length.parse().expect("a length is a number"));
    let mut body = vec![0; length];
    connection.read_exact(&mut body).await?;
    let request = ExportTraceServiceRequest::decode(&*body).expect("the body is protobuf");
    received
        .lock()
        .expect("nobody panicked")
        .extend(request.resource_spans);
    let answer = "HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    connection.write_all(answer.as_bytes()).await?;
    connection.shutdown().await
}
