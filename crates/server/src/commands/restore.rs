use taskwell_infrastructure::{CopyError, restore};

use super::{CommandError, sqlite_file::sqlite_file};
use crate::{cli::Restore, settings::Settings, telemetry};

/// `taskwell restore`
pub(super) async fn run(settings: &Settings, options: &Restore) -> Result<(), CommandError> {
    telemetry::start(&settings.log);
    let database = sqlite_file(
        settings,
        "a PostgreSQL is restored by its own pg_restore or from a base backup",
    )?;
    restore(&options.file, database, options.force)
        .await
        .map_err(refused)
}

fn refused(error: CopyError) -> CommandError {
    let what = match error {
        CopyError::Exists(_) => "nothing is restored over what is there without --force",
        CopyError::InUse(_) => "nothing is restored while a server runs on the database",
        CopyError::Newer { .. } => "nothing is restored from a newer version",
        _ => "nothing is restored",
    };
    CommandError::because(what, error)
}
