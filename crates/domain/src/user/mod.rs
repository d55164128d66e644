//! Accounts.

mod common;
mod email;
mod password;
mod user_id;

pub use email::Email;
pub use password::{NewPassword, Password};
pub use user_id::UserId;

use crate::{Timestamp, words};

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

words! {
    /// What an account may do.
    pub enum Role {
        /// Its own tasks.
        User => "user",
        /// Its own tasks, and the administration of accounts.
        Admin => "admin",
    }
}
