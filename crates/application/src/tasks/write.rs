use taskwell_domain::{Task, TaskChange, TaskId, Timestamp};

use super::{Asserted, Precondition, Tasks};
use crate::{Actor, Error, ports::StoreError};

/// A write loses only to another one that wins, so of this many writers of one task each gets through.
const MAX_ATTEMPTS: usize = 256;

impl Tasks {
    /// Reads the task, has `decide` say what is to happen to it, and records that. A write that another
    /// one overtakes is decided anew on the task as it stands then, unless `precondition` forbids it.
    pub(super) async fn write(
        &self,
        actor: &Actor,
        id: TaskId,
        precondition: &Precondition,
        asserted: &Asserted,
        decide: impl Fn(&Task, Timestamp) -> Option<TaskChange> + Send + Sync,
    ) -> Result<Task, Error> {
        for _ in 0..MAX_ATTEMPTS {
            let task = self.load(actor, id).await?;
            if !precondition.allows(task.version) {
                return Err(Error::PreconditionFailed(Box::new(task)));
            }
            asserted.check(&task)?;
            let now = self.clock.now();
            let Some(change) = decide(&task, now) else {
                return Ok(task);
            };
            match self.record(actor, change, now).await {
                Err(StoreError::Stale) => {}
                recorded => return Ok(recorded?),
            }
        }
        Err(Error::Conflict)
    }

    /// Records one change; its task as it stands afterwards.
    pub(super) async fn record(
        &self,
        actor: &Actor,
        change: TaskChange,
        now: Timestamp,
    ) -> Result<Task, StoreError> {
        let recorded = self
            .store
            .record(&actor.user_id, vec![change], &actor.origin(now))
            .await?;
        match recorded.into_iter().next() {
            Some(change) => Ok(change.task),
            None => Err(StoreError::Internal("a recorded change was not answered".into())),
        }
    }
}
