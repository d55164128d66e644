use async_trait::async_trait;
use taskwell_domain::{Session, SessionId, Timestamp, UserId};

use super::{StoreError, TokenHash};

/// Keeps sessions.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait SessionStore: Send + Sync {
    /// Keeps a new session along with the hash of its refresh token.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if the user is gone.
    async fn start(&self, session: &Session, refresh_token: &TokenHash) -> Result<(), StoreError>;

    /// That session of that user, ended ones included.
    async fn find(&self, user: &UserId, id: SessionId) -> Result<Option<Session>, StoreError>;

    /// Ends that session; one that is ended already, or is not there, stays so.
    async fn end(&self, user: &UserId, id: SessionId, now: Timestamp) -> Result<(), StoreError>;
}
