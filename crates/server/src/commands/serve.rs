use std::net::TcpListener;

use serde_json::json;
use taskwell_infrastructure::Database;
use taskwell_web::{Drain, HttpOptions};

use super::CommandError;
use crate::{
    cli::Serve,
    lifecycle, output,
    settings::{LogFormat, Settings},
    telemetry, wiring,
};

/// `taskwell serve`
pub(super) async fn run(settings: Settings, options: &Serve) -> Result<(), CommandError> {
    telemetry::start(&settings.log);
    let secret = wiring::secret(&settings.auth.secret)?;
    let database = wiring::connect(&settings.database).await?;
    prepare_schema(&database, options).await?;

    let drain = Drain::default();
    let services = wiring::services(&database, &settings.auth, &secret, drain.clone());
    let http = HttpOptions {
        cors_origins: settings.server.cors_origins.clone(),
        body_limit: settings.server.body_limit,
        request_timeout: settings.server.request_timeout,
    };
    let (host, port) = (settings.server.host.as_str(), settings.server.port);
    let listener = TcpListener::bind((host, port))
        .map_err(|error| CommandError::because(format!("cannot listen on {host} port {port}"), error))?;
    let address = listener.local_addr()?;
    let server = taskwell_web::serve(
        listener,
        services,
        http,
        settings.server.workers,
        settings.server.shutdown_grace,
    )?;
    say_ready(telemetry::format(&settings.log), &format!("http://{address}"))?;
    lifecycle::run(server, &drain)
        .await
        .map_err(|error| CommandError::because("serving failed", error))?;
    database.close().await;
    Ok(())
}

async fn prepare_schema(database: &Database, options: &Serve) -> Result<(), CommandError> {
    if options.no_migrate {
        let pending = database
            .pending_migrations()
            .await
            .map_err(|error| CommandError::because("the schema cannot be read", error))?;
        if !pending.is_empty() {
            let pending = pending.join(", ");
            return Err(CommandError::plain(format!(
                "the database lacks migrations ({pending}); `taskwell migrate up` applies them"
            )));
        }
        return Ok(());
    }
    database
        .migrate()
        .await
        .map_err(|error| CommandError::because("the schema cannot be brought up to date", error))
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
