use taskwell_domain::{Task, TaskId};

use super::Tasks;
use crate::{Actor, Error};

impl Tasks {
    /// One task of the caller.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for somebody else's, [`Error::NotFound`] for one that is not there.
    pub async fn get(&self, actor: &Actor, id: TaskId) -> Result<Task, Error> {
        self.load(actor, id).await
    }
}
