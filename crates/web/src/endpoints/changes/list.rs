use actix_web::{HttpResponse, http::StatusCode};
use taskwell_application::ErrorCode;
use taskwell_domain::Seq;
use taskwell_wire::log::{ChangePage, DEFAULT_LIMIT, LIMIT, SINCE};

use crate::{
    access::{Owner, TasksRead},
    call::Call,
    endpoint::{Describe, endpoint},
    endpoints::tag,
    input::{Input, Reader},
    problem::Failure,
};

endpoint!(GET "/api/{user_id}/changes", Owner<TasksRead>, Asked, |describe| {
    describe
        .named("listChanges", "What happened since", tag::CHANGES)
        .explained(
            "Every change of every task, oldest first. Ask again with `next` as `since`, at once while there is `more`: who \
             does so misses nothing. What is too long ago is forgotten, and then, or if the log ends before `since`, all \
             is to be read anew, beginning with `changes/latest`.",
        )
        .answers_json::<ChangePage>(StatusCode::OK, "A piece of the log.", &[])
        .fails([ErrorCode::ResyncRequired.into()])
});

struct Asked {
    since: Seq,
    limit: u32,
}

impl Input for Asked {
    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Failure> {
        Ok(Some(Self {
            since: reader.parameter(&SINCE).unwrap_or(Seq::START),
            limit: reader.parameter(&LIMIT).unwrap_or(DEFAULT_LIMIT),
        }))
    }

    fn describe(operation: Describe) -> Describe {
        operation.query(&SINCE).query(&LIMIT)
    }
}

async fn handle(call: Call<Owner<TasksRead>, Asked>) -> Result<HttpResponse, Failure> {
    let Asked { since, limit } = call.input;
    let tasks = &call.services.tasks;
    let list = tasks.changes(&call.access.actor, since, limit).await?;
    Ok(HttpResponse::Ok().json(ChangePage::from(list)))
}
