//! `taskwell doctor`

mod checks;
mod findings;
mod last_runs;

use self::findings::{Check, Findings};
use super::CommandError;
use crate::{
    cli, output,
    settings::{Loaded, Settings, SettingsError},
};

/// Looks at everything that it can get at, changes nothing, and fails if something is wrong.
pub(super) async fn run(
    loaded: Result<Loaded, SettingsError>,
    options: &cli::Report,
) -> Result<(), CommandError> {
    let findings = match loaded {
        Ok(loaded) => examine(&loaded.settings).await,
        Err(error) => {
            let advice = "set it right where it was set; docs/operations.md has all settings";
            Findings::of(vec![Check::fault("settings", &error, advice)])
        }
    };
    if options.json {
        output::print_json(&findings)?;
    } else {
        output::print(&findings.to_string())?;
    }
    match findings.faults() {
        0 => Ok(()),
        1 => Err(CommandError::plain("one thing is wrong")),
        faults => Err(CommandError::plain(format!("{faults} things are wrong"))),
    }
}

async fn examine(settings: &Settings) -> Findings {
    let mut findings = Findings::of(vec![
        Check::fine("settings", "all of them are valid"),
        checks::signing_key(&settings.auth),
    ]);
    findings.add(checks::certificate(&settings.server));
    findings.add(checks::key_sets(&settings.auth).await);
    findings.add(checks::collector(&settings.telemetry).await);
    match checks::connect(&settings.database).await {
        Err(fault) => findings.add([fault]),
        Ok((database, connected)) => {
            findings.add([
                connected,
                checks::migrations(&database).await,
                checks::clock(&database).await,
            ]);
            findings.jobs = last_runs::last_runs(&database).await;
            database.close().await;
        }
    }
    findings
}
