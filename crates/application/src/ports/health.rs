use async_trait::async_trait;

use super::StoreError;

/// Whether the storage can be used.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Health: Send + Sync {
    /// Asks the storage for a sign of life.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] while it gives none.
    async fn check(&self) -> Result<(), StoreError>;
}
