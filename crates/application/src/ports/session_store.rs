use std::sync::Arc;

use async_trait::async_trait;
use taskwell_domain::{AuditEntry, Client, RefreshUse, Session, SessionId, Timestamp, User, UserId};

use super::{PasswordHash, StoreError, TokenHash};

/// Keeps sessions and their refresh tokens.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait SessionStore: Send + Sync {
    /// Keeps a new session along with the hash of its refresh token, notes the login with the account
    /// ([`User::last_login_at`]) and in the audit trail. It rests on `verified`, the password hash that the
    /// login was checked against.
    ///
    /// # Errors
    /// [`StoreError::Stale`] if the account has another password by now, is disabled, or is gone.
    async fn start(
        &self,
        session: &Session,
        refresh_token: &TokenHash,
        verified: &PasswordHash,
        audit: &AuditEntry,
    ) -> Result<(), StoreError>;

    /// That session of that user, ended ones included, and the user. Since every request asks, an answer may
    /// be up to 2 seconds old, but never older than what was changed through the same server.
    async fn find(&self, user: &UserId, id: SessionId) -> Result<Option<Arc<HeldSession>>, StoreError>;

    /// Those of the sessions that are there, ended ones included, each with its user, in no order, as they are at
    /// this moment.
    async fn find_all(&self, sessions: &[(UserId, SessionId)]) -> Result<Vec<HeldSession>, StoreError>;

    /// The sessions of that user that are active at `now`, newest first, 1,000 at most.
    async fn list(&self, user: &UserId, now: Timestamp) -> Result<Vec<Session>, StoreError>;

    /// What stands behind a refresh token, a spent one and one of an ended session included.
    async fn find_refresh_token(&self, token: &TokenHash) -> Result<Option<RefreshToken>, StoreError>;

    /// Keeps the session as it was renewed, marks `spent` as used at its [`Session::last_used_at`] unless it
    /// was before, and adds `fresh`.
    ///
    /// # Errors
    /// [`StoreError::Stale`] if the session has been ended by now, or is gone.
    async fn renew(&self, session: &Session, spent: &TokenHash, fresh: &TokenHash) -> Result<(), StoreError>;

    /// Ends that session and adds to the audit trail what there is to say; whether it was active until now.
    /// Where it was not, nothing is written.
    async fn end(
        &self,
        user: &UserId,
        id: SessionId,
        now: Timestamp,
        audit: Option<AuditEntry>,
    ) -> Result<bool, StoreError>;

    /// Whether that user has ever begun a session from the network of that client, as far as is remembered.
    async fn has_begun_from(&self, user: &UserId, client: &Client) -> Result<bool, StoreError>;

    /// Forgets sessions that ended or expired before `over_before`, and refresh tokens given out before then;
    /// how many sessions.
    async fn purge(&self, over_before: Timestamp) -> Result<u64, StoreError>;
}

/// A session and who holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldSession {
    /// The session.
    pub session: Session,
    /// Whose it is.
    pub user: User,
}

/// What stands behind a refresh token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefreshToken {
    /// Its session, and who holds it.
    pub held: HeldSession,
    /// What became of the token until now.
    pub usage: RefreshUse,
}
