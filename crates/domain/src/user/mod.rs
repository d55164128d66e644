//! Accounts.

mod email;
mod password;
mod user_id;

pub use email::Email;
pub use password::Password;
pub use user_id::UserId;

use crate::Timestamp;

/// An account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Its id, the `sub` of its tokens.
    pub id: UserId,
    /// Its address, where it has one.
    pub email: Option<Email>,
    /// What it may do.
    pub role: Role,
    /// When it was made.
    pub created_at: Timestamp,
}

/// What an account may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Its own tasks.
    User,
    /// Its own tasks, and the administration of accounts.
    Admin,
}

impl Role {
    /// The stable word: `user` or `admin`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Admin => "admin",
        }
    }

    /// The role of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::User, Self::Admin]
            .into_iter()
            .find(|role| role.as_str() == word)
    }
}
