use taskwell_domain::{Email, NewPassword, Role, User};

use super::Identity;
use crate::Error;

/// An account to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Register {
    /// Its address.
    pub email: Email,
    /// Its password.
    pub password: NewPassword,
}

impl Identity {
    /// Makes an account.
    ///
    /// # Errors
    /// [`Error::Forbidden`] where registration is closed, [`Error::EmailTaken`] if an account has that address.
    pub async fn register(&self, command: Register) -> Result<User, Error> {
        if !self.policy.registration {
            return Err(Error::Forbidden("registration is closed on this server"));
        }
        let hash = self.ports.passwords.hash(&command.password).await?;
        let user = User {
            id: self.ports.ids.user_id(),
            email: Some(command.email),
            role: Role::User,
            created_at: self.ports.clock.now(),
        };
        self.ports.users.add(&user, &hash).await?;
        Ok(user)
    }
}
