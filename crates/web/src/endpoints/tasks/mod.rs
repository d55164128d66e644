//! The caller's tasks.

pub(crate) mod batch;
pub(crate) mod complete;
pub(crate) mod create;
pub(crate) mod delete;
mod edit;
pub(crate) mod empty_trash;
mod entity_tag;
pub(crate) mod export;
pub(crate) mod get;
pub(crate) mod history;
pub(crate) mod import;
pub(crate) mod list;
mod listing;
pub(crate) mod move_task;
pub(crate) mod occurrences;
pub(crate) mod patch;
pub(crate) mod put;
pub(crate) mod restore;
pub(crate) mod trash;

use actix_web::{HttpResponse, HttpResponseBuilder, http::header::ETag};
use taskwell_application::tasks::Done;
use taskwell_domain::Task;

use crate::{idempotency, wire::TaskBody};

/// A task as the body, and its version as the entity tag.
fn respond(mut response: HttpResponseBuilder, task: Task) -> HttpResponse {
    response.insert_header(ETag(entity_tag::of(task.version)));
    response.json(TaskBody::from(task))
}

/// The same of a task that was written.
fn respond_written(mut response: HttpResponseBuilder, done: Done<Task>) -> HttpResponse {
    idempotency::tell(&mut response, done.replayed);
    respond(response, done.value)
}
