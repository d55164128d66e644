//! The HTTP face, in process: real routes, use cases and domain over a storage in memory.
//!
//! Every answer is held against the OpenAPI document and the conventions that hold everywhere, whatever the
//! test is about; see [`support`].

#![expect(clippy::unwrap_used, reason = "a helper that cannot go on fails its test")]

mod support;

mod codes;
mod conventions;
mod cors;
mod document;
mod every_operation;
mod failures;
mod identity;
mod login;
mod preconditions;
mod service;
mod tasks_list;
mod tasks_write;
mod tokens;
