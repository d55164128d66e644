#![doc = include_str!("../README.md")]

mod access;
mod call;
mod client;
mod drain;
mod edge;
mod endpoint;
mod endpoints;
mod idempotency;
mod input;
mod large_bodies;
mod observer;
mod openapi;
mod paging;
mod piecemeal;
mod port;
mod problem;
mod rate_limit;
mod router;
mod server;
mod services;
mod streams;
mod tls;
mod wire;

pub use drain::Drain;
pub use large_bodies::LargeBodies;
pub use observer::{Answered, Observer, StreamKind};
pub use openapi::openapi_json;
pub use port::stop_listening;
pub use server::{ServerOptions, app, serve};
pub use services::{Assistants, HttpOptions, Services};
pub use streams::{StreamLimits, Streams};
pub use taskwell_wire::CursorKey;
pub use tls::{CertificateError, CertificateFiles, Https};
