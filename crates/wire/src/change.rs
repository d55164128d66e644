use serde::Serialize;
use taskwell_domain::{
    ActorKind, BatchId, Change, ChangeActor, ChangeKind, RequestId, Seq, TaskId, Timestamp,
};
use utoipa::{
    ToSchema,
    openapi::{
        Ref,
        schema::{ObjectBuilder, OneOfBuilder, Type},
    },
};

use crate::{TaskBody, field::words, parameter::instances};

/// An entry of the change log.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Change)]
pub struct ChangeBody {
    /// Its number: the log of a user counts from 1, in the order of commits, without gaps.
    #[schema(value_type = u64, minimum = 1)]
    seq: Seq,
    #[schema(schema_with = kind)]
    kind: &'static str,
    /// The task that it happened to.
    #[schema(value_type = String, format = Uuid)]
    task_id: TaskId,
    #[schema(schema_with = task, required = true)]
    task: Option<TaskBody>,
    actor: ChangeActorBody,
    /// What was done together has the same; null for what was done alone.
    #[schema(value_type = Option<String>, format = Uuid, required = true)]
    batch: Option<BatchId>,
    /// The request that did it.
    #[schema(value_type = String)]
    request_id: RequestId,
    /// When it was done.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

/// Who did it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChangeActor)]
pub struct ChangeActorBody {
    #[schema(schema_with = actor_kind)]
    kind: &'static str,
    /// The id of the session or of the token; for somebody who logged in elsewhere, the name of the issuer.
    id: String,
}

fn task() -> OneOfBuilder {
    OneOfBuilder::new()
        .item(instances(Type::Null))
        .item(Ref::from_schema_name(TaskBody::name()))
        .description(Some("The task as it stood afterwards; null when it was purged."))
}

fn kind() -> ObjectBuilder {
    words(ChangeKind::ALL.iter().copied().map(ChangeKind::as_str)).description(Some("What happened."))
}

fn actor_kind() -> ObjectBuilder {
    words(ActorKind::ALL.iter().copied().map(ActorKind::as_str))
        .description(Some("Through which kind of door it was done."))
}

impl From<Change> for ChangeBody {
    fn from(change: Change) -> Self {
        let origin = change.origin;
        Self {
            seq: change.seq,
            kind: change.kind.as_str(),
            task_id: change.task_id,
            task: change.task.map(TaskBody::from),
            actor: origin.actor.into(),
            batch: origin.batch,
            request_id: origin.request_id,
            at: origin.at,
        }
    }
}

impl From<ChangeActor> for ChangeActorBody {
    fn from(actor: ChangeActor) -> Self {
        Self {
            kind: actor.kind.as_str(),
            id: actor.id,
        }
    }
}
