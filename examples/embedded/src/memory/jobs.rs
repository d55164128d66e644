//! Jobs in memory.

use async_trait::async_trait;
use taskwell_application::ports::{Job, JobRun, JobStore, NewRun, RunEnd, StoreError};
use taskwell_domain::RequestId;

use super::MemoryStorage;

/// There may be several at it here as well: nothing says how many threads do the jobs.
#[async_trait]
impl JobStore for MemoryStorage {
    async fn begin(&self, job: Job, run: &NewRun) -> Result<bool, StoreError> {
        let jobs = &mut self.lock().jobs;
        let is_free = jobs.get(&job).is_none_or(|(_, last)| {
            let is_over = last.end.is_some() || last.leased_until <= run.at;
            is_over && last.began_at <= run.unless_after || last.began_at >= run.leased_until
        });
        if is_free {
            let begun = JobRun {
                job,
                began_at: run.at,
                leased_until: run.leased_until,
                end: None,
            };
            jobs.insert(job, (run.id.clone(), begun));
        }
        Ok(is_free)
    }

    async fn end(&self, job: Job, run: &RequestId, end: &RunEnd) -> Result<(), StoreError> {
        let jobs = &mut self.lock().jobs;
        if let Some((_, last)) = jobs.get_mut(&job).filter(|(id, _)| id == run) {
            last.end = Some(end.clone());
        }
        Ok(())
    }

    async fn last_runs(&self) -> Result<Vec<JobRun>, StoreError> {
        let jobs = &self.lock().jobs;
        Ok(jobs.values().map(|(_, last)| last.clone()).collect())
    }
}
