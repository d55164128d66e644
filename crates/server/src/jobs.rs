//! When the server does what it does by itself.

use std::{
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures_util::FutureExt;
use taskwell_application::{
    Error, ErrorCode, Jobs,
    ports::{Job, RequestLimit},
    told,
};
use tokio::{
    sync::watch,
    task::JoinSet,
    time::{Instant, Interval, MissedTickBehavior, interval, timeout_at},
};

use crate::telemetry::Metrics;

/// How often it is looked whether it is time to remind anybody.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// What only this process knows is tidied up this often.
const TIDY_EVERY: Duration = Duration::from_secs(10 * 60);

/// The jobs, each at its own times, until they are told to stop.
pub(crate) struct RunningJobs {
    stopping: watch::Sender<bool>,
    running: JoinSet<()>,
}

impl RunningJobs {
    /// Does every job at once, and then again and again.
    pub(crate) fn start(
        jobs: &Jobs,
        requests: Arc<dyn RequestLimit>,
        metrics: Option<&Arc<Metrics>>,
    ) -> Self {
        let (stopping, _) = watch::channel(false);
        let mut running = JoinSet::new();
        for job in Job::ALL {
            let log = Log::of(*job, metrics);
            if *job == Job::Reminders {
                let looks = Ticks::of(LOOK_EVERY, &stopping);
                running.spawn(remind(jobs.clone(), looks, log.clone()));
            }
            let ticks = Ticks::of(job.every(), &stopping);
            running.spawn(do_regularly(jobs.clone(), *job, ticks, log));
        }
        running.spawn(tidy(requests, Ticks::of(TIDY_EVERY, &stopping)));
        Self { stopping, running }
    }

    /// From now on nothing begins any more.
    pub(crate) fn begin_to_stop(&self) {
        self.stopping.send_replace(true);
    }

    /// Waits for what has begun, until then; what takes longer is dropped, and done by whoever comes next.
    pub(crate) async fn stopped_by(mut self, end: Instant) {
        self.begin_to_stop();
        let all = async { while self.running.join_next().await.is_some() {} };
        if timeout_at(end, all).await.is_err() {
            tracing::warn!("a job was not done in time, it is left to the next server");
        }
    }
}

/// Times that come again and again, until the server stops.
struct Ticks {
    interval: Interval,
    stopping: watch::Receiver<bool>,
}

impl Ticks {
    /// The first comes at once.
    fn of(every: Duration, stopping: &watch::Sender<bool>) -> Self {
        let mut interval = interval(every);
        interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self {
            interval,
            stopping: stopping.subscribe(),
        }
    }

    /// Waits for the next, and tells whether there is one.
    async fn next(&mut self) -> bool {
        tokio::select! {
            biased;
            _ = self.stopping.wait_for(|stopping| *stopping) => false,
            _ = self.interval.tick() => true,
        }
    }
}

async fn do_regularly(jobs: Jobs, job: Job, mut ticks: Ticks, log: Log) {
    if ticks.next().await {
        log.follow(jobs.run_again(job)).await;
    }
    while ticks.next().await {
        log.follow(jobs.run(job)).await;
    }
}

async fn remind(jobs: Jobs, mut looks: Ticks, log: Log) {
    while looks.next().await {
        // One run sends so many; what is left does not wait for the next look.
        while log.follow(jobs.remind()).await > 0 && !*looks.stopping.borrow() {}
    }
}

async fn tidy(requests: Arc<dyn RequestLimit>, mut ticks: Ticks) {
    while ticks.next().await {
        requests.forget();
    }
}

/// Tells how a job goes; that it fails in the same way once, and not every second.
#[derive(Clone)]
struct Log {
    job: Job,
    failure: Arc<Mutex<Option<String>>>,
    metrics: Option<Arc<Metrics>>,
}

impl Log {
    fn of(job: Job, metrics: Option<&Arc<Metrics>>) -> Self {
        Self {
            job,
            failure: Arc::default(),
            metrics: metrics.cloned(),
        }
    }

    /// How many things were done in that run.
    async fn follow(&self, run: impl Future<Output = Result<Option<u64>, Error>>) -> u64 {
        let begun = Instant::now();
        // A panic is a fault of the program; it must not be the last run.
        let outcome = AssertUnwindSafe(run).catch_unwind().await;
        let outcome = outcome.unwrap_or_else(|_| Err(Error::Internal("the job panicked".into())));
        // What another server does is noted there.
        if let Some(metrics) = &self.metrics
            && !matches!(outcome, Ok(None))
        {
            metrics.job_done(self.job, outcome.is_ok(), begun.elapsed());
        }
        self.note(outcome)
    }

    fn note(&self, outcome: Result<Option<u64>, Error>) -> u64 {
        let job = self.job.as_str();
        let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        match outcome {
            // There was nothing to do, or another server is at it.
            Ok(None) => 0,
            Ok(Some(done)) => {
                if failure.take().is_some() {
                    tracing::info!(job, "the job can be done again");
                }
                if done > 0 {
                    tracing::debug!(job, done, "did a job");
                }
                done
            }
            Err(error) => {
                let told = told(&error);
                // What is away can be so in several ways, one after the other.
                let is_away = error.code() == ErrorCode::Unavailable;
                if failure.as_ref().is_none_or(|before| *before != told && !is_away) {
                    tracing::warn!(job, error = told, "a job failed, it is tried again");
                }
                *failure = Some(told);
                0
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_job_that_panics_has_failed_and_is_done_again() {
        let log = Log::of(Job::Trash, None);
        assert_eq!(log.follow(async { panic!("on purpose") }).await, 0);
        let failure = || log.failure.lock().unwrap().clone();
        assert!(failure().unwrap().ends_with("the job panicked"));
        assert_eq!(log.follow(async { Ok(Some(3)) }).await, 3);
        assert_eq!(failure(), None);
    }

    #[tokio::test]
    async fn what_another_server_does_tells_nothing_of_a_failure() {
        let log = Log::of(Job::Reminders, None);
        log.follow(async { Err(Error::Conflict) }).await;
        assert_eq!(log.follow(async { Ok(None) }).await, 0);
        assert!(log.failure.lock().unwrap().is_some());
    }
}
