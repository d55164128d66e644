use actix_web::{
    HttpResponse,
    http::{StatusCode, header::ETag},
};
use taskwell_domain::TaskId;

use super::{entity_tag, respond};
use crate::{
    access::{Owner, TasksRead},
    call::Call,
    endpoint::{Describe, endpoint},
    endpoints::tag,
    input::{EntityTags, Input, Reader},
    problem::Failure,
    wire::TaskBody,
};

endpoint!(GET "/api/{user_id}/tasks/{id}", Owner<TasksRead>, Get, |describe| {
    describe
        .named("getTask", "One task", tag::TASKS)
        .explained("With the `ETag` of an earlier answer as `If-None-Match`, a task that has not changed is not sent again.")
        .answers_json::<TaskBody>(StatusCode::OK, "The task.", &["ETag"])
        .answers(StatusCode::NOT_MODIFIED, "The client has this version already.", &["ETag"])
});

struct Get {
    id: TaskId,
    known: Option<EntityTags>,
}

impl Input for Get {
    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Failure> {
        Ok(Some(Self {
            id: reader.task_id()?,
            known: reader.if_none_match(),
        }))
    }

    fn describe(operation: Describe) -> Describe {
        operation.task_id().entity_tags_header(
            "If-None-Match",
            "The versions that the client has, such as `\"3\"`.",
        )
    }
}

async fn handle(call: Call<Owner<TasksRead>, Get>) -> Result<HttpResponse, Failure> {
    let task = call.services.tasks.get(&call.access.actor, call.input.id).await?;
    let current = entity_tag::of(task.version);
    let is_known = match call.input.known {
        None => false,
        Some(EntityTags::Any) => true,
        Some(EntityTags::Listed(tags)) => tags.iter().any(|tag| tag.weak_eq(&current)),
    };
    if is_known {
        return Ok(HttpResponse::NotModified().insert_header(ETag(current)).finish());
    }
    Ok(respond(HttpResponse::Ok(), task))
}
