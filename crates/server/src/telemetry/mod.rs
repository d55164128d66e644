//! What the server tells of its work: a log on standard error, and metrics and traces for those who collect them.

mod collector;
mod inside;
mod log;
mod metrics;
mod observer;
mod scrape;
mod traces;

use std::sync::Arc;

use taskwell_infrastructure::Database;
use taskwell_web::Observer;
use tracing_subscriber::{layer::SubscriberExt, util::SubscriberInitExt};

use self::observer::Watch;
pub(crate) use self::{
    inside::Inside,
    log::{format, start},
    metrics::Metrics,
    scrape::MetricsListener,
    traces::Traces,
};
use crate::{
    commands::CommandError,
    settings::{LogSettings, TelemetrySettings},
};

/// Who counts and who traces, where the settings ask for it.
#[derive(Clone)]
pub(crate) struct Telemetry {
    pub(crate) metrics: Option<Arc<Metrics>>,
    pub(crate) traces: Option<Traces>,
}

impl Telemetry {
    /// From now on events are written to the log, and what is done is counted and traced if it should be.
    ///
    /// # Errors
    /// Nothing can be counted, or sent to the collector.
    pub(crate) fn start(log: &LogSettings, settings: &TelemetrySettings) -> Result<Self, CommandError> {
        let metrics = settings.metrics_port.map(|_| Metrics::new()).transpose();
        let metrics = metrics
            .map_err(|error| CommandError::because("nothing can be counted", error))?
            .map(Arc::new);
        let traces = settings.otlp_endpoint.as_ref().map(Traces::to).transpose()?;
        tracing_subscriber::registry()
            .with(traces.as_ref().map(Traces::layer))
            .with(log::layer(log))
            .init();
        Ok(Self { metrics, traces })
    }

    /// The database, of which every statement is counted and traced from now on.
    pub(crate) fn watch(&self, database: Database) -> Database {
        match self.watched() {
            Some(watch) => database.watched(watch),
            None => database,
        }
    }

    /// Who is told of requests and streams.
    pub(crate) fn observer(&self) -> Option<Arc<dyn Observer>> {
        self.watched().map(|watch| Arc::new(watch) as Arc<dyn Observer>)
    }

    fn watched(&self) -> Option<Watch> {
        (self.metrics.is_some() || self.traces.is_some()).then(|| Watch(self.clone()))
    }
}
