//! What is noted of requests, streams and statements.

use std::time::Duration;

use actix_web::http::header::HeaderMap;
use taskwell_infrastructure::{DatabaseObserver, StatementRun};
use taskwell_web::{Answered, Observer, StreamKind};
use tracing::Span;

use super::Telemetry;

/// Counts and traces what it is told.
pub(super) struct Watch(pub(super) Telemetry);

impl DatabaseObserver for Watch {
    fn statement(&self, run: &StatementRun<'_>) {
        let operation = operation(run.sql);
        if let Some(metrics) = &self.0.metrics {
            metrics
                .statements
                .with_label_values(&[run.system, operation])
                .observe(run.elapsed.as_secs_f64());
        }
        if let Some(traces) = &self.0.traces {
            traces.statement(run, operation);
        }
    }

    fn connection(&self, waited: Duration) {
        if let Some(metrics) = &self.0.metrics {
            metrics.connection_waits.observe(waited.as_secs_f64());
        }
    }
}

impl Observer for Watch {
    fn begun(&self, span: &Span, headers: &HeaderMap) -> Option<String> {
        self.0.traces.as_ref()?.begun(span, headers)
    }

    fn answered(&self, span: &Span, answered: &Answered<'_>) {
        if let Some(metrics) = &self.0.metrics {
            let label = [
                known_method(answered.method.as_str()),
                answered.route.unwrap_or_default(),
                answered.status.as_str(),
            ];
            metrics
                .requests
                .with_label_values(&label)
                .observe(answered.elapsed.as_secs_f64());
        }
        if let Some(traces) = &self.0.traces {
            traces.answered(span, answered);
        }
    }

    fn stream_opened(&self, kind: StreamKind) {
        if let Some(metrics) = &self.0.metrics {
            metrics.streams.with_label_values(&[word(kind)]).inc();
        }
    }

    fn stream_ended(&self, kind: StreamKind, reason: &'static str) {
        if let Some(metrics) = &self.0.metrics {
            let kind = word(kind);
            metrics.streams.with_label_values(&[kind]).dec();
            metrics.streams_ended.with_label_values(&[kind, reason]).inc();
        }
    }
}

pub(super) const KINDS_OF_STREAMS: [StreamKind; 2] = [StreamKind::Events, StreamKind::WebSocket];

pub(super) fn word(kind: StreamKind) -> &'static str {
    match kind {
        StreamKind::Events => "events",
        StreamKind::WebSocket => "websocket",
    }
}

/// The method, unless somebody has made it up.
fn known_method(method: &str) -> &str {
    const KNOWN: [&str; 9] = [
        "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE",
    ];
    if KNOWN.contains(&method) { method } else { "_OTHER" }
}

/// What a statement does, by its first word; `WITH` is one that does several things at once, `BEGIN` a whole transaction in one
/// text.
fn operation(sql: &str) -> &'static str {
    const KNOWN: [&str; 7] = ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "BEGIN", "COMMIT"];
    let known = KNOWN.into_iter().find(|word| sql.starts_with(word));
    known.unwrap_or("_OTHER")
}
