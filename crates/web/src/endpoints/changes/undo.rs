use actix_web::{HttpResponse, http::StatusCode};
use taskwell_application::{ErrorCode, tasks::IdempotencyKey};
use taskwell_domain::{Fault, Seq};
use taskwell_wire::log::MAX_SEQ;
use utoipa::openapi::{KnownFormat, SchemaFormat, schema::Type};

use crate::{
    access::{Owner, TasksWrite},
    call::Call,
    endpoint::{Describe, endpoint},
    endpoints::tag,
    idempotency,
    input::{BodyKind, FOR_ANY_NUMBER, Input, Reader, instances, number},
    problem::{Code, Failure},
    wire::TaskBody,
};

endpoint!(POST "/api/{user_id}/changes/{seq}/undo", Owner<TasksWrite>, Undo, |describe| {
    describe
        .named("undoChange", "Undo a change", tag::CHANGES)
        .explained(
            "Puts back what the change did, by new changes; of a batch, all that was done together. A task that it made \
             goes to the trash. Undoing an undo does it again.",
        )
        .answers_json_list::<TaskBody>(
            StatusCode::OK,
            "The tasks as they stand now; one that went to the trash has `deleted_at`.",
            &[],
        )
        .fails([
            ErrorCode::NotFound,
            ErrorCode::UndoConflict,
            ErrorCode::Conflict,
        ].map(Code::from))
});

struct Undo {
    seq: Seq,
    key: Option<IdempotencyKey>,
}

impl Input for Undo {
    // Without any field.
    const BODY: BodyKind = BodyKind::OptionalJson;
    const TIMES_AS_LONG: u32 = FOR_ANY_NUMBER;

    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Failure> {
        let seq = reader.named_by(SEQ, "change", seq)?;
        let key = idempotency::key(reader);
        Ok(Some(Self { seq, key }))
    }

    fn describe(operation: Describe) -> Describe {
        let schema = instances(Type::Integer)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
            .minimum(Some(1));
        operation
            .path_parameter(SEQ, "The number of the change.", schema)
            .idempotency_key()
    }
}

/// The name of the part of the path.
const SEQ: &str = "seq";

fn seq(text: &str) -> Result<Seq, Fault> {
    number(text, 1..=MAX_SEQ).map(Seq::from)
}

async fn handle(call: Call<Owner<TasksWrite>, Undo>) -> Result<HttpResponse, Failure> {
    let Undo { seq, key } = call.input;
    let tasks = &call.services.tasks;
    let done = tasks.undo(&call.access.actor, seq, key.as_ref()).await?;
    let mut response = HttpResponse::Ok();
    idempotency::tell(&mut response, done.replayed);
    let tasks: Vec<TaskBody> = done.value.into_iter().map(TaskBody::from).collect();
    Ok(response.json(tasks))
}
