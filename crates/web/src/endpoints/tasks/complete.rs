use actix_web::{HttpResponse, http::StatusCode};
use taskwell_application::{ErrorCode, tasks::Precondition};
use taskwell_domain::{Completion, TaskId};

use super::{entity_tag, respond};
use crate::{
    access::{Owner, TasksWrite},
    call::Call,
    endpoint::{Describe, endpoint},
    endpoints::tag,
    input::{BodyKind, Input, Reader, object_schema},
    problem::Failure,
    wire::{TaskBody, task_fields::COMPLETED},
};

endpoint!(PATCH "/api/{user_id}/tasks/{id}/complete", Owner<TasksWrite>, Complete, |describe| {
    describe
        .named("completeTask", "Complete a task, or open it again", tag::TASKS)
        .explained(
            "With `completed` in the body the task becomes that, however often it is sent. Without a body, or without \
             `completed` in it, an open task becomes completed and a completed one open.",
        )
        .answers_json::<TaskBody>(StatusCode::OK, "The task as it stands now.", &["ETag"])
        .fails([ErrorCode::Conflict.into()])
});

struct Complete {
    id: TaskId,
    completion: Completion,
    precondition: Precondition,
}

impl Input for Complete {
    const BODY: BodyKind = BodyKind::OptionalJson;

    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Failure> {
        Ok(Some(Self {
            id: reader.task_id()?,
            completion: reader
                .optional(COMPLETED)
                .map_or(Completion::Toggle, Completion::Set),
            precondition: entity_tag::precondition(reader),
        }))
    }

    fn describe(operation: Describe) -> Describe {
        let schema = object_schema(&[], [(COMPLETED.name, (COMPLETED.schema)())]);
        entity_tag::describe(operation.task_id()).body(false, &[("application/json", "CompleteTask", schema)])
    }
}

async fn handle(call: Call<Owner<TasksWrite>, Complete>) -> Result<HttpResponse, Failure> {
    let Complete {
        id,
        completion,
        precondition,
    } = call.input;
    let tasks = &call.services.tasks;
    let task = tasks
        .complete(&call.access.actor, id, completion, &precondition)
        .await?;
    Ok(respond(HttpResponse::Ok(), task))
}
