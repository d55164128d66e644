use std::sync::Arc;

use async_trait::async_trait;
use taskwell_domain::{ApiToken, ApiTokenId, AuditEntry, SessionId, Timestamp, User, UserId};

use super::{StoreError, TokenHash};

/// Keeps tokens for programs.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait ApiTokenStore: Send + Sync {
    /// Keeps a new token under its hash, along with the entry of the audit trail. It rests on a login that must
    /// still be good: another server may not know yet that it is over, and a token would outlive it.
    ///
    /// # Errors
    /// [`StoreError::Stale`] if the login is over, or the user is disabled or gone.
    async fn add(
        &self,
        token: &ApiToken,
        hash: &TokenHash,
        login: Login,
        audit: &AuditEntry,
    ) -> Result<(), StoreError>;

    /// The token with that hash, and the user. Since every request with one asks, an answer may be up to 2
    /// seconds old, but never older than what was changed through the same server.
    async fn find(&self, hash: &TokenHash) -> Result<Option<Arc<HeldApiToken>>, StoreError>;

    /// Those of the tokens that are there, each with its user, in no order, as they are at this moment.
    async fn find_all(&self, tokens: &[(UserId, ApiTokenId)]) -> Result<Vec<HeldApiToken>, StoreError>;

    /// The tokens of that user, newest first, 1,000 at most.
    async fn list(&self, user: &UserId) -> Result<Vec<ApiToken>, StoreError>;

    /// Deletes that token of that user along with an entry in the audit trail; whether it was there. Where it
    /// was not, nothing is written.
    async fn delete(&self, user: &UserId, id: ApiTokenId, audit: &AuditEntry) -> Result<bool, StoreError>;

    /// Forgets tokens that expired before that time; how many.
    async fn purge(&self, expired_before: Timestamp) -> Result<u64, StoreError>;

    /// Notes that a token was used at `now`, unless a later use is known; one that is gone stays gone.
    async fn note_use(&self, user: &UserId, id: ApiTokenId, now: Timestamp) -> Result<(), StoreError>;
}

/// What somebody who is logged in has shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Login {
    /// A token of this session.
    Session(SessionId),
    /// A token of another issuer, given out then.
    Outside(Option<Timestamp>),
}

/// A token for a program and who holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldApiToken {
    /// The token.
    pub token: ApiToken,
    /// Whose account it opens.
    pub user: User,
}
