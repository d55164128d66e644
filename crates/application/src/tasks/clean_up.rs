use std::time::Duration;

use taskwell_domain::{RequestId, Task, TaskChange};

use super::{Tasks, failures::Failures, system::system};
use crate::{
    Error,
    ports::{Job, KeptAnswer, Recording, StoreError},
};

/// How many tasks are purged in one step.
const PURGED_AT_ONCE: u32 = 500;

/// How long what is gone is remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaskMemory {
    /// How long a task stays in the trash.
    pub trash: Duration,
    /// How long the log of changes goes back.
    pub log: Duration,
}

impl Tasks {
    /// Forgets, for all users, entries of the log that are older than that; how many. Several servers may do this
    /// at once.
    ///
    /// # Errors
    /// None of its own.
    pub async fn forget_changes(&self, kept: Duration) -> Result<u64, Error> {
        Ok(self.store.forget_changes(self.clock.now().before(kept)).await?)
    }

    /// Forgets, for all users, answers that were remembered for long enough; how many.
    ///
    /// # Errors
    /// None of its own.
    pub async fn forget_answers(&self) -> Result<u64, Error> {
        let before = self.clock.now().before(KeptAnswer::LIFETIME);
        Ok(self.store.forget_answers(before).await?)
    }

    /// Purges, for all users, what has been in the trash for that long; how many tasks. Several servers may do this
    /// at once.
    ///
    /// # Errors
    /// [`Error::Internal`] once the others are purged, if it failed for some: which ones, and why.
    pub async fn purge_trash(&self, kept: Duration, run: &RequestId) -> Result<u64, Error> {
        let mut purged = 0;
        loop {
            let now = self.clock.now();
            let (mut expired, mut failures) = (Vec::new(), Failures::default());
            for task in self.store.find_expired(now.before(kept), PURGED_AT_ONCE).await? {
                match task {
                    Ok(task) => expired.push(task),
                    Err(error) => failures.note(&error),
                }
            }
            let before = purged;
            // Those of one owner can be purged together.
            expired.sort_unstable_by(|a, b| a.user_id.as_str().cmp(b.user_id.as_str()));
            for tasks in expired.chunk_by(|a, b| a.user_id == b.user_id) {
                let Some(first) = tasks.first() else {
                    continue;
                };
                let changes: Vec<TaskChange> =
                    tasks.iter().filter_map(|task: &Task| task.purge(now)).collect();
                let recording = Recording {
                    changes,
                    origin: system(&first.user_id, Job::Trash, run).origin(now),
                    expects: None,
                    answer: None,
                };
                match self.store.record(&first.user_id, recording).await {
                    Ok(done) => purged += done.len() as u64,
                    // Somebody restored one, another server was faster, or the owner is gone.
                    Err(StoreError::Stale | StoreError::NotFound) => {}
                    Err(away @ StoreError::Unavailable(_)) => return Err(away.into()),
                    // What others have in the trash is purged all the same.
                    Err(error) => failures.note_of(first, &error),
                }
            }
            if purged == before {
                return failures.unless_any(purged);
            }
        }
    }
}
