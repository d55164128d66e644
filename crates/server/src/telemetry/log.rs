//! The log, on standard error.

use std::io::{self, IsTerminal};

use tracing::Subscriber;
use tracing_subscriber::{
    Layer,
    filter::{LevelFilter, Targets},
    fmt,
    layer::SubscriberExt,
    registry::LookupSpan,
    util::SubscriberInitExt,
};

use crate::settings::{LogFormat, LogSettings};

/// What says little to an operator: every worker's coming and going, a port that was closed under the one who takes
/// connections, whatever strangers send to the port, and that there is already what should be there.
const QUIETER: [(&str, LevelFilter); 7] = [
    ("actix_server", LevelFilter::WARN),
    ("actix_server::accept", LevelFilter::OFF),
    ("actix_http", LevelFilter::OFF),
    ("sea_orm_migration", LevelFilter::WARN),
    ("sqlx_core", LevelFilter::ERROR),
    ("sqlx::postgres::notice", LevelFilter::WARN),
    ("rmcp", LevelFilter::WARN),
];

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

/// From now on events are written to the log, and nothing else comes of them.
pub(crate) fn start(settings: &LogSettings) {
    tracing_subscriber::registry().with(layer(settings)).init();
}

/// What writes the log.
pub(super) fn layer<S>(settings: &LogSettings) -> impl Layer<S> + use<S>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    // A log that cannot be written, on a full disk say, is no reason to answer nothing: to complain of it on the
    // same standard error would end in a panic.
    let lines = fmt::layer().log_internal_errors(false).with_writer(io::stderr);
    let lines = match format(settings) {
        LogFormat::Pretty => lines.with_ansi(io::stderr().is_terminal()).compact().boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    lines.with_filter(filter(&settings.level))
}

/// What the setting says of a target wins.
fn filter(setting: &Targets) -> Targets {
    let every_target = setting.default_level().unwrap_or(LevelFilter::OFF);
    let quieter = QUIETER.map(|(target, level)| (target, level.min(every_target)));
    Targets::new()
        .with_targets(quieter)
        .with_targets(setting.clone())
        .with_default(every_target)
}

#[cfg(test)]
mod tests {
    use tracing::Level;

    use super::*;

    #[test]
    fn what_says_little_is_quieter_than_the_rest_unless_it_is_asked_for() {
        for (setting, target, level, written) in [
            ("info", "taskwell", Level::INFO, true),
            ("info", "taskwell", Level::DEBUG, false),
            ("info", "rmcp::service", Level::INFO, false),
            ("info", "rmcp::service", Level::WARN, true),
            ("debug,rmcp=info", "rmcp::service", Level::INFO, true),
            ("error", "rmcp::service", Level::WARN, false),
            ("off", "sqlx_core", Level::ERROR, false),
            ("rmcp=warn", "taskwell", Level::ERROR, false),
        ] {
            let filter = filter(&setting.parse().unwrap());
            assert_eq!(filter.would_enable(target, &level), written, "{setting} {target}");
        }
    }
}
