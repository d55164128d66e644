use std::path::Path;

use taskwell_infrastructure::DatabaseAddress;

use super::CommandError;
use crate::settings::Settings;

/// The file of the database, if it is one. For a PostgreSQL, `instead` says what to do.
pub(super) fn sqlite_file<'s>(settings: &'s Settings, instead: &str) -> Result<&'s Path, CommandError> {
    match settings.database.url.address() {
        DatabaseAddress::SqliteFile(file) => Ok(file),
        DatabaseAddress::Postgres => Err(CommandError::Usage(format!(
            "database.url is of no SQLite file; {instead} (docs/operations.md, \"Backup\")"
        ))),
        DatabaseAddress::SqliteMemory => Err(CommandError::Usage(
            "database.url is of no file: what is in memory goes with the process".to_owned(),
        )),
    }
}
