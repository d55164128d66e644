use taskwell_infrastructure::{CopyError, back_up};

use super::{CommandError, sqlite_file::sqlite_file};
use crate::{cli::Backup, settings::Settings, telemetry};

/// `taskwell backup`
pub(super) async fn run(settings: &Settings, options: &Backup) -> Result<(), CommandError> {
    telemetry::start(&settings.log);
    let database = sqlite_file(
        settings,
        "a PostgreSQL is backed up by its own pg_dump or pg_basebackup",
    )?;
    back_up(database, &options.file, options.force)
        .await
        .map_err(failed)
}

fn failed(error: CopyError) -> CommandError {
    let what = match error {
        CopyError::Exists(_) => "nothing is written over what is there without --force",
        CopyError::InUse(_) => "nothing is written over a database that is in use",
        _ => "there is no backup",
    };
    CommandError::because(what, error)
}
