use taskwell_domain::{Occurrence, Task, TaskId};

use super::Tasks;
use crate::{Actor, Error};

impl Tasks {
    /// The caller's task of that id.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for somebody else's, [`Error::NotFound`] for one that is not there or in the trash.
    pub async fn get(&self, actor: &Actor, id: TaskId) -> Result<Task, Error> {
        self.load(actor, id).await
    }

    /// The next times that a task is due, the present one first, at most `limit`; none for a task that is
    /// never due.
    ///
    /// # Errors
    /// As for [`Tasks::get`].
    pub async fn occurrences(
        &self,
        actor: &Actor,
        id: TaskId,
        limit: usize,
    ) -> Result<Vec<Occurrence>, Error> {
        let task = self.load(actor, id).await?;
        Ok(task.occurrences().take(limit).collect())
    }
}
