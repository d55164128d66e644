//! Copies of a SQLite database, made while it is written to, and put back.

mod claim;
mod error;
mod examine;
mod place;
mod write;

use std::{fs, path::Path};

use sqlx::{ConnectOptions, Connection, SqliteConnection, sqlite::SqliteConnectOptions};

pub use self::error::CopyError;
use self::{error::failed, place::vacant, write::write};
use crate::private_files;

/// Writes all that the database in a file holds at one moment into another file, which only its owner can read.
/// Whoever reads and writes the database meanwhile does not wait for it. The copy stands under its name when it
/// is whole and on the disk, and not before.
///
/// # Errors
/// [`CopyError::Io`] if there is no database, [`CopyError::Exists`] if there is a file where the copy should
/// be and it is not to `replace` it; else as the variants say.
pub async fn back_up(database: &Path, copy: &Path, replace: bool) -> Result<(), CopyError> {
    let mut from = open(database, SqliteConnectOptions::new()).await?;
    let written = async {
        if !replace {
            vacant(copy)?;
        }
        write(&mut from, database, copy, replace).await
    }
    .await;
    closed(from).await;
    written
}

/// Puts a copy in the place of a database, after it was found to be sound and of a version that this program can go
/// on from. The copy stays as it is. Whenever this is cut off, the database is the one or the other.
///
/// # Errors
/// [`CopyError::Damaged`], [`CopyError::Foreign`] or [`CopyError::Newer`] if the copy is no good,
/// [`CopyError::Exists`] if there is a database and it is not to `replace` it, [`CopyError::InUse`] if it cannot
/// because a server or somebody else has it open; else as the variants say.
pub async fn restore(copy: &Path, database: &Path, replace: bool) -> Result<(), CopyError> {
    let mut from = open(copy, SqliteConnectOptions::new().read_only(true)).await?;
    let written = async {
        if !replace {
            vacant(database)?;
        }
        examine::examine(&mut from, copy).await?;
        private_files::make_folder(private_files::folder_of(database))
            .map_err(|error| CopyError::written(database, error))?;
        write(&mut from, copy, database, replace).await
    }
    .await;
    closed(from).await;
    written
}

async fn open(file: &Path, options: SqliteConnectOptions) -> Result<SqliteConnection, CopyError> {
    // SQLite only says that it cannot open it.
    fs::metadata(file).map_err(|error| CopyError::read(file, error))?;
    let opened = options.filename(file).connect().await;
    opened.map_err(|error| failed(file, error))
}

/// What matters is done by then.
async fn closed(connection: SqliteConnection) {
    if let Err(error) = connection.close().await {
        tracing::debug!(%error, "a database was not closed");
    }
}
