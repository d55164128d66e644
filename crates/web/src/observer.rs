use std::time::Duration;

use actix_web::http::{Method, StatusCode, header::HeaderMap};
use taskwell_domain::UserId;
use tracing::Span;

/// Is told what goes through the server, by all workers at once, for whoever counts and traces it. It must be quick:
/// requests wait for it.
pub trait Observer: Send + Sync {
    /// A request has come with these headers, and is answered within that span. If it is traced, the id of its trace.
    fn begun(&self, span: &Span, headers: &HeaderMap) -> Option<String>;

    /// The request of that span has its answer, of which what comes after the head may still be on the way.
    fn answered(&self, span: &Span, answered: &Answered<'_>);

    /// A stream has begun.
    fn stream_opened(&self, kind: StreamKind);

    /// A stream is over: the code that its reader was told as the reason, `draining` because the server stops, or
    /// `left` because the reader went away.
    fn stream_ended(&self, kind: StreamKind, reason: &'static str);
}

/// A request that has its answer.
#[derive(Clone, Copy, Debug)]
pub struct Answered<'a> {
    /// Its method.
    pub method: &'a Method,
    /// The address as the router knows it, with the names of parameters in place of their values; none if nothing is
    /// there.
    pub route: Option<&'a str>,
    /// The status of the answer.
    pub status: StatusCode,
    /// From the head of the request until that of the answer.
    pub elapsed: Duration,
    /// Who called, if that is known.
    pub user: Option<&'a UserId>,
}

/// How a stream looks on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StreamKind {
    /// Server-Sent Events.
    Events,
    /// A WebSocket.
    WebSocket,
}
