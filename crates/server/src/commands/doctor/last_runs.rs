use std::fmt;

use serde::Serialize;
use taskwell_application::ports::{Clock, Job, JobRun, JobStore};
use taskwell_domain::Timestamp;
use taskwell_infrastructure::{Database, SqlJobStore, SystemClock};

/// How the last run of a job went.
#[derive(Serialize)]
pub(super) struct LastRun {
    name: &'static str,
    state: State,
    began_at: Option<Timestamp>,
    ended_at: Option<Timestamp>,
    /// How many things it did.
    done: Option<u64>,
    failure: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    NeverRan,
    Running,
    /// Its server was not heard of again.
    Lost,
    Done,
    Failed,
}

/// Every job; none where the database has no place for them.
pub(super) async fn last_runs(database: &Database) -> Vec<LastRun> {
    let now = SystemClock.now();
    match SqlJobStore::new(database.clone()).last_runs().await {
        Err(_) => Vec::new(),
        Ok(runs) => {
            let of = |job: &Job| LastRun::of(*job, runs.iter().find(|run| run.job == *job), now);
            Job::ALL.iter().map(of).collect()
        }
    }
}

impl LastRun {
    fn of(job: Job, run: Option<&JobRun>, now: Timestamp) -> Self {
        let end = run.and_then(|run| run.end.as_ref());
        let outcome = end.map(|end| &end.outcome);
        Self {
            name: job.as_str(),
            state: match (run, outcome) {
                (None, _) => State::NeverRan,
                (_, Some(Ok(_))) => State::Done,
                (_, Some(Err(_))) => State::Failed,
                (Some(run), None) if run.leased_until <= now => State::Lost,
                (Some(_), None) => State::Running,
            },
            began_at: run.map(|run| run.began_at),
            ended_at: end.map(|end| end.at),
            done: outcome.and_then(|outcome| outcome.as_ref().ok().copied()),
            failure: outcome.and_then(|outcome| outcome.as_ref().err().cloned()),
        }
    }
}

/// For people.
impl fmt::Display for LastRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<16}  ", self.name)?;
        let Some(began_at) = self.began_at else {
            return f.write_str("never ran");
        };
        write!(f, "began {began_at}, ")?;
        match (&self.state, self.done, &self.failure) {
            (State::Running, ..) => f.write_str("is running"),
            (_, Some(done), _) => write!(f, "did {done}"),
            (_, _, Some(failure)) => write!(f, "failed: {failure}"),
            _ => f.write_str("was not heard of again"),
        }
    }
}
