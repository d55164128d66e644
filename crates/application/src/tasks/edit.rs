use taskwell_domain::{Task, TaskEdit, TaskId};

use super::{Asserted, Done, IdempotencyKey, Precondition, Tasks};
use crate::{Actor, Error};

/// What is to change about a task.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EditTask {
    /// The fields to be set; the others stay.
    pub edit: TaskEdit,
    /// On which versions.
    pub precondition: Precondition,
    /// What the caller believes of the fields that cannot be set.
    pub asserted: Asserted,
}

impl Tasks {
    /// Changes the given fields of a task; the task as it stands then. Where nothing would change,
    /// nothing does, its version included.
    ///
    /// # Errors
    /// [`Error::PreconditionFailed`] on a version that was not asked for, [`Error::Validation`] if fields do not
    /// go together or `asserted` is not so, [`Error::Forbidden`] and [`Error::NotFound`] as for [`Tasks::get`],
    /// [`Error::IdempotencyKeyReused`].
    pub async fn edit(
        &self,
        actor: &Actor,
        id: TaskId,
        command: &EditTask,
        key: Option<&IdempotencyKey>,
    ) -> Result<Done<Task>, Error> {
        let EditTask {
            edit,
            precondition,
            asserted,
        } = command;
        self.write(actor, id, precondition, asserted, key, |task, now| {
            task.edit(edit, now).map_err(Error::Validation)
        })
        .await
    }
}
