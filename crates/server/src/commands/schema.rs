use taskwell_infrastructure::Database;

use super::CommandError;

/// Applies what is pending.
pub(super) async fn bring_up_to_date(database: &Database) -> Result<(), CommandError> {
    database
        .migrate()
        .await
        .map_err(|error| CommandError::because("the schema cannot be brought up to date", error))
}

/// Refuses a schema that is not up to date.
pub(super) async fn check(database: &Database) -> Result<(), CommandError> {
    let pending = database
        .pending_migrations()
        .await
        .map_err(|error| CommandError::because("the schema cannot be read", error))?;
    if pending.is_empty() {
        return Ok(());
    }
    let pending = pending.join(", ");
    Err(CommandError::plain(format!(
        "the database lacks migrations ({pending}); `taskwell migrate up` applies them"
    )))
}
