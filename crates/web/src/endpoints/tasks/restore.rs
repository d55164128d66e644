use actix_web::{HttpResponse, http::StatusCode};
use taskwell_application::{
    ErrorCode,
    tasks::{IdempotencyKey, Precondition},
};
use taskwell_domain::TaskId;

use super::{entity_tag, respond_written};
use crate::{
    access::{Owner, TasksWrite},
    call::Call,
    endpoint::{Describe, endpoint},
    endpoints::tag,
    idempotency,
    input::{BodyKind, Input, Reader},
    problem::Failure,
    wire::TaskBody,
};

endpoint!(POST "/api/{user_id}/tasks/{id}/restore", Owner<TasksWrite>, Restore, |describe| {
    describe
        .named("restoreTask", "Take a task out of the trash", tag::TASKS)
        .explained("It is again what it was. A task that is not in the trash is not found here.")
        .answers_json::<TaskBody>(StatusCode::OK, "The task as it stands now.", &["ETag"])
        .fails([ErrorCode::Conflict.into()])
});

struct Restore {
    id: TaskId,
    precondition: Precondition,
    key: Option<IdempotencyKey>,
}

impl Input for Restore {
    // Without any field: a version in it would be a condition that nobody looks at.
    const BODY: BodyKind = BodyKind::OptionalJson;

    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Failure> {
        Ok(Some(Self {
            id: reader.task_id()?,
            precondition: entity_tag::precondition(reader),
            key: idempotency::key(reader),
        }))
    }

    fn describe(operation: Describe) -> Describe {
        entity_tag::describe(operation.task_id()).idempotency_key()
    }
}

async fn handle(call: Call<Owner<TasksWrite>, Restore>) -> Result<HttpResponse, Failure> {
    let Restore {
        id,
        precondition,
        key,
    } = call.input;
    let tasks = &call.services.tasks;
    let done = tasks
        .restore(&call.access.actor, id, &precondition, key.as_ref())
        .await?;
    Ok(respond_written(HttpResponse::Ok(), done))
}
