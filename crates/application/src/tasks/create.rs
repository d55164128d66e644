use taskwell_domain::{NewTask, Task, TaskEdit, TaskId, Title};

use super::{Asserted, Done, IdempotencyKey, Tasks, idempotency::Answer, write::Recorded};
use crate::{
    Actor, Error,
    ports::{AnsweredTask, Constraint, Recording, StoreError},
};

/// A task to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateTask {
    /// Its id, if the caller brings one: then the same create may be sent again.
    pub id: Option<TaskId>,
    /// What is to be done.
    pub title: Title,
    /// The fields that are not to be empty.
    pub fields: TaskEdit,
    /// What the caller believes of the fields that cannot be set.
    pub asserted: Asserted,
}

impl CreateTask {
    pub(super) fn as_new(&self, id: TaskId) -> NewTask {
        NewTask {
            id,
            title: self.title.clone(),
            fields: self.fields.clone(),
        }
    }
}

/// What came of a create.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Created {
    /// There is a new task.
    Now(Task),
    /// The same create had been sent before; this is the task as it stands.
    Before(Task),
}

impl Created {
    /// What was answered before.
    fn again(answer: Answer) -> Result<Done<Self>, Error> {
        let is_new = answer.detail.as_deref() == Some(NEW);
        Ok(answer.one()?.map(|task| match is_new {
            true => Self::Now(task),
            false => Self::Before(task),
        }))
    }
}

/// How an answer remembers that there was a new task.
const NEW: &str = "new";

impl Tasks {
    /// Makes a task of the caller.
    ///
    /// # Errors
    /// [`Error::Validation`] if fields do not go together or `asserted` is not so; [`Error::IdTaken`] if the
    /// caller's id belongs to a task that was made from other values, is in the trash, or has changed since its creation
    /// and the log has forgotten that; [`Error::IdempotencyKeyReused`].
    pub async fn create(
        &self,
        actor: &Actor,
        command: &CreateTask,
        key: Option<&IdempotencyKey>,
    ) -> Result<Done<Created>, Error> {
        self.once(actor, key, Created::again, self.create_now(actor, command, key))
            .await
    }

    async fn create_now(
        &self,
        actor: &Actor,
        command: &CreateTask,
        key: Option<&IdempotencyKey>,
    ) -> Result<Done<Created>, Error> {
        let new = command.as_new(command.id.unwrap_or_else(|| self.ids.task_id()));
        let now = self.clock.now();
        let change = Task::create(&new, actor.user_id.clone(), now).map_err(Error::Validation)?;
        command.asserted.check(change.task())?;
        let recording = Recording {
            changes: vec![change],
            origin: actor.origin(now),
            expects: None,
            answer: key.map(|key| key.remembering(vec![AnsweredTask::Changed(0)], Some(NEW.to_owned()))),
        };
        match self.store.record(&actor.user_id, recording).await {
            Ok(changes) => super::write::changed(changes)
                .map(|task| Done::now(Created::Now(task)))
                .ok_or_else(|| StoreError::Internal("a recorded change was not answered".into()).into()),
            Err(StoreError::Conflict(Constraint::TaskId)) => self.created_before(actor, &new, key).await,
            Err(error) => Err(error.into()),
        }
    }

    async fn created_before(
        &self,
        actor: &Actor,
        new: &NewTask,
        key: Option<&IdempotencyKey>,
    ) -> Result<Done<Created>, Error> {
        let creation = self.store.find_creation(&actor.user_id, new.id).await?;
        if !creation.is_some_and(|task| task.was_created_from(new)) {
            return Err(Error::IdTaken);
        }
        let task = self.store.find(&actor.user_id, new.id).await?;
        let task = task.ok_or(Error::IdTaken)?;
        if key.is_none() {
            return Ok(Done::now(Created::Before(task)));
        }
        match self.record_one(actor, &task, None, key, self.clock.now()).await? {
            Recorded::Before(answer) => Created::again(answer),
            Recorded::Now(_) | Recorded::Overtaken => Ok(Done::now(Created::Before(task))),
        }
    }
}
