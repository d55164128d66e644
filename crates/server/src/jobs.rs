//! When the server does what it does by itself.

use std::{sync::Arc, time::Duration};

use taskwell_application::{
    Error, Jobs,
    ports::{Job, RequestLimit},
};
use tokio::{
    sync::watch,
    task::JoinSet,
    time::{Instant, Interval, MissedTickBehavior, interval, timeout_at},
};

use crate::{output, telemetry::Metrics};

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
            running.spawn(do_regularly(
                jobs.clone(),
                Log::of(*job, metrics),
                Ticks::of(job.every(), &stopping),
            ));
        }
        running.spawn(remind(
            jobs.clone(),
            Log::of(Job::Reminders, metrics),
            Ticks::of(LOOK_EVERY, &stopping),
        ));
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

async fn do_regularly(jobs: Jobs, mut log: Log, mut ticks: Ticks) {
    let job = log.job;
    if ticks.next().await {
        log.run(jobs.run_again(job)).await;
    }
    while ticks.next().await {
        log.run(jobs.run(job)).await;
    }
}

async fn remind(jobs: Jobs, mut log: Log, mut looks: Ticks) {
    while looks.next().await {
        // One run sends so many; what is left does not wait for the next look.
        while log.run(jobs.remind()).await > 0 && !*looks.stopping.borrow() {}
    }
}

async fn tidy(requests: Arc<dyn RequestLimit>, mut ticks: Ticks) {
    while ticks.next().await {
        requests.forget();
    }
}

/// Tells how a job goes; that it fails once, and not every second.
struct Log {
    job: Job,
    fails: bool,
    metrics: Option<Arc<Metrics>>,
}

impl Log {
    fn of(job: Job, metrics: Option<&Arc<Metrics>>) -> Self {
        Self {
            job,
            fails: false,
            metrics: metrics.cloned(),
        }
    }

    /// Waits for a run; how many things were done.
    async fn run(&mut self, run: impl Future<Output = Result<Option<u64>, Error>>) -> u64 {
        let begun = Instant::now();
        let outcome = run.await;
        // What another server does is noted there.
        if let Some(metrics) = &self.metrics
            && !matches!(outcome, Ok(None))
        {
            metrics.job_done(self.job, outcome.is_ok(), begun.elapsed());
        }
        self.note(outcome)
    }

    fn note(&mut self, outcome: Result<Option<u64>, Error>) -> u64 {
        let (job, failed_before) = (self.job.as_str(), self.fails);
        self.fails = outcome.is_err();
        match outcome {
            Ok(done) => {
                if failed_before {
                    tracing::info!(job, "the job can be done again");
                }
                let done = done.unwrap_or_default();
                if done > 0 {
                    tracing::debug!(job, done, "did a job");
                }
                done
            }
            Err(error) => {
                if !failed_before {
                    let error = output::told(&error);
                    tracing::warn!(job, error, "a job failed, it is tried again");
                }
                0
            }
        }
    }
}
