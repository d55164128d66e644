use std::{path::Path, time::Duration};

use sqlx::{SqliteConnection, sqlite::SqliteConnectOptions};

use super::{CopyError, closed, error::failed, open, place::is_taken};

/// Has a database alone until the connection is closed, so that another one can take its place. There is no connection to
/// what is no database, or not there; nobody can work on that.
///
/// Whoever has it open holds a lock on it, and SQLite gives up its write-ahead log only where there is no other lock.
pub(super) async fn claim(database: &Path) -> Result<Option<SqliteConnection>, CopyError> {
    if !is_taken(database) {
        return Ok(None);
    }
    let waiting_for_nobody = SqliteConnectOptions::new().busy_timeout(Duration::ZERO);
    let mut connection = open(database, waiting_for_nobody).await?;
    match hold(&mut connection)
        .await
        .map_err(|error| failed(database, error))
    {
        Ok(()) => Ok(Some(connection)),
        Err(error) => {
            closed(connection).await;
            match error {
                CopyError::Damaged { .. } | CopyError::Foreign(_) => Ok(None),
                error => Err(error),
            }
        }
    }
}

async fn hold(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    sqlx::query("PRAGMA journal_mode = DELETE")
        .execute(&mut *connection)
        .await?;
    sqlx::query("BEGIN EXCLUSIVE").execute(connection).await?;
    Ok(())
}
