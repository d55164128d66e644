use taskwell_domain::TaskId;

use super::{Asserted, Precondition, Tasks};
use crate::{Actor, Error};

impl Tasks {
    /// Puts a task into the trash.
    ///
    /// # Errors
    /// [`Error::PreconditionFailed`] on a version that was not asked for, [`Error::Forbidden`] and
    /// [`Error::NotFound`] as for [`Tasks::get`].
    pub async fn delete(&self, actor: &Actor, id: TaskId, precondition: &Precondition) -> Result<(), Error> {
        self.write(actor, id, precondition, &Asserted::default(), |task, now| {
            Some(task.delete(now))
        })
        .await
        .map(drop)
    }
}
