//! What `PUT` and `PATCH` have in common, which is all of it: an absent field stays as it is.

use actix_web::{HttpResponse, http::StatusCode};
use taskwell_application::{
    ErrorCode,
    tasks::{EditTask, IdempotencyKey},
};
use taskwell_domain::TaskId;
use taskwell_wire::operations::edit;

use super::{entity_tag, respond_written};
use crate::{
    access::{Owner, TasksWrite},
    call::Call,
    endpoint::Describe,
    endpoints::tag,
    idempotency,
    input::{BodyKind, Input, Reader, object_schema},
    problem::Failure,
    wire::{TaskBody, task_fields::edit_schemas},
};

pub(super) struct Edit {
    id: TaskId,
    command: EditTask,
    key: Option<IdempotencyKey>,
}

impl Input for Edit {
    const BODY: BodyKind = BodyKind::Json;

    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Failure> {
        let id = reader.task_id()?;
        let precondition = entity_tag::precondition(reader);
        let command = edit(reader, precondition);
        let key = idempotency::key(reader);
        Ok(Some(Self { id, command, key }))
    }

    fn describe(operation: Describe) -> Describe {
        let schema = object_schema(&[], edit_schemas());
        entity_tag::describe(operation.task_id())
            .idempotency_key()
            .body(true, &[("application/json", "EditTask", schema)])
    }
}

pub(super) fn describe(describe: Describe, id: &str) -> Describe {
    describe
        .named(id, "Change a task", tag::TASKS)
        .explained(
            "`PUT` and `PATCH` do the same. An absent field stays as it is, null clears one that may be empty (RFC 7396). \
             A change of nothing changes nothing, the version included. What cannot be set may be sent back as it was \
             received. With `If-Match`, or `version` in the body, the change is made only to that version: so the whole \
             task, edited and sent back, never overwrites what somebody else wrote meanwhile.",
        )
        .answers_json::<TaskBody>(StatusCode::OK, "The task as it stands now.", &["ETag"])
        .fails([ErrorCode::Conflict.into()])
}

pub(super) async fn handle(call: Call<Owner<TasksWrite>, Edit>) -> Result<HttpResponse, Failure> {
    let Edit { id, command, key } = call.input;
    let tasks = &call.services.tasks;
    let done = tasks.edit(&call.access.actor, id, &command, key.as_ref()).await?;
    Ok(respond_written(HttpResponse::Ok(), done))
}
