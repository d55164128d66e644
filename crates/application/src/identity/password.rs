use std::fmt;

use taskwell_domain::{AuditAction, Client, Fault, FaultCode, FieldFault, NewPassword, Password, User};

use super::{Authenticated, Identity};
use crate::{
    Error,
    audit::Noted,
    ports::{PasswordHash, StoreError},
};

const ELSEWHERE: Error = Error::Forbidden("the account has no password here: change it where you log in");

/// A password to be changed by its owner. It cannot be printed.
#[derive(Clone, PartialEq, Eq)]
pub struct ChangePassword {
    /// The password that holds.
    pub current: Password,
    /// The one that is to hold, as it was typed: whether it may depends on the account.
    pub new: String,
}

impl fmt::Debug for ChangePassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ChangePassword(…)")
    }
}

impl Identity {
    /// Changes the caller's password and ends every other session.
    ///
    /// # Errors
    /// [`Error::InvalidCredentials`] if the current one is wrong, [`Error::Validation`] if the new one may not
    /// be, [`Error::Forbidden`] for an account from elsewhere, [`Error::RateLimited`].
    pub async fn change_password(
        &self,
        caller: &Authenticated,
        command: ChangePassword,
        client: &Client,
    ) -> Result<(), Error> {
        let user = self.me(caller).await?;
        if !user.issuer.is_ourselves() {
            return Err(ELSEWHERE);
        }
        let password = NewPassword::parse(&command.new, user.email.as_ref()).map_err(|fault| {
            Error::Validation(vec![FieldFault {
                field: "new_password",
                fault,
            }])
        })?;
        let verified = self.verify(&user, &command.current, client).await?;
        let hash = self.ports.passwords.hash(&password).await?;
        let now = self.ports.clock.now();
        let entry = Noted::new(AuditAction::PasswordChanged, &user.id).entry(
            &*self.ports.ids,
            Some(&user.id),
            client,
            now,
        );
        let changed = self
            .ports
            .users
            .set_password(&user.id, Some(verified), &hash, caller.session_id(), now, &entry)
            .await;
        match changed {
            // Somebody else has changed it meanwhile.
            Err(StoreError::Stale) => Err(Error::InvalidCredentials),
            changed => Ok(changed?),
        }
    }

    /// Deletes the caller's account with all that it owns. Who logs in here confirms it with the password.
    ///
    /// # Errors
    /// [`Error::InvalidCredentials`] if the password is wrong, [`Error::Validation`] if it is missing or the
    /// account has none, [`Error::LastAdmin`], [`Error::RateLimited`].
    pub async fn delete_account(
        &self,
        caller: &Authenticated,
        password: Option<Password>,
        client: &Client,
    ) -> Result<(), Error> {
        let user = self.me(caller).await?;
        match (user.issuer.is_ourselves(), password) {
            (true, Some(password)) => {
                self.verify(&user, &password, client).await?;
            }
            (false, None) => {}
            (true, None) => return Err(wrong_password(FaultCode::Required, "must be given")),
            (false, Some(_)) => {
                let detail = "must not be given: the account has no password here";
                return Err(wrong_password(FaultCode::InvalidValue, detail));
            }
        }
        let now = self.ports.clock.now();
        let entry = Noted::new(AuditAction::AccountDeleted, &user.id).entry(
            &*self.ports.ids,
            Some(&user.id),
            client,
            now,
        );
        Ok(self.ports.users.delete(&user.id, &entry).await?)
    }

    /// The hash of the user's password, if `password` is the one. This is counted as a login: who has taken
    /// over a session must not find out the password that way.
    async fn verify(&self, user: &User, password: &Password, client: &Client) -> Result<PasswordHash, Error> {
        let hash = self.ports.users.find_password(&user.id).await?;
        let hash = hash.ok_or(ELSEWHERE)?;
        if let Some(email) = &user.email {
            self.count_login_to(&email.key(), Some(user), client).await?;
        }
        if self.ports.passwords.verify(password, Some(hash.clone())).await? {
            return Ok(hash);
        }
        let noted = Noted::new(AuditAction::LoginFailed, &user.id).detail("while logged in");
        self.note(noted, Some(&user.id), client).await?;
        Err(Error::InvalidCredentials)
    }
}

fn wrong_password(code: FaultCode, detail: &str) -> Error {
    Error::Validation(vec![FieldFault {
        field: "password",
        fault: Fault::new(code, detail),
    }])
}
