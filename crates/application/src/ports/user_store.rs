use async_trait::async_trait;
use taskwell_domain::{Email, User, UserId};

use super::{PasswordHash, StoreError};

/// Keeps accounts.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait UserStore: Send + Sync {
    /// Adds an account with a password.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with [`Constraint::Email`](super::Constraint::Email) if another account has
    /// the same [`Email::key`].
    async fn add(&self, user: &User, password: &PasswordHash) -> Result<(), StoreError>;

    /// The account of that id.
    async fn find(&self, id: &UserId) -> Result<Option<User>, StoreError>;

    /// The account of that address, ignoring case, if it logs in by password.
    async fn find_credentials(&self, email: &Email) -> Result<Option<Credentials>, StoreError>;
}

/// An account and what its password is checked against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// The account.
    pub user: User,
    /// The hash of its password.
    pub password: PasswordHash,
}
