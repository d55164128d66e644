use actix_web::{
    HttpResponse,
    http::{StatusCode, header},
};
use taskwell_application::{
    ErrorCode,
    tasks::{CreateTask, Created},
};

use super::respond;
use crate::{
    access::{Owner, TasksWrite},
    call::Call,
    endpoint::{Describe, endpoint},
    endpoints::tag,
    input::{BodyKind, Input, Reader, object_schema},
    problem::Failure,
    wire::{
        TaskBody,
        task_fields::{COMPLETED, DESCRIPTION, NEW_ID, TITLE, asserted_of_new, create_schema},
    },
};

endpoint!(POST "/api/{user_id}/tasks", Owner<TasksWrite>, Create, |describe| {
    describe
        .named("createTask", "Create a task", tag::TASKS)
        .explained(
            "Only `title` is needed. With an `id` of the client's own, the same create can be sent again after a lost \
             answer: it is answered 200 with the task as it stands, and makes no second one.",
        )
        .answers_json::<TaskBody>(StatusCode::CREATED, "The new task.", &["Location", "ETag"])
        .answers_json::<TaskBody>(
            StatusCode::OK,
            "The task that the same create made before, as it stands.",
            &["Location", "ETag"],
        )
        .fails([ErrorCode::IdTaken.into()])
});

struct Create(CreateTask);

impl Input for Create {
    const BODY: BodyKind = BodyKind::Json;

    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Failure> {
        let id = reader.optional(NEW_ID).flatten();
        let title = reader.required(TITLE);
        let description = reader.optional(DESCRIPTION).unwrap_or_default();
        let completed = reader.optional(COMPLETED).unwrap_or_default();
        let asserted = asserted_of_new(reader);
        Ok(title.map(|title| {
            Self(CreateTask {
                id,
                title,
                description,
                completed,
                asserted,
            })
        }))
    }

    fn describe(operation: Describe) -> Describe {
        let schema = object_schema(&[TITLE.name], create_schema());
        operation.body(true, &[("application/json", "CreateTask", schema)])
    }
}

async fn handle(call: Call<Owner<TasksWrite>, Create>) -> Result<HttpResponse, Failure> {
    let (mut response, task) = match call
        .services
        .tasks
        .create(&call.access.actor, call.input.0)
        .await?
    {
        Created::Now(task) => (HttpResponse::Created(), task),
        Created::Before(task) => (HttpResponse::Ok(), task),
    };
    let location = format!("{}/{}", call.request.uri().path(), task.id);
    response.insert_header((header::LOCATION, location));
    Ok(respond(response, task))
}
