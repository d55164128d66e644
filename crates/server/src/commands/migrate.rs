use serde::Serialize;
use taskwell_application::ports::StoreError;

use super::CommandError;
use crate::{cli::Migrate, output, settings::Settings, telemetry, wiring};

/// A migration, as `taskwell migrate status --json` shows it.
#[derive(Serialize)]
struct Line {
    name: String,
    applied: bool,
}

/// `taskwell migrate`
pub(super) async fn run(settings: Settings, step: Migrate) -> Result<(), CommandError> {
    telemetry::start(&settings.log);
    let database = wiring::connect(&settings.database).await?;
    let failed = |error: StoreError| CommandError::because("the schema cannot be changed", error);
    match step {
        Migrate::Up => database.migrate().await.map_err(failed)?,
        Migrate::Down { all } => {
            let steps = (!all).then_some(1);
            database.migrate_down(steps).await.map_err(failed)?;
        }
        Migrate::Status(report) => {
            let migrations = database
                .migrations()
                .await
                .map_err(|error| CommandError::because("the schema cannot be read", error))?;
            let lines: Vec<Line> = migrations
                .into_iter()
                .map(|migration| Line {
                    name: migration.name,
                    applied: migration.applied,
                })
                .collect();
            if report.json {
                output::print_json(&lines)?;
            } else {
                let text = lines.iter().map(|line| {
                    let state = if line.applied { "applied" } else { "pending" };
                    format!("{state}  {}\n", line.name)
                });
                output::print(&text.collect::<String>())?;
            }
        }
    }
    database.close().await;
    Ok(())
}
