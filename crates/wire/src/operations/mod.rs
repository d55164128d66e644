//! What can be done to tasks.

mod complete;
mod create;
mod edit;
mod move_task;

use serde::Serialize;
use taskwell_application::{
    Error,
    tasks::{Batch, Operation, Precondition},
};
use taskwell_domain::{Completion, Task, TaskId};
use utoipa::{
    ToSchema,
    openapi::{
        KnownFormat, Ref, RefOr, Schema, SchemaFormat,
        schema::{ArrayBuilder, Type},
    },
};

pub use self::{
    complete::{DUE_DATE, completion},
    create::create,
    edit::{and_version, edit},
    move_task::{beside, schemas as beside_schemas},
};
use crate::{
    Field, Given, Refusal, TaskBody,
    field::{boolean, object_schema, string, text, word, words},
    parameter::instances,
    task_fields::{Described, edit_schemas},
};

/// What came of a batch.
#[derive(Serialize, ToSchema)]
pub struct BatchResult {
    /// The task of each operation as that left it, in order; one that was deleted has `deleted_at`.
    results: Vec<TaskBody>,
}

impl From<Vec<Task>> for BatchResult {
    fn from(tasks: Vec<Task>) -> Self {
        Self {
            results: tasks.into_iter().map(TaskBody::from).collect(),
        }
    }
}

/// The name of the list of operations.
pub const OPERATIONS: &str = "operations";

/// How many operations there can be.
const MAX_OPERATIONS: usize = 100;

/// Whether only to say what would come of it.
pub const DRY_RUN: Field<bool> = Field {
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

/// The operations, in order, and whether they are only to be tried. `None` says that there were faults.
///
/// # Errors
/// That an operation names a task that cannot be, unless another one before it is faulty.
pub fn batch(given: &mut Given) -> Result<Option<Batch>, Refusal> {
    let operations = given.required_parts(OPERATIONS, MAX_OPERATIONS, operation)?;
    let dry_run = given.optional(DRY_RUN).unwrap_or_default();
    Ok(operations.map(|operations| Batch { operations, dry_run }))
}

/// The schemas of the operations, which name [`OPERATION_SCHEMA`], and of whether they are only to be tried.
pub fn batch_schemas() -> [Described; 2] {
    let operations = ArrayBuilder::new()
        .items(Ref::from_schema_name(OPERATION_SCHEMA))
        .min_items(Some(1))
        .max_items(Some(MAX_OPERATIONS))
        .description(Some("What to do, in order."));
    [
        (OPERATIONS, operations.into()),
        (DRY_RUN.name, (DRY_RUN.schema)().into()),
    ]
}

/// The name of the schema of an operation.
pub const OPERATION_SCHEMA: &str = "BatchOperation";

/// The schema of an operation.
pub fn operation_schema() -> RefOr<Schema> {
    let mut fields = edit_schemas();
    fields.extend(beside_schemas().map(|(name, schema)| (name, schema.into())));
    fields.push((ID.name, (ID.schema)().into()));
    fields.push((OP.name, (OP.schema)().into()));
    object_schema(&[OP.name], fields)
}

/// One operation, with the fields that it takes alone.
fn operation(given: &mut Given, index: usize) -> Result<Option<Operation>, Refusal> {
    let Some(op) = given.required(OP) else {
        given.skip_rest();
        return Ok(None);
    };
    Ok(match op {
        Op::Create => create(given).map(Operation::Create),
        Op::Update => {
            let id = named(given, index)?;
            let edit = edit(given, Precondition::none());
            id.map(|id| Operation::Update(id, edit))
        }
        Op::Complete => {
            let id = named(given, index)?;
            let precondition = and_version(given, Precondition::none());
            let completion = completion(given, Completion::Set(true));
            id.map(|id| Operation::Complete(id, completion, precondition))
        }
        Op::Move => {
            let id = named(given, index)?;
            let precondition = and_version(given, Precondition::none());
            let beside = beside(given);
            id.zip(beside)
                .map(|(id, beside)| Operation::Move(id, beside, precondition))
        }
        Op::Delete => {
            let id = named(given, index)?;
            let precondition = and_version(given, Precondition::none());
            id.map(|id| Operation::Delete(id, precondition))
        }
    })
}

/// The task that an operation means.
fn named(given: &mut Given, index: usize) -> Result<Option<TaskId>, Refusal> {
    match given.required(ID) {
        // The first that fails is told, and another one before it may have.
        Some(None) if !given.has_faults() => {
            let error = Box::new(Error::NotFound("task"));
            Err(Error::InBatch { index, error }.into())
        }
        id => Ok(id.flatten()),
    }
}
