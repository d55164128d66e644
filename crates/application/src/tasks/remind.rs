use taskwell_domain::RequestId;

use super::{Tasks, failures::Failures, system::system};
use crate::{
    Error,
    ports::{Job, Recording, StoreError},
};

/// How many reminders are sent in one run: a fraction of the time that a run has.
const SENT_AT_ONCE: u32 = 200;

impl Tasks {
    /// Whether it is time to remind anybody of anything.
    ///
    /// # Errors
    /// None of its own.
    pub async fn has_reminders(&self) -> Result<bool, Error> {
        let due = self.store.find_due_reminders(self.clock.now(), 1).await?;
        Ok(!due.is_empty())
    }

    /// Reminds of what it is time for, those first that have waited longest; how many were sent. What is left is
    /// for the next run. Each is sent once, as a change that rests on the task as it was found, however many servers
    /// do this at once, and whenever one of them dies.
    ///
    /// # Errors
    /// [`Error::Internal`] once the others are sent, if it failed for some: which ones, and why.
    pub async fn send_reminders(&self, run: &RequestId) -> Result<u64, Error> {
        let due = self
            .store
            .find_due_reminders(self.clock.now(), SENT_AT_ONCE)
            .await?;
        let (mut sent, mut failures) = (0, Failures::default());
        for task in due {
            let task = match task {
                Ok(task) => task,
                Err(error) => {
                    failures.note(&error);
                    continue;
                }
            };
            let now = self.clock.now();
            let Some(change) = task.remind(now) else {
                continue;
            };
            let recording = Recording {
                changes: vec![change],
                origin: system(&task.user_id, Job::Reminders, run).origin(now),
                expects: None,
                answer: None,
            };
            // One at a time: who changes one task meanwhile holds up none of the others.
            match self.store.record(&task.user_id, recording).await {
                Ok(_) => sent += 1,
                // Somebody changed it, another server was faster, or the owner is gone.
                Err(StoreError::Stale | StoreError::NotFound) => {}
                Err(away @ StoreError::Unavailable(_)) => return Err(away.into()),
                // The others are reminded all the same.
                Err(error) => failures.note_of(&task, &error),
            }
        }
        failures.unless_any(sent)
    }
}
