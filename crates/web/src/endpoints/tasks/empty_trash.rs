use actix_web::{HttpResponse, http::StatusCode};
use taskwell_application::{ErrorCode, tasks::IdempotencyKey};

use crate::{
    access::{Owner, TasksWrite},
    call::Call,
    endpoint::{Describe, endpoint},
    endpoints::tag,
    idempotency,
    input::{BodyKind, FOR_ANY_NUMBER, Input, Reader},
    problem::Failure,
};

endpoint!(DELETE "/api/{user_id}/tasks/trash", Owner<TasksWrite>, EmptyTrash, |describe| {
    describe
        .named("emptyTrash", "Empty the trash", tag::TASKS)
        .explained("Every task in it is gone for good, which cannot be undone.")
        .answers(StatusCode::NO_CONTENT, "The trash is empty.", &[])
        .fails([ErrorCode::Conflict.into()])
});

struct EmptyTrash {
    key: Option<IdempotencyKey>,
}

impl Input for EmptyTrash {
    // Without any field.
    const BODY: BodyKind = BodyKind::OptionalJson;
    const TIMES_AS_LONG: u32 = FOR_ANY_NUMBER;

    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Failure> {
        let key = idempotency::key(reader);
        Ok(Some(Self { key }))
    }

    fn describe(operation: Describe) -> Describe {
        operation.idempotency_key()
    }
}

async fn handle(call: Call<Owner<TasksWrite>, EmptyTrash>) -> Result<HttpResponse, Failure> {
    let tasks = &call.services.tasks;
    let done = tasks
        .empty_trash(&call.access.actor, call.input.key.as_ref())
        .await?;
    let mut response = HttpResponse::NoContent();
    idempotency::tell(&mut response, done.replayed);
    Ok(response.finish())
}
