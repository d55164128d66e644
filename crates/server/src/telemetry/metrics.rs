//! The metrics. `docs/operations.md` has what each of them means; names follow the semantic conventions of
//! OpenTelemetry where those have one, as Prometheus writes them.

use std::time::Duration;

use prometheus::{
    Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry,
    Result, TextEncoder, core::Collector, process_collector::ProcessCollector,
};
use taskwell_application::ports::{Clock, Job};
use taskwell_infrastructure::SystemClock;

use super::{
    inside::Inside,
    observer::{KINDS_OF_STREAMS, word},
};

/// Answers of requests, in seconds: most take less than a few milliseconds.
const OF_REQUESTS: [f64; 14] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
];

/// Statements, and waiting for a connection, in seconds.
const OF_STATEMENTS: [f64; 14] = [
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0,
];

/// Jobs, in seconds.
const OF_JOBS: [f64; 7] = [0.001, 0.01, 0.1, 1.0, 10.0, 60.0, 300.0];

/// All metrics of the process. No label has the id of anybody or anything, or a text of a client.
pub(crate) struct Metrics {
    registry: Registry,
    pub(super) requests: HistogramVec,
    pub(super) statements: HistogramVec,
    pub(super) connection_waits: Histogram,
    pub(super) streams: IntGaugeVec,
    pub(super) streams_ended: IntCounterVec,
    job_runs: HistogramVec,
    job_failures: IntCounterVec,
    job_successes: IntGaugeVec,
    connections: IntGaugeVec,
    connections_max: IntGaugeVec,
    passwords: IntGaugeVec,
    passwords_refused: IntCounter,
    key_set_fetches: IntCounterVec,
}

impl Metrics {
    /// Everything that can be counted stands at zero.
    ///
    /// # Errors
    /// None that could be: the names and labels are good, and no name is there twice.
    pub(crate) fn new() -> Result<Self> {
        let registry = Registry::new();
        let metrics = Self {
            requests: histograms(
                &registry,
                "http_server_request_duration_seconds",
                "From the head of a request until that of its answer",
                &OF_REQUESTS,
                &["http_request_method", "http_route", "http_response_status_code"],
            )?,
            statements: histograms(
                &registry,
                "db_client_operation_duration_seconds",
                "Statements, without waiting for a connection",
                &OF_STATEMENTS,
                &["db_system_name", "db_operation_name"],
            )?,
            connection_waits: kept(
                &registry,
                Histogram::with_opts(
                    HistogramOpts::new(
                        "db_client_connection_wait_time_seconds",
                        "Waiting for a connection to the database until there was one",
                    )
                    .buckets(OF_STATEMENTS.to_vec()),
                )?,
            )?,
            streams: gauges(
                &registry,
                "taskwell_streams",
                "Streams of changes that are open",
                &["kind"],
            )?,
            streams_ended: counters(
                &registry,
                "taskwell_streams_ended_total",
                "Streams of changes that are over",
                &["kind", "reason"],
            )?,
            job_runs: histograms(
                &registry,
                "taskwell_job_duration_seconds",
                "Runs of the jobs on this server",
                &OF_JOBS,
                &["name"],
            )?,
            job_failures: counters(
                &registry,
                "taskwell_job_failures_total",
                "Runs of the jobs on this server that failed",
                &["name"],
            )?,
            job_successes: gauges(
                &registry,
                "taskwell_job_last_success_timestamp_seconds",
                "When a run of the job on this server last succeeded, in Unix time",
                &["name"],
            )?,
            connections: gauges(
                &registry,
                "db_client_connection_count",
                "Connections to the database that are open",
                &["db_client_connection_pool_name", "db_client_connection_state"],
            )?,
            connections_max: gauges(
                &registry,
                "db_client_connection_max",
                "Connections to the database that there may be",
                &["db_client_connection_pool_name"],
            )?,
            passwords: gauges(
                &registry,
                "taskwell_password_hashes",
                "Passwords that are being hashed or wait for it",
                &["state"],
            )?,
            passwords_refused: kept(
                &registry,
                IntCounter::new(
                    "taskwell_password_hashes_refused_total",
                    "Passwords that were not hashed because too many waited",
                )?,
            )?,
            key_set_fetches: counters(
                &registry,
                "taskwell_key_set_fetches_total",
                "Fetches of the keys of other issuers",
                &["issuer", "result"],
            )?,
            registry,
        };
        let build = Opts::new("taskwell_build_info", "Which program this is; always 1")
            .const_label("version", env!("CARGO_PKG_VERSION"));
        kept(&metrics.registry, IntGauge::with_opts(build)?)?.set(1);
        metrics
            .registry
            .register(Box::new(ProcessCollector::for_self()))?;
        // What has never happened is to be seen as well.
        for kind in KINDS_OF_STREAMS {
            metrics.streams.with_label_values(&[word(kind)]);
        }
        for job in Job::ALL {
            metrics.job_failures.with_label_values(&[job.as_str()]);
        }
        Ok(metrics)
    }

