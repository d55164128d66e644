use taskwell_domain::{Description, NewTask, Task, TaskId, Title};

use super::{Asserted, Tasks};
use crate::{
    Actor, Error,
    ports::{Constraint, StoreError},
};

/// A task to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateTask {
    /// Its id, if the caller brings one: then the same create may be sent again.
    pub id: Option<TaskId>,
    /// What is to be done.
    pub title: Title,
    /// More about it.
    pub description: Description,
    /// Whether it is done already.
    pub completed: bool,
    /// What the caller believes of the fields that cannot be set.
    pub asserted: Asserted,
}

/// What came of a create.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Created {
    /// There is a new task.
    Now(Task),
    /// The same create had been sent before; this is the task as it stands.
    Before(Task),
}

impl Tasks {
    /// Makes a task of the caller.
    ///
    /// # Errors
    /// [`Error::Validation`] if `asserted` is not so; [`Error::IdTaken`] if the caller's id belongs to a task
    /// that was made from other values or is in the trash.
    pub async fn create(&self, actor: &Actor, command: CreateTask) -> Result<Created, Error> {
        let new = NewTask {
            id: command.id.unwrap_or_else(|| self.ids.task_id()),
            title: command.title,
            description: command.description,
            completed: command.completed,
        };
        let now = self.clock.now();
        let change = Task::create(new.clone(), actor.user_id.clone(), now);
        command.asserted.check(change.task())?;
        match self.record(actor, change, now).await {
            Err(StoreError::Conflict(Constraint::TaskId)) => self.created_before(actor, &new).await,
            recorded => Ok(Created::Now(recorded?)),
        }
    }

    async fn created_before(&self, actor: &Actor, new: &NewTask) -> Result<Created, Error> {
        let creation = self.store.find_creation(&actor.user_id, new.id).await?;
        if creation.is_some_and(|task| task.was_created_from(new))
            && let Some(task) = self.store.find(&actor.user_id, new.id).await?
        {
            return Ok(Created::Before(task));
        }
        Err(Error::IdTaken)
    }
}
