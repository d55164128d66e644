use actix_web::{HttpResponse, http::StatusCode};
use taskwell_application::{
    ErrorCode,
    tasks::{Beside, IdempotencyKey, Precondition},
};
use taskwell_domain::TaskId;
use taskwell_wire::operations::{beside, beside_schemas};

use super::{entity_tag, respond_written};
use crate::{
    access::{Owner, TasksWrite},
    call::Call,
    endpoint::{Describe, endpoint},
    endpoints::tag,
    idempotency,
    input::{BodyKind, Input, Reader, object_schema},
    problem::Failure,
    wire::TaskBody,
};

endpoint!(POST "/api/{user_id}/tasks/{id}/move", Owner<TasksWrite>, Move, |describe| {
    describe
        .named("moveTask", "Give a task another place", tag::TASKS)
        .explained(
            "The place in `sort=position`, right after or right before another task: exactly one of `after` and \
             `before` is given. No other task changes.",
        )
        .answers_json::<TaskBody>(StatusCode::OK, "The task as it stands now.", &["ETag"])
        .fails([ErrorCode::Conflict.into()])
});

struct Move {
    id: TaskId,
    beside: Beside,
    precondition: Precondition,
    key: Option<IdempotencyKey>,
}

impl Input for Move {
    const BODY: BodyKind = BodyKind::Json;

    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Failure> {
        let id = reader.task_id()?;
        let beside = beside(reader);
        let precondition = entity_tag::precondition(reader);
        let key = idempotency::key(reader);
        Ok(beside.map(|beside| Self {
            id,
            beside,
            precondition,
            key,
        }))
    }

    fn describe(operation: Describe) -> Describe {
        let schema = object_schema(&[], beside_schemas());
        entity_tag::describe(operation.task_id())
            .idempotency_key()
            .body(true, &[("application/json", "MoveTask", schema)])
    }
}

async fn handle(call: Call<Owner<TasksWrite>, Move>) -> Result<HttpResponse, Failure> {
    let Move {
        id,
        beside,
        precondition,
        key,
    } = call.input;
    let tasks = &call.services.tasks;
    let done = tasks
        .move_task(&call.access.actor, id, beside, &precondition, key.as_ref())
        .await?;
    Ok(respond_written(HttpResponse::Ok(), done))
}
