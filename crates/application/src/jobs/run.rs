use taskwell_domain::{RequestId, Timestamp};

use super::Jobs;
use crate::{
    Error,
    ports::{Job, NewRun, RunEnd},
    told,
};

impl Jobs {
    /// Does that job; how many things were done, or `None` if another server is at it or began it less than half
    /// its time ago. A run that takes longer than its lease may get company, which does no harm: every step is safe
    /// with several at it.
    ///
    /// # Errors
    /// None of its own.
    pub async fn run(&self, job: Job) -> Result<Option<u64>, Error> {
        // Servers look at their own times, which come and go a little early or late.
        let pause = job.every() / 2;
        self.run_unless_after(job, self.clock.now().before(pause)).await
    }

    /// Does that job as [`Jobs::run`], however lately it was done.
    ///
    /// # Errors
    /// None of its own.
    pub async fn run_again(&self, job: Job) -> Result<Option<u64>, Error> {
        self.run_unless_after(job, self.clock.now()).await
    }

    /// Reminds of what it is time for; how many were sent, or `None` if there is nothing or another server is at it.
    /// Where there is nothing, this is one question to the storage.
    ///
    /// # Errors
    /// None of its own.
    pub async fn remind(&self) -> Result<Option<u64>, Error> {
        match self.tasks.has_reminders().await? {
            true => self.run_again(Job::Reminders).await,
            false => Ok(None),
        }
    }

    async fn run_unless_after(&self, job: Job, unless_after: Timestamp) -> Result<Option<u64>, Error> {
        let (id, at) = (self.ids.request_id(), self.clock.now());
        let run = NewRun {
            id: id.clone(),
            at,
            leased_until: at.after(job.lease()),
            unless_after,
        };
        if !self.store.begin(job, &run).await? {
            return Ok(None);
        }
        let outcome = self.do_it(job, &id).await;
        let end = RunEnd {
            at: self.clock.now(),
            outcome: outcome.as_ref().copied().map_err(|error| told(error)),
        };
        self.store.end(job, &id, &end).await?;
        outcome.map(Some)
    }

    async fn do_it(&self, job: Job, run: &RequestId) -> Result<u64, Error> {
        match job {
            Job::Reminders => self.tasks.send_reminders(run).await,
            Job::Trash => self.tasks.purge_trash(self.memory.trash, run).await,
            Job::Changes => self.tasks.forget_changes(self.memory.log).await,
            Job::IdempotencyKeys => self.tasks.forget_answers().await,
            Job::Sessions => Ok(self.identity.clean_up().await?.all()),
        }
    }
}
