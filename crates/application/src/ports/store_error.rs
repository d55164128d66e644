use std::error::Error;

/// Why a storage did not do what was asked. Nothing was written then.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// What is stored is not any more what the change rests on.
    #[error("what is stored has changed")]
    Stale,
    /// Something else has this unique value already, or the like.
    #[error("{0:?} stands against it")]
    Conflict(Constraint),
    /// What must exist does not.
    #[error("not found")]
    NotFound,
    /// The storage is away, busy beyond its limits, or out of space: the same call may do later.
    #[error("the storage is not available")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
    /// What is stored breaks the rules of the domain.
    #[error("stored data is corrupt: {0}")]
    Corrupt(String),
    /// Anything else: a fault of the program.
    #[error("the storage failed")]
    Internal(#[source] Box<dyn Error + Send + Sync>),
}

impl StoreError {
    /// Whether the same call, decided anew on what is stored, can do.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Stale | Self::Unavailable(_))
    }
}

/// What must hold of all that is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Constraint {
    /// The email of an account, ignoring case.
    Email,
    /// The id of a task among its owner's.
    TaskId,
    /// The key of an answer that is remembered, among its user's.
    IdempotencyKey,
    /// Not unique but never none: an enabled admin, once there is one.
    LastAdmin,
}