    /// A run of a job is over.
    pub(crate) fn job_done(&self, job: Job, succeeded: bool, took: Duration) {
        let label = [job.as_str()];
        self.job_runs
            .with_label_values(&label)
            .observe(took.as_secs_f64());
        if succeeded {
            let now = SystemClock.now().as_datetime().timestamp();
            self.job_successes.with_label_values(&label).set(now);
        } else {
            self.job_failures.with_label_values(&label).inc();
        }
    }

    /// All of them as Prometheus reads them (text format 0.0.4), with what there is to be seen inside at the moment.
    pub(super) fn tell(&self, inside: &Inside) -> Result<String> {
        self.look(inside);
        TextEncoder::new().encode_to_string(&self.registry.gather())
    }

    /// What is not counted as it happens.
    fn look(&self, inside: &Inside) {
        let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        for pool in inside.database.connections() {
            for (state, count) in [("idle", pool.idle), ("used", pool.used)] {
                let label = [pool.pool, state];
                self.connections.with_label_values(&label).set(number(count));
            }
            self.connections_max
                .with_label_values(&[pool.pool])
                .set(number(pool.max));
        }
        let queue = inside.passwords.queue();
        for (state, count) in [("waiting", queue.waiting), ("working", queue.working)] {
            self.passwords.with_label_values(&[state]).set(number(count));
        }
        self.passwords_refused.reset();
        self.passwords_refused.inc_by(queue.refused);
        self.key_set_fetches.reset();
        for (issuer, fetches) in inside.outside_tokens.fetches() {
            for (result, count) in [("answered", fetches.answered), ("failed", fetches.failed)] {
                let label = [issuer.as_str(), result];
                // Several issuers may share a name.
                self.key_set_fetches.with_label_values(&label).inc_by(count);
            }
        }
    }
}

/// The same collector, once the registry has it too.
fn kept<C: Collector + Clone + 'static>(registry: &Registry, collector: C) -> Result<C> {
    registry.register(Box::new(collector.clone()))?;
    Ok(collector)
}

fn histograms(
    registry: &Registry,
    name: &str,
    help: &str,
    buckets: &[f64],
    labels: &[&str],
) -> Result<HistogramVec> {
    let opts = HistogramOpts::new(name, help).buckets(buckets.to_vec());
    kept(registry, HistogramVec::new(opts, labels)?)
}

fn counters(registry: &Registry, name: &str, help: &str, labels: &[&str]) -> Result<IntCounterVec> {
    kept(registry, IntCounterVec::new(Opts::new(name, help), labels)?)
}

fn gauges(registry: &Registry, name: &str, help: &str, labels: &[&str]) -> Result<IntGaugeVec> {
    kept(registry, IntGaugeVec::new(Opts::new(name, help), labels)?)
}
