use std::{net::TcpListener, time::Duration};

use actix_web::dev::Server;
use serde_json::json;
use taskwell_infrastructure::Database;
use taskwell_web::{Drain, HttpOptions, Https, ServerOptions};
use tokio::time::timeout;

use super::{CommandError, schema};
use crate::{
    cli::Serve,
    connections,
    jobs::RunningJobs,
    lifecycle::{self, LEAVE, StopSignals},
    output,
    settings::{LogFormat, Settings, SettingsError, TlsSettings},
    streams,
    telemetry::{self, MetricsListener, Telemetry},
    wiring::{self, Wiring},
};

/// How long the end may wait for the database.
const CLOSE_WITHIN: Duration = Duration::from_millis(500);

/// `taskwell serve`
pub(super) async fn run(settings: Settings, options: &Serve) -> Result<(), CommandError> {
    let mut signals = StopSignals::listen()?;
    let telemetry = Telemetry::start(&settings.log, &settings.telemetry)?;
    let drain = Drain::default();
    let (server, listener, jobs, database) = tokio::select! {
        started = start(&settings, options, &telemetry, &drain) => started?,
        name = signals.next() => {
            tracing::info!(signal = name, "stopped before the start was finished");
            return Ok(());
        }
    };
    let grace = settings.server.shutdown_grace;
    let served = lifecycle::run(
        server,
        &listener,
        jobs,
        telemetry.traces,
        &drain,
        grace,
        &mut signals,
    )
    .await;
    // Leaves SQLite's file without its companions. Whatever still holds it was told to hurry.
    if timeout(CLOSE_WITHIN, database.close()).await.is_err() {
        tracing::warn!("the database is left open");
    }
    served.map_err(|error| CommandError::because("serving failed", error))
}

/// Everything up to the line that says that it is ready.
async fn start(
    settings: &Settings,
    options: &Serve,
    telemetry: &Telemetry,
    drain: &Drain,
) -> Result<(Server, TcpListener, RunningJobs, Database), CommandError> {
    let https = settings.server.tls.as_ref().map(https).transpose()?;
    let metrics_listener = MetricsListener::bind(&settings.telemetry)?;
    let metrics_url = metrics_listener
        .as_ref()
        .map(|listener| listener.url().to_owned());
    let database = telemetry.watch(wiring::connect(&settings.database).await?);
    if options.no_migrate {
        schema::check(&database).await?;
    } else {
        schema::bring_up_to_date(&database).await?;
    }
    let observer = telemetry.observer();
    let wiring = Wiring::new(database.clone(), settings, drain.clone())?.observed(observer);
    let http = HttpOptions {
        cors_origins: settings.server.cors_origins.clone(),
        body_limit: settings.server.body_limit,
        request_timeout: settings.server.request_timeout,
        trusted_proxies: settings.server.trusted_proxies.clone(),
        authorization_servers: settings.auth.authorization_servers(),
        cursor_key: wiring.cursor_key(),
    };
    let (host, port) = (settings.server.host.as_str(), settings.server.port);
    let listener = TcpListener::bind((host, port))
        .map_err(|error| CommandError::because(format!("cannot listen on {host} port {port}"), error))?;
    let address = listener.local_addr()?;
    let metrics = telemetry.metrics.as_ref();
    let jobs = RunningJobs::start(&wiring.jobs(), wiring.requests(), metrics);
    if let Some((listener, metrics)) = metrics_listener.zip(metrics.cloned()) {
        actix_web::rt::spawn(listener.serve(metrics, wiring.inside())?);
    }
    tokio::spawn(streams::look_again(
        wiring.streams(),
        wiring.identity(),
        wiring.account_changes(),
    ));
    tokio::spawn({
        let database = database.clone();
        async move { database.signals().run(&database).await }
    });
    let options = ServerOptions {
        https,
        workers: settings.server.workers,
        connections: connections::most(&settings.limits)
            .try_into()
            .unwrap_or(usize::MAX),
        shutdown_grace: settings.server.shutdown_grace.saturating_sub(LEAVE),
    };
    let services = move || wiring.services();
    let server = taskwell_web::serve(listener.try_clone()?, services, http, &options, drain.clone())?;
    let scheme = match options.https {
        Some(https) => {
            tokio::spawn(https.follow_files());
            "https"
        }
        None => "http",
    };
    let format = telemetry::format(&settings.log);
    say_ready(format, &format!("{scheme}://{address}"), metrics_url.as_deref())?;
    Ok((server, listener, jobs, database))
}

fn https(settings: &TlsSettings) -> Result<Https, SettingsError> {
    Https::new(settings.files.clone()).map_err(|error| settings.wrong(&error))
}

/// Says on standard output, for whoever started it, that requests are answered from now on.
fn say_ready(format: LogFormat, url: &str, metrics: Option<&str>) -> Result<(), CommandError> {
    let version = env!("CARGO_PKG_VERSION");
    let line = match format {
        LogFormat::Pretty => {
            let metrics = metrics.map(|url| format!(", metrics: {url}"));
            format!(
                "taskwell {version} ready on {url} (docs: /docs{})\n",
                metrics.unwrap_or_default()
            )
        }
        LogFormat::Json => {
            let mut ready = json!({"event": "ready", "version": version, "url": url});
            if let Some(url) = metrics {
                ready["metrics_url"] = url.into();
            }
            ready.to_string() + "\n"
        }
    };
    Ok(output::print(&line)?)
}
