//! The HTTP face, in process: real routes, use cases and domain over a storage in memory.
//!
//! Every answer is held against the OpenAPI document and the conventions that hold everywhere, whatever the
//! test is about; see [`support`].

#![expect(clippy::unwrap_used, reason = "a helper that cannot go on fails its test")]

mod support;

mod admin_users;
mod api_tokens;
mod assistants;
mod audit;
mod bad_tokens;
mod batch;
mod changes;
mod codes;
mod conventions;
mod cors;
mod deadlines;
mod delete_me;
mod document;
mod every_operation;
mod export;
mod failures;
mod forwarded;
mod idempotency;
mod identity;
mod import;
mod jwks;
mod limits;
mod login;
mod matrix;
mod merge_patch;
mod observer;
mod order;
mod password;
mod preconditions;
mod recurring;
mod refresh;
mod service;
mod sessions;
mod streams;
mod task_fields;
mod tasks_cursors;
mod tasks_filters;
mod tasks_list;
mod tasks_write;
mod tokens;
mod trash;
