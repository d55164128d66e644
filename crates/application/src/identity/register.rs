use taskwell_domain::{AuditAction, Client, Email, NewPassword, Role, User};

use super::Identity;
use crate::{Error, audit::Noted};

/// An account to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Register {
    /// Its address.
    pub email: Email,
    /// Its password.
    pub password: NewPassword,
    /// From where.
    pub client: Client,
}

impl Identity {
    /// Makes an account.
    ///
    /// # Errors
    /// [`Error::Forbidden`] where registration is closed, [`Error::EmailTaken`] if an account has that address,
    /// [`Error::RateLimited`].
    pub async fn register(&self, command: Register) -> Result<User, Error> {
        if !self.policy.registration {
            return Err(Error::Forbidden("registration is closed on this server"));
        }
        self.count_registration(&command.client).await?;
        let hash = self.ports.passwords.hash(&command.password).await?;
        let now = self.ports.clock.now();
        let user = User::registered(self.ports.ids.user_id(), command.email, Role::User, now);
        let entry = Noted::new(AuditAction::Registered, &user.id).entry(
            &*self.ports.ids,
            Some(&user.id),
            &command.client,
            now,
        );
        self.ports.users.add(&user, &hash, &entry).await?;
        Ok(user)
    }
}
