//! The caller's tasks.

pub(crate) mod complete;
pub(crate) mod create;
mod cursor;
pub(crate) mod delete;
mod edit;
mod entity_tag;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod patch;
pub(crate) mod put;

use actix_web::{HttpResponse, HttpResponseBuilder, http::header::ETag};
use taskwell_domain::Task;

use crate::wire::TaskBody;

/// A task as the body, and its version as the entity tag.
fn respond(mut response: HttpResponseBuilder, task: Task) -> HttpResponse {
    response.insert_header(ETag(entity_tag::of(task.version)));
    response.json(TaskBody::from(task))
}
