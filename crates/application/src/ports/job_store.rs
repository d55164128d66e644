use async_trait::async_trait;
use taskwell_domain::{RequestId, Timestamp};

use super::StoreError;

taskwell_domain::words! {
    /// What the servers do by themselves, one of them at a time.
    pub enum Job {
        /// Reminds of tasks whose time has come.
        Reminders => "reminders",
        /// Purges what has been in the trash for long enough.
        Trash => "trash",
        /// Forgets old entries of the logs of changes.
        Changes => "changes",
        /// Forgets answers that were remembered for requests that come again.
        IdempotencyKeys => "idempotency_keys",
        /// Forgets sessions and tokens that are over, counts of tries, and the oldest of the audit trail.
        Sessions => "sessions",
    }
}

/// Shares the jobs among all servers that use the storage: who begins a run of a job has it to itself until it
/// ends, or until the lease of a server that died is over.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait JobStore: Send + Sync {
    /// Begins a run of that job and tells whether it did: not if the lease of the last one is not over, nor if that
    /// one began after `run.unless_after`; a run that began only when this one's lease is over had a clock that is
    /// wrong, and holds up nobody. However many call this at once, one of them begins.
    async fn begin(&self, job: Job, run: &NewRun) -> Result<bool, StoreError>;

    /// Ends that run, and with it its lease. If another one has begun since, this changes nothing.
    async fn end(&self, job: Job, run: &RequestId, end: &RunEnd) -> Result<(), StoreError>;

    /// The last run of each job that ever ran, in no order.
    async fn last_runs(&self) -> Result<Vec<JobRun>, StoreError>;
}

/// A run that is to begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRun {
    /// What it is known by, in the log of what it changes too.
    pub id: RequestId,
    /// When it begins.
    pub at: Timestamp,
    /// From then on another run may begin, whether or not this one has ended.
    pub leased_until: Timestamp,
    /// It is not needed if one began later than this.
    pub unless_after: Timestamp,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunEnd {
    /// When.
    pub at: Timestamp,
    /// How many things it did, or why it failed.
    pub outcome: Result<u64, String>,
}

/// The last run of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobRun {
    /// The job.
    pub job: Job,
    /// When it began.
    pub began_at: Timestamp,
    /// Until when nobody else does the job while this run has not ended.
    pub leased_until: Timestamp,
    /// How it ended; `None` while it runs, and for ever if its server died.
    pub end: Option<RunEnd>,
}
