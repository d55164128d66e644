use std::{
    error::Error,
    path::{Path, PathBuf},
};

use super::{AddressError, error::is_unavailable};

/// Why there is no connection to the database.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The address is of no database that is supported.
    #[error("the address of the database cannot be used")]
    Address(#[source] Box<dyn Error + Send + Sync>),
    /// It answers and does not let us in, or its file cannot be used.
    #[error("the database cannot be used")]
    Refused(#[source] Box<dyn Error + Send + Sync>),
    /// It does not answer, or is starting, or has no connection left.
    #[error("the database is away")]
    Away(#[source] Box<dyn Error + Send + Sync>),
}

/// Which file the error is about; the systems do not say so.
#[derive(Debug, thiserror::Error)]
#[error("{}", file.display())]
struct InFile {
    file: PathBuf,
    source: Box<dyn Error + Send + Sync>,
}

impl ConnectError {
    /// Whether waiting can help.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Away(_))
    }

    /// The same, told of this file.
    pub(super) fn in_file(self, file: &Path) -> Self {
        let told = |source| {
            Box::new(InFile {
                file: file.to_owned(),
                source,
            })
        };
        match self {
            Self::Address(source) => Self::Address(source),
            Self::Refused(source) => Self::Refused(told(source)),
            Self::Away(source) => Self::Away(told(source)),
        }
    }
}

impl From<AddressError> for ConnectError {
    fn from(error: AddressError) -> Self {
        Self::Address(Box::new(error))
    }
}

impl From<sqlx::Error> for ConnectError {
    fn from(error: sqlx::Error) -> Self {
        if is_unavailable(&error) {
            Self::Away(Box::new(error))
        } else {
            Self::Refused(Box::new(error))
        }
    }
}
