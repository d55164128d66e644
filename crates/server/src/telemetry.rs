//! What the server says about its work, on standard error.

use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;

use crate::settings::{LogFormat, LogSettings};

/// What says little to an operator: every worker's coming and going, and whatever strangers send to the port.
/// Directives of the setting come later and win.
const QUIETER: &str = "actix_server=warn,actix_http=off,sea_orm_migration=warn,sqlx_core=error,rmcp=warn";

/// The format that the settings or else the terminal ask for.
pub(crate) fn format(settings: &LogSettings) -> LogFormat {
    settings.format.unwrap_or_else(|| {
        if io::stdout().is_terminal() {
            LogFormat::Pretty
        } else {
            LogFormat::Json
        }
    })
}

/// From now on, events are written.
pub(crate) fn start(settings: &LogSettings) {
    let builder = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(format!("{QUIETER},{}", settings.level)))
        // A log that cannot be written, on a full disk say, is no reason to answer nothing: to complain of it on the
        // same standard error would end in a panic.
        .log_internal_errors(false)
        .with_writer(io::stderr);
    match format(settings) {
        LogFormat::Pretty => builder.with_ansi(io::stderr().is_terminal()).compact().init(),
        LogFormat::Json => builder.json().flatten_event(true).init(),
    }
}
