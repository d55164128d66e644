use std::{
    fmt,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use opentelemetry_otlp::SpanExporter;
use opentelemetry_sdk::{
    Resource,
    error::OTelSdkResult,
    trace::{self, SpanData},
};

/// Sends spans to the collector, and tells once that it takes none, and not for each batch.
pub(super) struct Collector {
    exporter: SpanExporter,
    refuses: AtomicBool,
}

impl Collector {
    pub(super) fn new(exporter: SpanExporter) -> Self {
        Self {
            exporter,
            refuses: AtomicBool::new(false),
        }
    }
}

impl trace::SpanExporter for Collector {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let outcome = self.exporter.export(batch).await;
        let refused_before = self.refuses.swap(outcome.is_err(), Ordering::Relaxed);
        match &outcome {
            Ok(()) if refused_before => tracing::info!("the collector takes traces again"),
            Err(error) if !refused_before => {
                tracing::warn!(%error, "the collector does not take traces, which are lost meanwhile");
            }
            _ => {}
        }
        outcome
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}

impl fmt::Debug for Collector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Collector(…)")
    }
}
