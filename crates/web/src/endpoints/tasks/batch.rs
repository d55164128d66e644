use actix_web::{HttpResponse, http::StatusCode};
use serde::Serialize;
use taskwell_application::{
    Error, ErrorCode,
    tasks::{Batch, EditTask, IdempotencyKey, Operation, Precondition},
};
use taskwell_domain::{Completion, TaskId};
use utoipa::{
    ToSchema,
    openapi::{
        KnownFormat, Ref, RefOr, Schema, SchemaFormat,
        schema::{ArrayBuilder, Type},
    },
};

use super::{complete, create, move_task};
use crate::{
    access::{Owner, TasksWrite},
    call::Call,
    endpoint::{Describe, endpoint},
    endpoints::tag,
    idempotency,
    input::{BodyKind, Field, Input, Reader, boolean, instances, object_schema, string, text, word, words},
    problem::{Code, Failure},
    wire::{
        TaskBody,
        sent_back::asserted,
        task_fields::{VERSION, edit, edit_schemas},
    },
};

endpoint!(POST "/api/{user_id}/tasks/batch", Owner<TasksWrite>, DoBatch, |describe| {
    describe
        .named("batchTasks", "Do several things at once", tag::TASKS)
        .explained(
            "The operations are done in order, all of them or none, and each sees what those before it did. The first \
             that fails gives its status and code to the whole, and `pointer` names it. `complete` sets `completed` to \
             true unless it says otherwise. With `dry_run` the answer is what it would be, but nothing is done. The body has \
             up to 1 MiB.",
        )
        .answers_json::<BatchResult>(StatusCode::OK, "What came of each operation.", &[])
        .fails([
            ErrorCode::NotFound,
            ErrorCode::IdTaken,
            ErrorCode::Conflict,
            ErrorCode::PreconditionFailed,
        ].map(Code::from))
});

/// What came of a batch.
#[derive(Serialize, ToSchema)]
struct BatchResult {
    /// The task of each operation as that left it, in order; one that was deleted has `deleted_at`.
    results: Vec<TaskBody>,
}

/// The name of the list of operations.
const OPERATIONS: &str = "operations";

/// How many operations there can be.
const MAX_OPERATIONS: usize = 100;

const DRY_RUN: Field<bool> = Field {
    name: "dry_run",
    read: boolean,
    schema: || {
        instances(Type::Boolean)
            .default(Some(false.into()))
            .description(Some("Whether only to say what would come of it."))
    },
};

/// What an operation does.
#[derive(Clone, Copy)]
enum Op {
    Create,
    Update,
    Complete,
    Move,
    Delete,
}

impl Op {
    const WORDS: [&str; 5] = ["create", "update", "complete", "move", "delete"];

    fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "create" => Self::Create,
            "update" => Self::Update,
            "complete" => Self::Complete,
            "move" => Self::Move,
            "delete" => Self::Delete,
            _ => return None,
        })
    }
}

const OP: Field<Op> = Field {
    name: "op",
    read: |value| word(value, Op::from_word, &Op::WORDS),
    schema: || {
        words(Op::WORDS).description(Some(
            "What to do. The other fields are those that this takes alone, the id in the place of the address among them.",
        ))
    },
};

/// The task that is meant; a text that is no id names none.
const ID: Field<Option<TaskId>> = Field {
    name: "id",
    read: |value| text(value).map(|id| TaskId::parse(id).ok()),
    schema: || {
        string()
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid)))
            .description(Some(
                "The task that is meant; of `create`, the id of the new one, which may be left out.",
            ))
    },
};

struct DoBatch {
    command: Batch,
    key: Option<IdempotencyKey>,
}

impl Input for DoBatch {
    const BODY: BodyKind = BodyKind::Json;
    const BODY_LIMIT: Option<usize> = Some(1024 * 1024);

    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Failure> {
        let operations = reader.required_parts(OPERATIONS, MAX_OPERATIONS, operation)?;
        let dry_run = reader.optional(DRY_RUN).unwrap_or_default();
        let key = idempotency::key(reader);
        Ok(operations.map(|operations| Self {
            command: Batch { operations, dry_run },
            key,
        }))
    }

    fn describe(operation: Describe) -> Describe {
        let operations = ArrayBuilder::new()
            .items(Ref::from_schema_name(OPERATION_SCHEMA))
            .min_items(Some(1))
            .max_items(Some(MAX_OPERATIONS))
            .description(Some("What to do, in order."));
        let fields = [
            (OPERATIONS, operations.into()),
            (DRY_RUN.name, (DRY_RUN.schema)().into()),
        ];
        let schema = object_schema::<RefOr<Schema>>(&[OPERATIONS], fields);
        operation
            .idempotency_key()
            .body(true, &[("application/json", "Batch", schema)])
            .schema(OPERATION_SCHEMA, operation_schema())
    }
}

const OPERATION_SCHEMA: &str = "BatchOperation";

fn operation_schema() -> RefOr<Schema> {
    let mut fields = edit_schemas();
    fields.extend(move_task::schemas().map(|(name, schema)| (name, schema.into())));
    fields.push((ID.name, (ID.schema)().into()));
    fields.push((OP.name, (OP.schema)().into()));
    object_schema(&[OP.name], fields)
}

/// One operation, with the fields that it takes alone.
fn operation(reader: &mut Reader<'_>, index: usize) -> Result<Option<Operation>, Failure> {
    let Some(op) = reader.required(OP) else {
        reader.skip_rest();
        return Ok(None);
    };
    Ok(match op {
        Op::Create => create::command(reader).map(Operation::Create),
        Op::Update => {
            let (id, precondition) = named(reader, index)?;
            let edit = EditTask {
                edit: edit(reader),
                precondition,
                asserted: asserted(reader),
            };
            id.map(|id| Operation::Update(id, edit))
        }
        Op::Complete => {
            let (id, precondition) = named(reader, index)?;
            let completion = complete::completion(reader, Completion::Set(true));
            id.map(|id| Operation::Complete(id, completion, precondition))
        }
        Op::Move => {
            let (id, precondition) = named(reader, index)?;
            let beside = move_task::beside(reader);
            id.zip(beside)
                .map(|(id, beside)| Operation::Move(id, beside, precondition))
        }
        Op::Delete => {
            let (id, precondition) = named(reader, index)?;
            id.map(|id| Operation::Delete(id, precondition))
        }
    })
}

/// The task that an operation means, and on which version.
fn named(reader: &mut Reader<'_>, index: usize) -> Result<(Option<TaskId>, Precondition), Failure> {
    let id = match reader.required(ID) {
        // The first that fails is told, and another one before it may have.
        Some(None) if !reader.has_faults() => {
            let error = Box::new(Error::NotFound("task"));
            return Err(Error::InBatch { index, error }.into());
        }
        id => id.flatten(),
    };
    let precondition = match reader.optional(VERSION) {
        Some(version) => Precondition::none().and_one_of(vec![version]),
        None => Precondition::none(),
    };
    Ok((id, precondition))
}

async fn handle(call: Call<Owner<TasksWrite>, DoBatch>) -> Result<HttpResponse, Failure> {
    let DoBatch { command, key } = call.input;
    let tasks = &call.services.tasks;
    let done = tasks.batch(&call.access.actor, &command, key.as_ref()).await?;
    let mut response = HttpResponse::Ok();
    idempotency::tell(&mut response, done.replayed);
    let results = done.value.into_iter().map(TaskBody::from).collect();
    Ok(response.json(BatchResult { results }))
}
