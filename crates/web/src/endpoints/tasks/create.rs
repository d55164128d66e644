use actix_web::{
    HttpResponse,
    http::{StatusCode, header},
};
use taskwell_application::{
    ErrorCode,
    tasks::{CreateTask, Created, IdempotencyKey},
};
use taskwell_wire::operations::create;

use super::respond;
use crate::{
    access::{Owner, TasksWrite},
    call::Call,
    endpoint::{Describe, endpoint},
    endpoints::tag,
    idempotency,
    input::{BodyKind, Input, Reader, object_schema},
    problem::Failure,
    wire::{
        TaskBody,
        task_fields::{TITLE, create_schemas},
    },
};

endpoint!(POST "/api/{user_id}/tasks", Owner<TasksWrite>, Create, |describe| {
    describe
        .named("createTask", "Create a task", tag::TASKS)
        .explained(
            "Only `title` is needed. With an `id` of the client's own, the same create can be sent again after a lost \
             answer: it is answered 200 with the task as it stands, and makes no second one. Once the task is in the \
             trash, or was changed so long ago that the log has forgotten its creation, it is `id_taken`.",
        )
        .answers_json::<TaskBody>(StatusCode::CREATED, "The new task.", &["Location", "ETag"])
        .answers_json::<TaskBody>(
            StatusCode::OK,
            "The task that the same create made before, as it stands.",
            &["Location", "ETag"],
        )
        .fails([ErrorCode::IdTaken.into(), ErrorCode::Conflict.into()])
});

struct Create {
    command: CreateTask,
    key: Option<IdempotencyKey>,
}

impl Input for Create {
    const BODY: BodyKind = BodyKind::Json;

    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Failure> {
        let command = create(reader);
        let key = idempotency::key(reader);
        Ok(command.map(|command| Self { command, key }))
    }

    fn describe(operation: Describe) -> Describe {
        let schema = object_schema(&[TITLE.name], create_schemas());
        operation
            .idempotency_key()
            .body(true, &[("application/json", "CreateTask", schema)])
    }
}

async fn handle(call: Call<Owner<TasksWrite>, Create>) -> Result<HttpResponse, Failure> {
    let Create { command, key } = call.input;
    let tasks = &call.services.tasks;
    let done = tasks.create(&call.access.actor, &command, key.as_ref()).await?;
    let (mut response, task) = match done.value {
        Created::Now(task) => (HttpResponse::Created(), task),
        Created::Before(task) => (HttpResponse::Ok(), task),
    };
    let location = format!("{}/{}", call.request.uri().path(), task.id);
    response.insert_header((header::LOCATION, location));
    idempotency::tell(&mut response, done.replayed);
    Ok(respond(response, task))
}
