use std::{
    error::Error,
    io,
    path::{Path, PathBuf},
};

use sqlx::sqlite::SqliteError;

/// Why a copy was not made or not put back. Nothing has changed then.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// There is a file where one is to be written.
    #[error("{} is there already", .0.display())]
    Exists(PathBuf),
    /// Somebody has the database open that is to be replaced.
    #[error("{} is in use", .0.display())]
    InUse(PathBuf),
    /// Something in it is broken.
    #[error("{} is damaged: {fault}", file.display())]
    Damaged {
        /// The file.
        file: PathBuf,
        /// The first thing that is wrong.
        fault: String,
    },
    /// It is not a database, or not one of ours.
    #[error("{} is not a database of Taskwell", .0.display())]
    Foreign(PathBuf),
    /// A newer program has written it.
    #[error("{} is of a newer version: it has {}", file.display(), unknown.join(", "))]
    Newer {
        /// The file.
        file: PathBuf,
        /// The migrations that this program does not know.
        unknown: Vec<String>,
    },
    /// The system does not let us do it.
    #[error("{} cannot be {what}", file.display())]
    Io {
        /// The file.
        file: PathBuf,
        /// What was to be done with it.
        what: &'static str,
        /// Why not.
        source: io::Error,
    },
    /// SQLite does not do it.
    #[error("{} cannot be copied", file.display())]
    Sqlite {
        /// The file.
        file: PathBuf,
        /// Why not.
        source: Box<dyn Error + Send + Sync>,
    },
}

impl CopyError {
    pub(super) fn read(file: &Path, source: io::Error) -> Self {
        Self::Io {
            file: file.to_owned(),
            what: "read",
            source,
        }
    }

    pub(super) fn written(file: &Path, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::AlreadyExists => Self::Exists(file.to_owned()),
            _ => Self::Io {
                file: file.to_owned(),
                what: "written",
                source,
            },
        }
    }
}

/// What SQLite's error about that file means.
pub(super) fn failed(file: &Path, error: sqlx::Error) -> CopyError {
    const BUSY: u32 = 5;
    const CORRUPT: u32 = 11;
    const NOT_A_DATABASE: u32 = 26;
    let file = file.to_owned();
    match primary_code(&error) {
        Some(BUSY) => CopyError::InUse(file),
        Some(CORRUPT) => CopyError::Damaged {
            file,
            fault: error.to_string(),
        },
        Some(NOT_A_DATABASE) => CopyError::Foreign(file),
        _ => CopyError::Sqlite {
            file,
            source: Box::new(error),
        },
    }
}

/// See <https://www.sqlite.org/rescode.html>.
fn primary_code(error: &sqlx::Error) -> Option<u32> {
    let error = error.as_database_error()?;
    error.try_downcast_ref::<SqliteError>()?;
    let code: u32 = error.code()?.parse().ok()?;
    Some(code & 0xff)
}
