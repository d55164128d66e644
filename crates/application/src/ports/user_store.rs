use std::sync::Arc;

use async_trait::async_trait;
use taskwell_domain::{AccountChange, AuditEntry, Email, Revocation, SessionId, Timestamp, User, UserId};

use super::{PasswordHash, StoreError};

/// Keeps accounts. What is noted in the audit trail is written together with what it is about.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait UserStore: Send + Sync {
    /// Adds an account with a password.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with [`Constraint::Email`](super::Constraint::Email) if another account that
    /// logs in here has the same [`Email::key`].
    async fn add(&self, user: &User, password: &PasswordHash, audit: &AuditEntry) -> Result<(), StoreError>;

    /// The account from elsewhere with the id of `user`, whoever it belongs to, or else `user` itself, added
    /// now. Where one of that id was deleted, [`User::coming_back`] by a token issued at `issued_at` says whether
    /// and how it does.
    async fn admit(
        &self,
        user: &User,
        issued_at: Option<Timestamp>,
        audit: &AuditEntry,
    ) -> Result<Option<User>, StoreError>;

    /// Notes of an account from elsewhere that a newer token was seen: when that was issued, and the address
    /// that it tells. Nothing is written if a token as new was seen before.
    async fn note_token(
        &self,
        id: &UserId,
        email: Option<Email>,
        issued_at: Timestamp,
    ) -> Result<(), StoreError>;

    /// The account of that id.
    async fn find(&self, id: &UserId) -> Result<Option<User>, StoreError>;

    /// Those of the accounts that are there, in no order.
    async fn find_all(&self, ids: &[UserId]) -> Result<Vec<User>, StoreError>;

    /// The account of that id. Since every request of an account from elsewhere asks, an answer may be up to
    /// 2 seconds old, but never older than what was changed through the same server.
    async fn find_lately(&self, id: &UserId) -> Result<Option<Arc<User>>, StoreError>;

    /// The account of that address, ignoring case, if it logs in here.
    async fn find_credentials(&self, email: &Email) -> Result<Option<Credentials>, StoreError>;

    /// What the password of that account is checked against, if it has one.
    async fn find_password(&self, id: &UserId) -> Result<Option<PasswordHash>, StoreError>;

    /// Sets a password in the place of `verified`, or of any if that is `None`, and ends every session but
    /// `keep`.
    ///
    /// # Errors
    /// [`StoreError::Stale`] if the account has another password by now, or is gone.
    async fn set_password(
        &self,
        id: &UserId,
        verified: Option<PasswordHash>,
        password: &PasswordHash,
        keep: Option<SessionId>,
        now: Timestamp,
        audit: &AuditEntry,
    ) -> Result<(), StoreError>;

    /// Changes the account; how it stands then. However many call this and [`UserStore::delete`] at once, an
    /// enabled admin is left if there was one.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Conflict`] with
    /// [`Constraint::LastAdmin`](super::Constraint::LastAdmin) if it is the last enabled admin and would not be
    /// one any more.
    async fn change(
        &self,
        id: &UserId,
        change: &AccountChange,
        now: Timestamp,
        audit: &[AuditEntry],
    ) -> Result<User, StoreError>;

    /// Ends every session of the account, and cuts off what its issuer gave out before
    /// ([`User::tokens_valid_from`]); its tokens for programs are deleted if the revocation says so.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    async fn revoke_tokens(
        &self,
        id: &UserId,
        revocation: &Revocation,
        audit: &AuditEntry,
    ) -> Result<(), StoreError>;

    /// Deletes the account with all that it owns. The audit trail stays.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Conflict`] with
    /// [`Constraint::LastAdmin`](super::Constraint::LastAdmin) if it is the last enabled admin.
    async fn delete(&self, id: &UserId, audit: &AuditEntry) -> Result<(), StoreError>;

    /// A page of the accounts, newest first, ties by id, descending as well.
    async fn list(&self, query: &UserQuery) -> Result<UserPage, StoreError>;
}

/// An account and what its password is checked against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// The account.
    pub user: User,
    /// The hash of its password.
    pub password: PasswordHash,
}

/// Which accounts to list, from where, and how many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserQuery {
    /// Only accounts whose id is this, or whose address contains it, ignoring case.
    pub search: Option<String>,
    /// After the account that stands, or stood, at this position.
    pub after: Option<UserPosition>,
    /// How many at most.
    pub limit: u32,
}

/// A place in the list of accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserPosition {
    /// When the account was made.
    pub created_at: Timestamp,
    /// The tie-break.
    pub id: UserId,
}

impl From<&User> for UserPosition {
    fn from(user: &User) -> Self {
        Self {
            created_at: user.created_at,
            id: user.id.clone(),
        }
    }
}

/// A page of accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserPage {
    /// The accounts, in order.
    pub users: Vec<User>,
    /// Whether others follow.
    pub more: bool,
}
