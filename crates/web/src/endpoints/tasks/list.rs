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

endpoint!(GET "/api/{user_id}/tasks", Owner<TasksRead>, List, |describe| {
    describe
        .named("listTasks", "The tasks", tag::TASKS)
        .explained(
            "For the next page, follow `rel=\"next\"` in the header `Link`, an address without a host; the last page has \
             none. So every task that existed throughout, and whose sort key stayed, is seen exactly once, whatever is \
             written meanwhile; with `skip`, a write in between moves the pages.",
        )
        .answers_json_list::<TaskBody>(
            StatusCode::OK,
            "A page of the tasks, newest first unless asked otherwise.",
            &["Link", "X-Total-Count"],
        )
        .fails([ErrorCode::InvalidCursor.into()])
});

struct List(ListTasks);

impl Input for List {
    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Failure> {
        listing::read(reader, false).map(|asked| Some(Self(asked)))
    }

    fn describe(operation: Describe) -> Describe {
        listing::describe(operation)
    }
}

async fn handle(call: Call<Owner<TasksRead>, List>) -> Result<HttpResponse, Failure> {
    let list = call.services.tasks.list(&call.access.actor, call.input.0).await?;
    listing::respond(&call.request, list)
}
