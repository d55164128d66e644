use taskwell_domain::{Task, TaskChange, TaskId};

use super::{
    Done, IdempotencyKey, Precondition, Tasks,
    idempotency::Answer,
    write::{MAX_ATTEMPTS, Recorded, changed},
};
use crate::{
    Actor, Error,
    ports::{Recording, Sort, Start, TaskFilter, TaskQuery},
};

/// How many tasks are purged in one step: a trash of any size is emptied in bounded memory.
const PURGED_AT_ONCE: u32 = 500;

impl Tasks {
    /// Takes a task out of the trash; the task as it stands then.
    ///
    /// # Errors
    /// [`Error::NotFound`] if it is not in the trash, [`Error::Forbidden`] for somebody else's,
    /// [`Error::PreconditionFailed`] on a version that was not asked for, [`Error::IdempotencyKeyReused`].
    pub async fn restore(
        &self,
        actor: &Actor,
        id: TaskId,
        precondition: &Precondition,
        key: Option<&IdempotencyKey>,
    ) -> Result<Done<Task>, Error> {
        self.once(actor, key, Answer::one, async {
            for _ in 0..MAX_ATTEMPTS {
                let Some(task) = self.store.find_deleted(&actor.user_id, id).await? else {
                    return Err(self.missing(actor, id).await?);
                };
                precondition.check(&task)?;
                let now = self.clock.now();
                let change = task.restore(now);
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

    /// Forgets every task in the caller's trash for good.
    ///
    /// # Errors
    /// [`Error::IdempotencyKeyReused`].
    pub async fn empty_trash(&self, actor: &Actor, key: Option<&IdempotencyKey>) -> Result<Done<()>, Error> {
        if self.answered(actor, key).await?.is_some() {
            return Ok(Done::before(()));
        }
        let query = TaskQuery {
            filter: TaskFilter {
                deleted: true,
                ..TaskFilter::default()
            },
            sort: Sort::default(),
            start: Start::Skip(0),
            limit: PURGED_AT_ONCE,
        };
        let mut attempts = 0;
        loop {
            let page = self.store.list(&actor.user_id, &query).await?;
            let now = self.clock.now();
            let changes: Vec<TaskChange> = page.tasks.iter().filter_map(|task| task.purge(now)).collect();
            let recording = Recording {
                changes,
                origin: actor.origin(now),
                expects: None,
                // With the last step, so that one that fails half way is not taken for done.
                answer: key
                    .filter(|_| !page.more)
                    .map(|key| key.remembering(vec![], None)),
            };
            match self.record(actor, recording, key).await? {
                Recorded::Now(_) if !page.more => return Ok(Done::now(())),
                Recorded::Now(_) => attempts = 0,
                Recorded::Before(_) => return Ok(Done::before(())),
                Recorded::Overtaken if attempts < MAX_ATTEMPTS => attempts += 1,
                Recorded::Overtaken => return Err(Error::Conflict),
            }
        }
    }
}
