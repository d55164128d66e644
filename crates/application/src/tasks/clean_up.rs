use std::time::Duration;

use taskwell_domain::{ActorKind, ChangeActor, RequestId, Task, TaskChange, UserId};

use super::Tasks;
use crate::{
    Actor, Error,
    ports::{KeptAnswer, Recording, StoreError},
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

/// What was cleaned up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CleanedUpTasks {
    /// Tasks that went from the trash for good.
    pub purged: u64,
    /// Changes that were forgotten.
    pub changes: u64,
    /// Answers that were forgotten.
    pub answers: u64,
}

impl Tasks {
    /// Forgets, for all users, what has been gone for long enough. Several servers may do this at once.
    ///
    /// # Errors
    /// None of its own.
    pub async fn clean_up(&self, memory: TaskMemory) -> Result<CleanedUpTasks, Error> {
        let now = self.clock.now();
        // Where one fails, the others are done all the same.
        let purged = self.purge_expired(memory).await;
        let changes = self.store.forget_changes(now.before(memory.log)).await;
        let answers = self.store.forget_answers(now.before(KeptAnswer::LIFETIME)).await;
        Ok(CleanedUpTasks {
            purged: purged?,
            changes: changes?,
            answers: answers?,
        })
    }

    async fn purge_expired(&self, memory: TaskMemory) -> Result<u64, Error> {
        let mut purged = 0;
        loop {
            let now = self.clock.now();
            let expired = self
                .store
                .find_expired(now.before(memory.trash), PURGED_AT_ONCE)
                .await?;
            if expired.is_empty() {
                return Ok(purged);
            }
            let before = purged;
            for tasks in expired.chunk_by(|a, b| a.user_id == b.user_id) {
                let Some(owner) = tasks.first().map(|task| &task.user_id) else {
                    continue;
                };
                let changes: Vec<TaskChange> =
                    tasks.iter().filter_map(|task: &Task| task.purge(now)).collect();
                let recording = Recording {
                    changes,
                    origin: system(owner, self.ids.request_id()).origin(now),
                    expects: None,
                    answer: None,
                };
                match self.store.record(owner, recording).await {
                    Ok(done) => purged += done.len() as u64,
                    // Somebody restored one, another server was faster, or the owner is gone.
                    Err(StoreError::Stale | StoreError::NotFound) => {}
                    Err(error) => return Err(error.into()),
                }
            }
            if purged == before {
                return Ok(purged);
            }
        }
    }
}

/// The server itself.
fn system(owner: &UserId, request_id: RequestId) -> Actor {
    Actor {
        user_id: owner.clone(),
        via: ChangeActor {
            kind: ActorKind::System,
            id: "clean-up".to_owned(),
        },
        request_id,
    }
}
