use actix_web::{HttpResponse, http::StatusCode};
use taskwell_application::{ErrorCode, tasks::ListTasks};

use super::listing;
use crate::{
    access::{Owner, TasksRead},
    call::Call,
    endpoint::{Describe, endpoint},
    endpoints::tag,
    input::{Input, Reader},
    problem::Failure,
    wire::TaskBody,
};

endpoint!(GET "/api/{user_id}/tasks/trash", Owner<TasksRead>, Trash, |describe| {
    describe
        .named("listTrash", "The tasks in the trash", tag::TASKS)
        .explained("Each has `deleted_at`. They are listed as the others are.")
        .answers_json_list::<TaskBody>(
            StatusCode::OK,
            "A page of the tasks in the trash, newest first unless asked otherwise.",
            &["Link", "X-Total-Count"],
        )
        .fails([ErrorCode::InvalidCursor.into()])
});

struct Trash(ListTasks);

impl Input for Trash {
    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Failure> {
        listing::read(reader, true).map(|asked| Some(Self(asked)))
    }

    fn describe(operation: Describe) -> Describe {
        listing::describe(operation)
    }
}

async fn handle(call: Call<Owner<TasksRead>, Trash>) -> Result<HttpResponse, Failure> {
    let list = call.services.tasks.list(&call.access.actor, call.input.0).await?;
    listing::respond(&call.request, list)
}
