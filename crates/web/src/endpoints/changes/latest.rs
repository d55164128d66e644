use actix_web::{HttpResponse, http::StatusCode};
use serde::Serialize;
use taskwell_domain::Seq;
use utoipa::ToSchema;

use crate::{
    access::{Owner, TasksRead},
    call::Call,
    endpoint::endpoint,
    endpoints::tag,
    input::Nothing,
    problem::Failure,
};

endpoint!(GET "/api/{user_id}/changes/latest", Owner<TasksRead>, Nothing, |describe| {
    describe
        .named("getLatestChange", "The number of the last change", tag::CHANGES)
        .explained(
            "Read it, then all tasks, and follow the changes from there: a full sync that misses nothing.",
        )
        .answers_json::<LatestChange>(StatusCode::OK, "The number; 0 while nothing has happened.", &[])
});

/// The end of the change log.
#[derive(Serialize, ToSchema)]
struct LatestChange {
    /// The number of the last change; 0 while nothing has happened.
    #[schema(value_type = u64, minimum = 0)]
    seq: Seq,
}

async fn handle(call: Call<Owner<TasksRead>, Nothing>) -> Result<HttpResponse, Failure> {
    let tasks = &call.services.tasks;
    let seq = tasks.latest_change(&call.access.actor).await?;
    Ok(HttpResponse::Ok().json(LatestChange { seq }))
}
