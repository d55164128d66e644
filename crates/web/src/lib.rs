#![doc = include_str!("../README.md")]

mod access;
mod call;
mod client;
mod edge;
mod endpoint;
mod endpoints;
mod idempotency;
mod input;
mod openapi;
mod paging;
mod problem;
mod rate_limit;
mod router;
mod server;
mod services;
mod streams;
mod tls;
mod wire;

pub use openapi::openapi_json;
pub use server::{app, serve};
pub use services::{Assistants, Drain, HttpOptions, Services};
pub use streams::{StreamLimits, Streams};
pub use taskwell_wire::CursorKey;
pub use tls::{CertificateError, CertificateFiles, Https};
