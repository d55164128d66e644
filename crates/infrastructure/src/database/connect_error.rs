use std::error::Error;

use super::error::is_unavailable;

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

impl ConnectError {
    /// Whether waiting can help.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Away(_))
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
