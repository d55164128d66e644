use std::sync::Arc;

use tracing::{
    Event, Level, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{Layer, filter::Targets, layer::Context, registry::LookupSpan};

use super::Metrics;

/// Counts how long it took to get a connection, which the pools of sqlx say in an event and nowhere else.
pub(super) struct ConnectionWaits(Arc<Metrics>);

impl ConnectionWaits {
    pub(super) fn layer<S>(metrics: Arc<Metrics>) -> impl Layer<S>
    where
        S: Subscriber + for<'span> LookupSpan<'span>,
    {
        let said_here = Targets::new().with_target("sqlx::pool::acquire", Level::INFO);
        Self(metrics).with_filter(said_here)
    }
}

impl<S: Subscriber> Layer<S> for ConnectionWaits {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        event.record(&mut Waited(&self.0));
    }
}

/// Looks for the time among what an event has.
struct Waited<'a>(&'a Metrics);

impl Visit for Waited<'_> {
    fn record_f64(&mut self, field: &Field, seconds: f64) {
        if field.name() == "acquired_after_secs" {
            self.0.connection_waits.observe(seconds);
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}
