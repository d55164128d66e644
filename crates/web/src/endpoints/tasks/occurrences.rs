use actix_web::{HttpResponse, http::StatusCode};
use taskwell_domain::TaskId;
use utoipa::openapi::schema::Type;

use crate::{
    access::{Owner, TasksRead},
    call::Call,
    endpoint::{Describe, endpoint},
    endpoints::tag,
    input::{Input, Parameter, Reader, instances, number},
    problem::Failure,
    wire::OccurrenceBody,
};

endpoint!(GET "/api/{user_id}/tasks/{id}/occurrences", Owner<TasksRead>, Occurrences, |describe| {
    describe
        .named("listOccurrences", "The next times that a task is due", tag::TASKS)
        .explained(
            "The present one first. A task that does not recur has at most that one, and one without `due_date` none.",
        )
        .answers_json_list::<OccurrenceBody>(StatusCode::OK, "The occurrences.", &[])
});

const LIMIT: Parameter<usize> = Parameter {
    name: "limit",
    read: |text| number(text, 1..=100).map(|limit| usize::try_from(limit).unwrap_or(DEFAULT_LIMIT)),
    schema: || {
        instances(Type::Integer)
            .minimum(Some(1))
            .maximum(Some(100))
            .default(Some(DEFAULT_LIMIT.into()))
    },
    description: "How many at most.",
};

const DEFAULT_LIMIT: usize = 10;

struct Occurrences {
    id: TaskId,
    limit: usize,
}

impl Input for Occurrences {
    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Failure> {
        Ok(Some(Self {
            id: reader.task_id()?,
            limit: reader.parameter(&LIMIT).unwrap_or(DEFAULT_LIMIT),
        }))
    }

    fn describe(operation: Describe) -> Describe {
        operation.task_id().query(&LIMIT)
    }
}

async fn handle(call: Call<Owner<TasksRead>, Occurrences>) -> Result<HttpResponse, Failure> {
    let Occurrences { id, limit } = call.input;
    let tasks = &call.services.tasks;
    let occurrences = tasks.occurrences(&call.access.actor, id, limit).await?;
    let occurrences: Vec<OccurrenceBody> = occurrences.into_iter().map(OccurrenceBody::from).collect();
    Ok(HttpResponse::Ok().json(occurrences))
}
