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
mod openapi;
mod paging;
mod piecemeal;
mod problem;
mod rate_limit;
mod router;
mod server;
mod services;
mod streams;
mod wire;

pub use drain::Drain;
pub use large_bodies::LargeBodies;
pub use openapi::openapi_json;
pub use server::{app, serve};
pub use services::{Assistants, HttpOptions, Services};
pub use streams::{StreamLimits, Streams};
pub use taskwell_wire::CursorKey;
