//! What users do with their tasks.

mod asserted;
mod batch;
mod changes;
mod clean_up;
mod complete;
mod create;
mod delete;
mod edit;
mod export;
mod failures;
mod follow;
mod get;
mod idempotency;
mod import;
mod list;
mod move_task;
mod precondition;
mod remind;
mod system;
mod trash;
mod undo;
mod write;

use std::sync::Arc;

use taskwell_domain::{Task, TaskId};

pub use self::{
    asserted::Asserted,
    batch::{Batch, Operation},
    changes::ChangeList,
    clean_up::TaskMemory,
    create::{CreateTask, Created},
    edit::EditTask,
    export::Export,
    follow::{Followers, Following},
    idempotency::{Done, IdempotencyKey},
    import::{ImportRow, ImportTasks, Imported, RowFaults},
    list::{Cursor, ListTasks, TaskList},
    move_task::Beside,
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
        match self.store.find(&actor.user_id, id).await? {
            Some(task) => Ok(task),
            None => Err(self.missing(actor, id).await?),
        }
    }

    /// What to say of a task that the caller has not.
    async fn missing(&self, actor: &Actor, id: TaskId) -> Result<Error, Error> {
        Ok(match self.store.belongs_to_another(&actor.user_id, id).await? {
            true => Error::Forbidden("the task belongs to somebody else"),
            false => Error::NotFound("task"),
        })
    }
}
