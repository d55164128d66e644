//! What `PUT` and `PATCH` have in common, which is all of it: an absent field stays as it is.

use actix_web::{HttpResponse, http::StatusCode};
use taskwell_application::{ErrorCode, tasks::EditTask};
use taskwell_domain::{TaskEdit, TaskId};

use super::{entity_tag, respond};
use crate::{
    access::{Owner, TasksWrite},
    call::Call,
    endpoint::Describe,
    endpoints::tag,
    input::{BodyKind, Input, Reader, object_schema},
    problem::Failure,
    wire::{
        TaskBody,
        task_fields::{COMPLETED, DESCRIPTION, TITLE, VERSION, asserted, edit_schema},
    },
};

pub(super) struct Edit {
    id: TaskId,
    command: EditTask,
}

impl Input for Edit {
    const BODY: BodyKind = BodyKind::Json;

    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Failure> {
        let id = reader.task_id()?;
        let mut precondition = entity_tag::precondition(reader);
        if let Some(version) = reader.optional(VERSION) {
            precondition = precondition.and_one_of(vec![version]);
        }
        let command = EditTask {
            edit: TaskEdit {
                title: reader.optional(TITLE),
                description: reader.optional(DESCRIPTION),
                completed: reader.optional(COMPLETED),
            },
            precondition,
            asserted: asserted(reader),
        };
        Ok(Some(Self { id, command }))
    }

    fn describe(operation: Describe) -> Describe {
        let schema = object_schema(&[], edit_schema());
        entity_tag::describe(operation.task_id()).body(true, &[("application/json", "EditTask", schema)])
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
    let Edit { id, command } = call.input;
    let task = call.services.tasks.edit(&call.access.actor, id, &command).await?;
    Ok(respond(HttpResponse::Ok(), task))
}
