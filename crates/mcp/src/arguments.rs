//! The arguments that several tools take.

use taskwell_application::{Actor, Error, Tasks, tasks::Batch, tasks::Operation};
use taskwell_domain::TaskId;
use taskwell_wire::{
    Field, Given, Refusal, TaskBody,
    field::{string, text},
    operations::DRY_RUN,
    task_fields::{Described, VERSION},
};
use utoipa::openapi::{KnownFormat, SchemaFormat};

/// Whose tasks are meant.
pub(crate) const USER_ID: Field<String> = Field {
    name: "user_id",
    read: |value| text(value).map(str::to_owned),
    schema: || {
        string().description(Some(
            "Whose tasks are meant: always those of the user of the token. May be left out; else it is that user's id or `me`.",
        ))
    },
};

/// The task that is meant; a text that is no id names none.
pub(crate) const TASK_ID: Field<Option<TaskId>> = Field {
    name: "task_id",
    read: |value| text(value).map(|id| TaskId::parse(id).ok()),
    schema: || {
        string()
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid)))
            .description(Some("The `id` of the task."))
    },
};

/// Reads it. `None` says that there were faults.
///
/// # Errors
/// [`Error::NotFound`] for what cannot be a task.
pub(crate) fn task_id(given: &mut Given) -> Result<Option<TaskId>, Refusal> {
    match given.required(TASK_ID) {
        Some(None) => Err(Error::NotFound("task").into()),
        id => Ok(id.flatten()),
    }
}

/// Whether only to say what would come of it.
pub(crate) fn dry_run(given: &mut Given) -> bool {
    given.optional(DRY_RUN).unwrap_or_default()
}

/// How the version that a change rests on is described; without HTTP's word for it.
pub(crate) fn version() -> Described {
    let schema = (VERSION.schema)().description(Some("Only if the task still has this version."));
    (VERSION.name, schema.into())
}

/// How a field is named and described.
pub(crate) fn described<T>(field: Field<T>) -> Described {
    (field.name, (field.schema)().into())
}

/// What would come of that operation.
pub(crate) async fn foretell(
    tasks: &Tasks,
    actor: &Actor,
    operation: Operation,
) -> Result<TaskBody, Refusal> {
    let command = Batch {
        operations: vec![operation],
        dry_run: true,
    };
    let foretold = tasks.batch(actor, &command, None).await.map_err(alone)?;
    let task = foretold.value.into_iter().next();
    task.map(TaskBody::from)
        .ok_or_else(|| Refusal::internal("an operation has no result"))
}

/// What an operation of a batch failed with, as if it had been alone.
fn alone(error: Error) -> Error {
    match error {
        Error::InBatch { error, .. } => *error,
        other => other,
    }
}
