use std::{net::TcpListener, time::Duration};

use actix_web::dev::Server;
use serde_json::json;
use taskwell_infrastructure::Database;
use taskwell_web::{Drain, HttpOptions};
use tokio::time::timeout;

use super::{CommandError, schema};
use crate::{
    cli::Serve,
    connections,
    jobs::RunningJobs,
    lifecycle::{self, StopSignals},
    output,
    settings::{LogFormat, Settings},
    streams, telemetry,
    wiring::{self, Wiring},
};

/// How long the end may wait for the database.
const CLOSE_WITHIN: Duration = Duration::from_millis(500);

/// `taskwell serve`
pub(super) async fn run(settings: Settings, options: &Serve) -> Result<(), CommandError> {
    let mut signals = StopSignals::listen()?;
    telemetry::start(&settings.log);
    let drain = Drain::default();
    let (server, jobs, database) = tokio::select! {
        started = start(&settings, options, &drain) => started?,
        name = signals.next() => {
            tracing::info!(signal = name, "stopped before the start was finished");
            return Ok(());
        }
    };
    let grace = settings.server.shutdown_grace;
    lifecycle::run(server, jobs, &drain, grace, &mut signals)
        .await
        .map_err(|error| CommandError::because("serving failed", error))?;
    // Leaves SQLite's file without its companions. Whatever still holds it was told to hurry.
    if timeout(CLOSE_WITHIN, database.close()).await.is_err() {
        tracing::warn!("the database is left open");
    }
    Ok(())
}

/// Everything up to the line that says that it is ready.
async fn start(
    settings: &Settings,
    options: &Serve,
    drain: &Drain,
) -> Result<(Server, RunningJobs, Database), CommandError> {
    let database = wiring::connect(&settings.database).await?;
    if options.no_migrate {
        schema::check(&database).await?;
    } else {
        schema::bring_up_to_date(&database).await?;
    }
    let wiring = Wiring::new(database.clone(), settings, drain.clone())?;
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
    let jobs = RunningJobs::start(&wiring.jobs(), wiring.requests());
    tokio::spawn(streams::look_again(
        wiring.streams(),
        wiring.identity(),
        wiring.account_changes(),
    ));
    tokio::spawn({
        let database = database.clone();
        async move { database.signals().run(&database).await }
    });
    let server = taskwell_web::serve(
        listener,
        move || wiring.services(),
        http,
        settings.server.workers,
        drain.clone(),
        settings.server.shutdown_grace,
        connections::most(&settings.limits)
            .try_into()
            .unwrap_or(usize::MAX),
    )?;
    say_ready(telemetry::format(&settings.log), &format!("http://{address}"))?;
    Ok((server, jobs, database))
}

/// Says on standard output, for whoever started it, that requests are answered from now on.
fn say_ready(format: LogFormat, url: &str) -> Result<(), CommandError> {
    let version = env!("CARGO_PKG_VERSION");
    let line = match format {
        LogFormat::Pretty => format!("taskwell {version} ready on {url} (docs: /docs)\n"),
        LogFormat::Json => json!({"event": "ready", "version": version, "url": url}).to_string() + "\n",
    };
    Ok(output::print(&line)?)
}
