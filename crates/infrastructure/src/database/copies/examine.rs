use std::path::Path;

use sqlx::SqliteConnection;
use taskwell_migration::{Migrator, MigratorTrait};

use super::{CopyError, error::failed};

/// Whether a copy is whole, ours, and of no version that is newer than this program.
pub(super) async fn examine(copy: &mut SqliteConnection, file: &Path) -> Result<(), CopyError> {
    match fault(copy, file).await? {
        Some(fault) => Err(CopyError::Damaged {
            file: file.to_owned(),
            fault,
        }),
        None => is_known(copy, file).await,
    }
}

async fn fault(copy: &mut SqliteConnection, file: &Path) -> Result<Option<String>, CopyError> {
    let found: String = sqlx::query_scalar("PRAGMA integrity_check(1)")
        .fetch_one(copy)
        .await
        .map_err(|error| failed(file, error))?;
    Ok((found != "ok").then_some(found))
}

async fn is_known(copy: &mut SqliteConnection, file: &Path) -> Result<(), CopyError> {
    let has_migrations = "SELECT count(*) FROM sqlite_schema WHERE name IN ('seaql_migrations', 'tasks')";
    let tables: i64 = sqlx::query_scalar(has_migrations)
        .fetch_one(&mut *copy)
        .await
        .map_err(|error| failed(file, error))?;
    if tables < 2 {
        return Err(CopyError::Foreign(file.to_owned()));
    }
    let mut unknown: Vec<String> =
        sqlx::query_scalar("SELECT version FROM seaql_migrations ORDER BY version")
            .fetch_all(copy)
            .await
            .map_err(|error| failed(file, error))?;
    let known = Migrator::migrations();
    unknown.retain(|name| !known.iter().any(|migration| migration.name() == name));
    if unknown.is_empty() {
        return Ok(());
    }
    Err(CopyError::Newer {
        file: file.to_owned(),
        unknown,
    })
}
