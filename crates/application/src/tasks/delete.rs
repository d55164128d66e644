use taskwell_domain::{Task, TaskId};

use super::{Asserted, Done, IdempotencyKey, Precondition, Tasks};
use crate::{Actor, Error};

impl Tasks {
    /// Puts a task into the trash; the task as it stands there.
    ///
    /// # Errors
    /// [`Error::PreconditionFailed`] on a version that was not asked for, [`Error::Forbidden`] and
    /// [`Error::NotFound`] as for [`Tasks::get`], [`Error::IdempotencyKeyReused`].
    pub async fn delete(
        &self,
        actor: &Actor,
        id: TaskId,
        precondition: &Precondition,
        key: Option<&IdempotencyKey>,
    ) -> Result<Done<Task>, Error> {
        let asserted = Asserted::default();
        self.write(actor, id, precondition, &asserted, key, |task, now| {
            Ok(task.delete(now))
        })
        .await
    }
}
