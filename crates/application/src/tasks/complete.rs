use taskwell_domain::{Completion, Task, TaskId};

use super::{Asserted, Done, IdempotencyKey, Precondition, Tasks};
use crate::{Actor, Error};

impl Tasks {
    /// Completes a task or opens it again; the task as it stands then.
    ///
    /// # Errors
    /// [`Error::PreconditionFailed`] on a version that was not asked for, [`Error::Forbidden`] and
    /// [`Error::NotFound`] as for [`Tasks::get`], [`Error::IdempotencyKeyReused`].
    pub async fn complete(
        &self,
        actor: &Actor,
        id: TaskId,
        completion: Completion,
        precondition: &Precondition,
        key: Option<&IdempotencyKey>,
    ) -> Result<Done<Task>, Error> {
        self.write(actor, id, precondition, &Asserted::default(), key, |task, now| {
            Ok(task.complete(completion, now))
        })
        .await
    }
}
