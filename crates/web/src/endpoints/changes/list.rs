use actix_web::{HttpResponse, http::StatusCode};
use serde::Serialize;
use taskwell_application::ErrorCode;
use taskwell_domain::Seq;
use utoipa::{
    ToSchema,
    openapi::{KnownFormat, SchemaFormat, schema::Type},
};

use super::MAX_SEQ;
use crate::{
    access::{Owner, TasksRead},
    call::Call,
    endpoint::{Describe, endpoint},
    endpoints::tag,
    input::{Input, Parameter, Reader, instances, number},
    problem::Failure,
    wire::ChangeBody,
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

/// A piece of the change log.
#[derive(Serialize, ToSchema)]
struct ChangePage {
    /// The changes, oldest first.
    changes: Vec<ChangeBody>,
    /// Where the next piece begins: the `since` to ask with.
    #[schema(value_type = u64, minimum = 0)]
    next: Seq,
    /// Whether there is more already.
    more: bool,
}

const SINCE: Parameter<Seq> = Parameter {
    name: "since",
    read: |text| number(text, 0..=MAX_SEQ).map(Seq::from),
    schema: || {
        instances(Type::Integer)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
            .minimum(Some(0))
            .default(Some(0.into()))
    },
    description: "Only what came after the change of this number.",
};

const LIMIT: Parameter<u32> = Parameter {
    name: "limit",
    read: |text| number(text, 1..=1_000).map(|limit| u32::try_from(limit).unwrap_or(DEFAULT_LIMIT)),
    schema: || {
        instances(Type::Integer)
            .minimum(Some(1))
            .maximum(Some(1_000))
            .default(Some(DEFAULT_LIMIT.into()))
    },
    description: "How many at most.",
};

const DEFAULT_LIMIT: u32 = 100;

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
    Ok(HttpResponse::Ok().json(ChangePage {
        changes: list.changes.into_iter().map(ChangeBody::from).collect(),
        next: list.next,
        more: list.more,
    }))
}
