use taskwell_domain::{Change, Seq, Task, TaskChange, TaskId, Timestamp, UserId};

use super::{Asserted, Done, IdempotencyKey, Precondition, Tasks, idempotency::Answer};
use crate::{
    Actor, Error,
    ports::{AnsweredTask, Constraint, Recording, StoreError},
};

/// A write loses only to another one that wins, so of this many writers of one task each gets through.
pub(super) const MAX_ATTEMPTS: usize = 256;

/// What came of a recording.
pub(super) enum Recorded {
    /// It was recorded.
    Now(Vec<Change>),
    /// Something else was written meanwhile: it must be decided anew.
    Overtaken,
    /// The same request was answered meanwhile.
    Before(Answer),
}

impl Tasks {
    /// Reads the task, has `decide` say what is to happen to it, and records that. A write that another
    /// one overtakes is decided anew on the task as it stands then, unless `precondition` forbids it.
    pub(super) async fn write(
        &self,
        actor: &Actor,
        id: TaskId,
        precondition: &Precondition,
        asserted: &Asserted,
        key: Option<&IdempotencyKey>,
        decide: impl Fn(&Task, Timestamp) -> Result<Option<TaskChange>, Error> + Send + Sync,
    ) -> Result<Done<Task>, Error> {
        self.once(actor, key, Answer::one, async {
            for _ in 0..MAX_ATTEMPTS {
                let task = self.load(actor, id).await?;
                precondition.check(&task)?;
                asserted.check(&task)?;
                let now = self.clock.now();
                let change = decide(&task, now)?;
                if change.is_none() && key.is_none() {
                    return Ok(Done::now(task));
                }
                match self.record_one(actor, &task, change, key, now).await? {
                    Recorded::Now(changes) => return Ok(Done::now(changed(changes).unwrap_or(task))),
                    Recorded::Overtaken => {}
                    Recorded::Before(answer) => return answer.one(),
                }
            }
            Err(Error::Conflict)
        })
        .await
    }

    /// Records what is to happen to one task, if anything is.
    pub(super) async fn record_one(
        &self,
        actor: &Actor,
        task: &Task,
        change: Option<TaskChange>,
        key: Option<&IdempotencyKey>,
        now: Timestamp,
    ) -> Result<Recorded, Error> {
        let answered = match change {
            Some(_) => AnsweredTask::Changed(0),
            None => AnsweredTask::At(task.version),
        };
        let recording = Recording {
            changes: change.into_iter().collect(),
            origin: actor.origin(now),
            expects: None,
            answer: key.map(|key| key.remembering(vec![answered], None)),
        };
        self.record(actor, recording, key).await
    }

    /// Records, and tells apart what somebody else's write made of it.
    pub(super) async fn record(
        &self,
        actor: &Actor,
        recording: Recording,
        key: Option<&IdempotencyKey>,
    ) -> Result<Recorded, Error> {
        match self.store.record(&actor.user_id, recording).await {
            Ok(changes) => Ok(Recorded::Now(changes)),
            // An id that is taken was free a moment ago.
            Err(StoreError::Stale | StoreError::Conflict(Constraint::TaskId)) => Ok(Recorded::Overtaken),
            Err(StoreError::Conflict(Constraint::IdempotencyKey)) => {
                let answer = self.answered(actor, key).await?;
                Ok(answer.map_or(Recorded::Overtaken, Recorded::Before))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The number of the last change in the caller's log.
    pub(super) async fn latest(&self, actor: &Actor) -> Result<Seq, Error> {
        self.end_of_log(&actor.user_id).await
    }

    /// The number of the last change in the log of that user.
    pub(super) async fn end_of_log(&self, user: &UserId) -> Result<Seq, Error> {
        let page = self.store.changes(user, Seq::from(u64::MAX), 1).await?;
        Ok(page.latest)
    }
}

/// The task as the last of the changes left it.
pub(super) fn changed(changes: Vec<Change>) -> Option<Task> {
    changes.into_iter().next_back()?.task
}
