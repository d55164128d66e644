//! Traces: a span for each request and for each of its statements, told to a collector by OTLP over HTTP. Attributes
//! follow the semantic conventions of OpenTelemetry.

use std::{io, thread, time::SystemTime};

use actix_web::http::header::{HeaderMap, HeaderName};
use opentelemetry::{
    Context, KeyValue,
    propagation::{Extractor, TextMapPropagator},
    trace::{Span as _, SpanBuilder, SpanKind, Status, TraceContextExt, Tracer, TracerProvider},
};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::{
    Resource,
    propagation::TraceContextPropagator,
    trace::{SdkTracer, SdkTracerProvider, Span},
};
use taskwell_infrastructure::StatementRun;
use taskwell_web::Answered;
use tokio::{task::spawn_blocking, time::Instant};
use tracing::{Level, Metadata, Subscriber};
use tracing_opentelemetry::{OpenTelemetryLayer, OpenTelemetrySpanExt};
use tracing_subscriber::{Layer, filter::FilterFn, registry::LookupSpan};
use url::Url;

use super::collector::Collector;
use crate::{commands::CommandError, settings::address_for_traces};

/// What `edge` of the web adapter makes its spans as.
const OF_REQUESTS: &str = "taskwell_web::edge";

/// Where traces go.
#[derive(Clone)]
pub(crate) struct Traces {
    provider: SdkTracerProvider,
    tracer: SdkTracer,
}

impl Traces {
    /// To that collector.
    ///
    /// # Errors
    /// Nothing can be sent there from this machine.
    pub(crate) fn to(collector: &Url) -> Result<Self, CommandError> {
        let exporter = exporter(collector)
            .map_err(|error| CommandError::because("traces cannot be sent from here", error))?;
        let version = KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
        let resource = Resource::builder().with_attribute(version);
        // The variable that OpenTelemetry has for it goes before.
        let resource = match std::env::var_os("OTEL_SERVICE_NAME") {
            Some(_) => resource,
            None => resource.with_service_name("taskwell"),
        };
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(Collector::new(exporter))
            .with_resource(resource.build())
            .build();
        Ok(Self {
            tracer: provider.tracer("taskwell"),
            provider,
        })
    }

    /// Makes a span of each request, with the warnings and errors in it.
    pub(super) fn layer<S>(&self) -> impl Layer<S> + use<S>
    where
        S: Subscriber + for<'span> LookupSpan<'span>,
    {
        // Who asks whether something finer would be noted, and does not note it then (as sqlx does of each statement),
        // makes the filters overlook the next event. The hint answers before they are asked.
        let is_of_request = FilterFn::new(is_of_request).with_max_level_hint(Level::WARN);
        OpenTelemetryLayer::new(RequestTracer(self.tracer.clone()))
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_tracked_inactivity(false)
            .with_filter(is_of_request)
    }

    /// A request has come; the id of its trace, if it is traced. Whoever asks decides that, if they are traced.
    pub(super) fn begun(&self, span: &tracing::Span, headers: &HeaderMap) -> Option<String> {
        let asking = TraceContextPropagator::new().extract_with_context(&Context::new(), &Headers(headers));
        if asking.has_active_span() {
            // A span that nobody is interested in has no parent either.
            let _uninteresting = span.set_parent(asking);
        }
        let context = span.context();
        let context = context.span().span_context().clone();
        context.is_sampled().then(|| context.trace_id().to_string())
    }

    /// The request of that span has its answer.
    pub(super) fn answered(&self, span: &tracing::Span, answered: &Answered<'_>) {
        let context = span.context();
        let span = context.span();
        if !span.is_recording() {
            return;
        }
        let method = answered.method.as_str().to_owned();
        span.update_name(match answered.route {
            Some(route) => format!("{method} {route}"),
            None => method.clone(),
        });
        let status = i64::from(answered.status.as_u16());
        span.set_attribute(KeyValue::new("http.request.method", method));
        span.set_attribute(KeyValue::new("http.response.status_code", status));
        if let Some(route) = answered.route {
            span.set_attribute(KeyValue::new("http.route", route.to_owned()));
        }
        if let Some(user) = answered.user {
            span.set_attribute(KeyValue::new("user.id", user.to_string()));
        }
        if answered.status.is_server_error() {
            span.set_status(Status::error(""));
        }
    }

    /// A statement was run. Those of no request that is traced are left out.
    pub(super) fn statement(&self, run: &StatementRun<'_>, operation: &'static str) {
        Context::map_current(|context| {
            if !context.span().span_context().is_sampled() {
                return;
            }
            let end = now();
            let mut span = self
                .tracer
                .span_builder(operation)
                .with_kind(SpanKind::Client)
                .with_start_time(end - run.elapsed)
                .with_attributes([
                    KeyValue::new("db.system.name", run.system),
                    KeyValue::new("db.operation.name", operation),
                    KeyValue::new("db.query.text", run.sql.to_owned()),
                ])
                .start_with_context(&self.tracer, context);
            if run.failed {
                span.set_status(Status::error(""));
            }
            span.end_with_timestamp(end);
        });
    }

    /// Sends what has not been sent yet, as far as that is possible until then.
    pub(crate) async fn flushed_by(self, end: Instant) {
        let within = end.saturating_duration_since(Instant::now());
        let flushing = spawn_blocking(move || self.provider.shutdown_with_timeout(within));
        if let Ok(Err(error)) = flushing.await {
            tracing::warn!(%error, "the last traces are lost");
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "it is told when a span was, and nothing is decided by it; the clock of the rules has no microseconds"
)]
fn now() -> SystemTime {
    SystemTime::now()
}

fn is_of_request(metadata: &Metadata<'_>) -> bool {
    if metadata.is_span() {
        metadata.target() == OF_REQUESTS
    } else {
        *metadata.level() <= Level::WARN && metadata.target().starts_with("taskwell")
    }
}

/// What sends spans to the collector, on a thread of its own that may wait for it.
fn exporter(collector: &Url) -> Result<SpanExporter, Box<dyn std::error::Error + Send + Sync>> {
    let mut client = reqwest::blocking::Client::builder();
    if collector.scheme() == "http" {
        // So that a machine without certificates can do it, too.
        client = client.tls_certs_only([]);
    }
    // It starts a runtime, which it must not where there is one.
    let client = thread::spawn(|| client.build())
        .join()
        .map_err(|_| io::Error::other("the HTTP client cannot be made"))??;
    let exporter = SpanExporter::builder()
        .with_http()
        .with_http_client(client)
        .with_protocol(Protocol::HttpBinary)
        .with_endpoint(address_for_traces(collector));
    Ok(exporter.build()?)
}

/// Makes the spans of requests, which say so.
struct RequestTracer(SdkTracer);

impl Tracer for RequestTracer {
    type Span = Span;

    fn build_with_context(&self, builder: SpanBuilder, parent: &Context) -> Span {
        self.0
            .build_with_context(builder.with_kind(SpanKind::Server), parent)
    }
}

/// The headers of a request, for who looks for the trace that it belongs to.
struct Headers<'a>(&'a HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(HeaderName::as_str).collect()
    }
}
