use actix_web::{HttpResponse, http::StatusCode};
use taskwell_application::{
    ErrorCode,
    ports::Side,
    tasks::{Beside, IdempotencyKey, Precondition},
};
use taskwell_domain::{Fault, FaultCode, TaskId};
use utoipa::openapi::{KnownFormat, SchemaFormat, schema::ObjectBuilder};

use super::{entity_tag, respond_written};
use crate::{
    access::{Owner, TasksWrite},
    call::Call,
    endpoint::{Describe, endpoint},
    endpoints::tag,
    idempotency,
    input::{BodyKind, Field, Input, Reader, object_schema, string, text},
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

const AFTER: Field<TaskId> = Field {
    name: "after",
    read: |value| text(value).and_then(TaskId::parse),
    schema: || uuid().description(Some("The task that it is to come right after.")),
};

const BEFORE: Field<TaskId> = Field {
    name: "before",
    read: |value| text(value).and_then(TaskId::parse),
    schema: || uuid().description(Some("The task that it is to come right before.")),
};

fn uuid() -> ObjectBuilder {
    string().format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid)))
}

/// Where it is to be moved. `None` says that there were faults.
pub(super) fn beside(reader: &mut Reader<'_>) -> Option<Beside> {
    match (reader.has_field(AFTER.name), reader.has_field(BEFORE.name)) {
        (true, true) => {
            reader.optional(AFTER);
            reader.optional(BEFORE);
            let fault = Fault::new(
                FaultCode::NotAllowedTogether,
                "must not be given together with after",
            );
            reader.fault_in_body(BEFORE.name, fault);
            None
        }
        (_, true) => side(reader.optional(BEFORE), Side::Before),
        // That one of them is needed is noted of the first.
        (_, false) => side(reader.required(AFTER), Side::After),
    }
}

fn side(id: Option<TaskId>, side: Side) -> Option<Beside> {
    id.map(|id| Beside { id, side })
}

/// The schemas of both.
pub(super) fn schemas() -> [(&'static str, ObjectBuilder); 2] {
    [(AFTER.name, (AFTER.schema)()), (BEFORE.name, (BEFORE.schema)())]
}

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
        let schema = object_schema(&[], schemas());
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
