use actix_web::{HttpResponse, http::StatusCode};
use taskwell_application::{
    ErrorCode,
    tasks::{IdempotencyKey, Precondition},
};
use taskwell_domain::{Completion, TaskId};
use taskwell_wire::operations::{DUE_DATE, completion};

use super::{entity_tag, respond_written};
use crate::{
    access::{Owner, TasksWrite},
    call::Call,
    endpoint::{Describe, endpoint},
    endpoints::tag,
    idempotency,
    input::{BodyKind, Input, Reader, object_schema},
    problem::Failure,
    wire::{TaskBody, task_fields::COMPLETED},
};

endpoint!(PATCH "/api/{user_id}/tasks/{id}/complete", Owner<TasksWrite>, Complete, |describe| {
    describe
        .named("completeTask", "Complete a task, or open it again", tag::TASKS)
        .explained(
            "With `completed` in the body the task becomes that, however often it is sent. Without a body, or without \
             `completed` in it, an open task becomes completed and a completed one open. A recurring task that is \
             completed stays open and is due at its next occurrence that is not before today, until its last. With \
             the `due_date` of the occurrence that is meant, one that was completed already stays completed once.",
        )
        .answers_json::<TaskBody>(StatusCode::OK, "The task as it stands now.", &["ETag"])
        .fails([ErrorCode::Conflict.into()])
});

struct Complete {
    id: TaskId,
    completion: Completion,
    precondition: Precondition,
    key: Option<IdempotencyKey>,
}

impl Input for Complete {
    const BODY: BodyKind = BodyKind::OptionalJson;

    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Failure> {
        Ok(Some(Self {
            id: reader.task_id()?,
            completion: completion(reader, Completion::Toggle),
            precondition: entity_tag::precondition(reader),
            key: idempotency::key(reader),
        }))
    }

    fn describe(operation: Describe) -> Describe {
        let fields = [
            (COMPLETED.name, (COMPLETED.schema)()),
            (DUE_DATE.name, (DUE_DATE.schema)()),
        ];
        let schema = object_schema(&[], fields);
        entity_tag::describe(operation.task_id())
            .idempotency_key()
            .body(false, &[("application/json", "CompleteTask", schema)])
    }
}

async fn handle(call: Call<Owner<TasksWrite>, Complete>) -> Result<HttpResponse, Failure> {
    let Complete {
        id,
        completion,
        precondition,
        key,
    } = call.input;
    let tasks = &call.services.tasks;
    let done = tasks
        .complete(&call.access.actor, id, completion, &precondition, key.as_ref())
        .await?;
    Ok(respond_written(HttpResponse::Ok(), done))
}
