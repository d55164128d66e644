//! What users do with their tasks.

mod asserted;
mod complete;
mod create;
mod delete;
mod edit;
mod get;
mod list;
mod precondition;
mod write;

use std::sync::Arc;

use taskwell_domain::{Task, TaskId};

pub use self::{
    asserted::Asserted,
    create::{CreateTask, Created},
    edit::EditTask,
    list::{Cursor, ListTasks, TaskList},
    precondition::Precondition,
};
use crate::{
    Actor, Error,
    ports::{Clock, IdGenerator, TaskStore},
};

/// The use cases around tasks, one file each.
#[derive(Clone)]
pub struct Tasks {
    store: Arc<dyn TaskStore>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdGenerator>,
}

impl Tasks {
    /// The use cases over these ports.
    #[must_use]
    pub fn new(store: Arc<dyn TaskStore>, clock: Arc<dyn Clock>, ids: Arc<dyn IdGenerator>) -> Self {
        Self { store, clock, ids }
    }

    /// The caller's task of that id; somebody else's is told apart from one that never was.
    async fn load(&self, actor: &Actor, id: TaskId) -> Result<Task, Error> {
        if let Some(task) = self.store.find(&actor.user_id, id).await? {
            return Ok(task);
        }
        if self.store.belongs_to_another(&actor.user_id, id).await? {
            return Err(Error::Forbidden("the task belongs to somebody else"));
        }
        Err(Error::NotFound("task"))
    }
}
