use actix_web::{HttpResponse, http::StatusCode};
use taskwell_application::{
    ErrorCode,
    tasks::{Batch, IdempotencyKey},
};
use taskwell_wire::operations::{
    BatchResult, OPERATION_SCHEMA, OPERATIONS, batch, batch_schemas, operation_schema,
};
use utoipa::openapi::{RefOr, Schema};

use crate::{
    access::{Owner, TasksWrite},
    call::Call,
    endpoint::{Describe, endpoint},
    endpoints::tag,
    idempotency,
    input::{BodyKind, Input, Reader, object_schema},
    problem::{Code, Failure},
};

endpoint!(POST "/api/{user_id}/tasks/batch", Owner<TasksWrite>, DoBatch, |describe| {
    describe
        .named("batchTasks", "Do several things at once", tag::TASKS)
        .explained(
            "The operations are done in order, all of them or none, and each sees what those before it did. The first \
             that fails gives its status and code to the whole, and `pointer` names it. `complete` sets `completed` to \
             true unless it says otherwise. With `dry_run` the answer is what it would be, but nothing is done. The body has \
             up to 1 MiB.",
        )
        .answers_json::<BatchResult>(StatusCode::OK, "What came of each operation.", &[])
        .fails([
            ErrorCode::NotFound,
            ErrorCode::IdTaken,
            ErrorCode::Conflict,
            ErrorCode::PreconditionFailed,
        ].map(Code::from))
});

struct DoBatch {
    command: Batch,
    key: Option<IdempotencyKey>,
}

impl Input for DoBatch {
    const BODY: BodyKind = BodyKind::Json;
    const BODY_LIMIT: Option<usize> = Some(1024 * 1024);

    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Failure> {
        let command = batch(reader)?;
        let key = idempotency::key(reader);
        Ok(command.map(|command| Self { command, key }))
    }

    fn describe(operation: Describe) -> Describe {
        let schema = object_schema::<RefOr<Schema>>(&[OPERATIONS], batch_schemas());
        operation
            .idempotency_key()
            .body(true, &[("application/json", "Batch", schema)])
            .schema(OPERATION_SCHEMA, operation_schema())
    }
}

async fn handle(call: Call<Owner<TasksWrite>, DoBatch>) -> Result<HttpResponse, Failure> {
    let DoBatch { command, key } = call.input;
    let tasks = &call.services.tasks;
    let done = tasks.batch(&call.access.actor, &command, key.as_ref()).await?;
    let mut response = HttpResponse::Ok();
    idempotency::tell(&mut response, done.replayed);
    Ok(response.json(BatchResult::from(done.value)))
}
