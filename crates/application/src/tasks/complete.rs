use taskwell_domain::{Completion, Task, TaskId};

use super::{Asserted, Precondition, Tasks};
use crate::{Actor, Error};

impl Tasks {
    /// Completes a task or opens it again; the task as it stands then.
    ///
    /// # Errors
    /// [`Error::PreconditionFailed`] on a version that was not asked for, [`Error::Forbidden`] and
    /// [`Error::NotFound`] as for [`Tasks::get`].
    pub async fn complete(
        &self,
        actor: &Actor,
        id: TaskId,
        completion: Completion,
        precondition: &Precondition,
    ) -> Result<Task, Error> {
        self.write(actor, id, precondition, &Asserted::default(), |task, now| {
            task.complete(completion, now)
        })
        .await
    }
}
