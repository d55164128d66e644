use taskwell_domain::{AuditAction, Email, NewPassword, Role, User};

use super::{Administration, Administrator};
use crate::{Error, audit::Noted};

/// An account to be made by an administrator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateAccount {
    /// Its address.
    pub email: Email,
    /// Its password.
    pub password: NewPassword,
    /// What it may do.
    pub role: Role,
}

impl Administration {
    /// Makes an account, whether or not anybody may register.
    ///
    /// # Errors
    /// [`Error::EmailTaken`].
    pub async fn create_account(&self, by: &Administrator, command: CreateAccount) -> Result<User, Error> {
        let hash = self.ports.passwords.hash(&command.password).await?;
        let now = self.ports.clock.now();
        let user = User::registered(self.ports.ids.user_id(), command.email, command.role, now);
        let noted = Noted::new(AuditAction::Registered, &user.id).detail(format!("as {}", user.role));
        let entry = self.entry(by, noted, now);
        self.ports.users.add(&user, &hash, &entry).await?;
        Ok(user)
    }
}
