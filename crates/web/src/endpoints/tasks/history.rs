use actix_web::{HttpResponse, http::StatusCode};
use taskwell_domain::TaskId;

use crate::{
    access::{Owner, TasksRead},
    call::Call,
    endpoint::{Describe, endpoint},
    endpoints::tag,
    input::{Input, Reader},
    problem::Failure,
    wire::ChangeBody,
};

endpoint!(GET "/api/{user_id}/tasks/{id}/history", Owner<TasksRead>, History, |describe| {
    describe
        .named("getTaskHistory", "What happened to a task", tag::TASKS)
        .explained(
            "Newest first, as far as the log remembers, at most 1,000 entries. A task in the trash has a history too.",
        )
        .answers_json_list::<ChangeBody>(StatusCode::OK, "What happened to it.", &[])
});

struct History {
    id: TaskId,
}

impl Input for History {
    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Failure> {
        let id = reader.task_id()?;
        Ok(Some(Self { id }))
    }

    fn describe(operation: Describe) -> Describe {
        operation.task_id()
    }
}

async fn handle(call: Call<Owner<TasksRead>, History>) -> Result<HttpResponse, Failure> {
    let tasks = &call.services.tasks;
    let history = tasks.history(&call.access.actor, call.input.id).await?;
    let history: Vec<ChangeBody> = history.into_iter().map(ChangeBody::from).collect();
    Ok(HttpResponse::Ok().json(history))
}
