use actix_web::{HttpResponse, http::StatusCode};
use taskwell_application::{
    ErrorCode,
    tasks::{IdempotencyKey, Precondition},
};
use taskwell_domain::TaskId;

use super::entity_tag;
use crate::{
    access::{Owner, TasksWrite},
    call::Call,
    endpoint::{Describe, endpoint},
    endpoints::tag,
    idempotency,
    input::{BodyKind, Input, Reader},
    problem::Failure,
};

endpoint!(DELETE "/api/{user_id}/tasks/{id}", Owner<TasksWrite>, Delete, |describe| {
    describe
        .named("deleteTask", "Put a task into the trash", tag::TASKS)
        .explained(
            "From then on its address answers 404, to a second delete too, until the task is restored. To delete it \
             only as it was last seen, send its `ETag` as `If-Match`.",
        )
        .answers(StatusCode::NO_CONTENT, "The task is in the trash.", &[])
        .fails([ErrorCode::Conflict.into()])
});

struct Delete {
    id: TaskId,
    precondition: Precondition,
    key: Option<IdempotencyKey>,
}

impl Input for Delete {
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

async fn handle(call: Call<Owner<TasksWrite>, Delete>) -> Result<HttpResponse, Failure> {
    let Delete {
        id,
        precondition,
        key,
    } = call.input;
    let tasks = &call.services.tasks;
    let done = tasks
        .delete(&call.access.actor, id, &precondition, key.as_ref())
        .await?;
    let mut response = HttpResponse::NoContent();
    idempotency::tell(&mut response, done.replayed);
    Ok(response.finish())
}
