use taskwell_domain::{AccountChange, AuditAction, AuditEntry, Email, NewPassword, Timestamp, User, UserId};

use super::{Administration, Administrator, AssertedAccount};
use crate::{Error, audit::Noted, ports::StoreError};

impl Administration {
    /// The account of that id.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn account(&self, _by: &Administrator, id: &UserId) -> Result<User, Error> {
        let user = self.ports.users.find(id).await?;
        user.ok_or(Error::NotFound("user"))
    }

    /// The account that logs in here with that address.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn account_of(&self, _by: &Administrator, email: &Email) -> Result<User, Error> {
        let known = self.ports.users.find_credentials(email).await?;
        known.map(|known| known.user).ok_or(Error::NotFound("user"))
    }

    /// Gives or takes a role, shuts an account out or lets it in again; how it stands then. It acts on tokens
    /// already out.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Validation`] if `asserted` is not so, [`Error::LastAdmin`].
    pub async fn change_account(
        &self,
        by: &Administrator,
        id: &UserId,
        change: AccountChange,
        asserted: &AssertedAccount,
    ) -> Result<User, Error> {
        let user = self.account(by, id).await?;
        asserted.check(&user)?;
        let change = change.difference_to(&user);
        if change.is_empty() {
            return Ok(user);
        }
        let now = self.ports.clock.now();
        let entries = self.entries(by, &user, &change, now);
        self.ports
            .users
            .change(id, &change, now, &entries)
            .await
            .map_err(about_account)
    }

    fn entries(
        &self,
        by: &Administrator,
        user: &User,
        change: &AccountChange,
        now: Timestamp,
    ) -> Vec<AuditEntry> {
        let role = change.role.map(|role| {
            Noted::new(AuditAction::RoleChanged, &user.id).detail(format!("{} to {role}", user.role))
        });
        let disabled = change.disabled.map(|disabled| {
            let action = match disabled {
                true => AuditAction::AccountDisabled,
                false => AuditAction::AccountEnabled,
            };
            Noted::new(action, &user.id)
        });
        role.into_iter()
            .chain(disabled)
            .map(|noted| self.entry(by, noted, now))
            .collect()
    }

    /// Deletes an account with all that it owns.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::LastAdmin`].
    pub async fn delete_account(&self, by: &Administrator, id: &UserId) -> Result<(), Error> {
        let noted = Noted::new(AuditAction::AccountDeleted, id);
        let entry = self.entry(by, noted, self.ports.clock.now());
        self.ports.users.delete(id, &entry).await.map_err(about_account)
    }

    /// Makes every token of an account stop working that was given out before now: those of its sessions, those
    /// for programs, and those of another issuer.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn revoke_tokens(&self, by: &Administrator, id: &UserId) -> Result<(), Error> {
        let user = self.account(by, id).await?;
        let now = self.ports.clock.now();
        let entry = self.entry(by, Noted::new(AuditAction::TokensRevoked, id), now);
        self.ports
            .users
            .revoke_tokens(id, &user.revocation(true, now), &entry)
            .await
            .map_err(about_account)
    }

    /// Sets a password for an account that logs in here, and ends all its sessions.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn reset_password(
        &self,
        by: &Administrator,
        id: &UserId,
        password: &NewPassword,
    ) -> Result<(), Error> {
        let hash = self.ports.passwords.hash(password).await?;
        let now = self.ports.clock.now();
        let entry = self.entry(by, Noted::new(AuditAction::PasswordReset, id), now);
        let reset = self
            .ports
            .users
            .set_password(id, None, &hash, None, now, &entry)
            .await;
        match reset {
            Err(StoreError::Stale) => Err(Error::NotFound("user")),
            reset => Ok(reset?),
        }
    }
}

/// Here an account that is not there is not the caller's.
fn about_account(error: StoreError) -> Error {
    match error {
        StoreError::NotFound => Error::NotFound("user"),
        other => other.into(),
    }
}
