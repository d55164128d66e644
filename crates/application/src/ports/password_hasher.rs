use std::{error::Error, fmt};

use async_trait::async_trait;
use taskwell_domain::{NewPassword, Password};

/// Hashes passwords slowly, with a bound on how many at once.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait PasswordHasher: Send + Sync {
    /// The hash to be stored.
    async fn hash(&self, password: &NewPassword) -> Result<PasswordHash, HashingError>;

    /// Whether the password is the one of that hash. Without a hash the answer is no, after the same
    /// work, so that the time does not tell whether an account exists.
    async fn verify(&self, password: &Password, hash: Option<PasswordHash>) -> Result<bool, HashingError>;
}

/// A password hash in PHC string format. It cannot be printed.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// The PHC string.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for PasswordHash {
    fn from(phc: String) -> Self {
        Self(phc)
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

/// Why a password was not hashed.
#[derive(Debug, thiserror::Error)]
pub enum HashingError {
    /// Too many are waiting already.
    #[error("too many passwords are waiting to be hashed")]
    Busy,
    /// A fault of the program, or a stored hash that is none.
    #[error("hashing failed")]
    Internal(#[source] Box<dyn Error + Send + Sync>),
}
