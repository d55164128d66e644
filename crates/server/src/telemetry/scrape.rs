//! Where the metrics are to be had: on a listener of their own, so that none of it is open to those who use the API.

use std::{io, net::TcpListener, sync::Arc};

use actix_web::{
    App, HttpResponse, HttpServer,
    dev::Server,
    http::header,
    web::{self, Data},
};

use super::{Inside, Metrics};
use crate::{commands::CommandError, settings::TelemetrySettings};

/// Serves the metrics to Prometheus.
pub(crate) struct MetricsListener {
    listener: TcpListener,
    url: String,
}

impl MetricsListener {
    /// Takes the port, if the settings ask for metrics.
    ///
    /// # Errors
    /// The port cannot be had.
    pub(crate) fn bind(settings: &TelemetrySettings) -> Result<Option<Self>, CommandError> {
        let Some(port) = settings.metrics_port else {
            return Ok(None);
        };
        let host = settings.metrics_host.as_str();
        let cannot = |error| {
            CommandError::because(
                format!("cannot listen on {host} port {port} for those who read the metrics"),
                error,
            )
        };
        let listener = TcpListener::bind((host, port)).map_err(cannot)?;
        let address = listener.local_addr().map_err(cannot)?;
        Ok(Some(Self {
            listener,
            url: format!("http://{address}/metrics"),
        }))
    }

    /// Where they are.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Serves them until the process ends.
    ///
    /// # Errors
    /// If the listener cannot be used.
    pub(crate) fn serve(self, metrics: Arc<Metrics>, inside: Inside) -> io::Result<Server> {
        let told = Data::new((metrics, inside));
        let server = HttpServer::new(move || {
            App::new()
                .app_data(told.clone())
                .route("/metrics", web::get().to(tell))
        })
        .workers(1)
        .disable_signals()
        .listen(self.listener)?;
        Ok(server.run())
    }
}

async fn tell(told: Data<(Arc<Metrics>, Inside)>) -> HttpResponse {
    let (metrics, inside) = &**told;
    match metrics.tell(inside) {
        Ok(text) => HttpResponse::Ok()
            .insert_header((header::CONTENT_TYPE, prometheus::TEXT_FORMAT))
            .body(text),
        Err(error) => {
            tracing::error!(%error, "the metrics cannot be told");
            HttpResponse::InternalServerError().finish()
        }
    }
}
