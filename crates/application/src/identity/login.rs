use taskwell_domain::{AuditAction, Client, Email, Password, Session, UserId};

use super::{Identity, Tokens};
use crate::{
    Error,
    audit::Noted,
    ports::{Credentials, OpaqueKind, StoreError},
};

/// Somebody who says to be somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// The address, as it was typed; one that is none belongs to nobody.
    pub email: String,
    /// The password.
    pub password: Password,
    /// From where.
    pub client: Client,
}

impl Identity {
    /// Begins a session.
    ///
    /// # Errors
    /// [`Error::InvalidCredentials`] for a wrong password and, after the same work, for an unknown address;
    /// [`Error::AccountDisabled`] for the right password alone; [`Error::RateLimited`].
    pub async fn login(&self, command: Login) -> Result<Tokens, Error> {
        self.count_login_from(&command.client).await?;
        let email = Email::parse(&command.email).ok();
        let known = match &email {
            Some(email) => self.ports.users.find_credentials(email).await?,
            None => None,
        };
        if let Some(email) = &email {
            let user = known.as_ref().map(|known| &known.user);
            self.count_login_to(&email.key(), user, &command.client).await?;
        }
        let hash = known.as_ref().map(|known| known.password.clone());
        let verified = self.ports.passwords.verify(&command.password, hash).await?;
        match known {
            Some(known) if verified && known.user.is_disabled() => {
                let noted =
                    Noted::new(AuditAction::LoginFailed, &known.user.id).detail("the account is disabled");
                self.note(noted, None, &command.client).await?;
                Err(Error::AccountDisabled)
            }
            Some(known) if verified => self.start_session(known, command.client).await,
            Some(known) => {
                let noted = Noted::new(AuditAction::LoginFailed, &known.user.id);
                self.note(noted, None, &command.client).await?;
                Err(Error::InvalidCredentials)
            }
            None => {
                let noted = Noted::about_nobody(AuditAction::LoginFailed);
                self.note(noted, None, &command.client).await?;
                Err(Error::InvalidCredentials)
            }
        }
    }

    /// Adds to the audit trail what changed nothing.
    pub(super) async fn note(
        &self,
        noted: Noted,
        actor: Option<&UserId>,
        client: &Client,
    ) -> Result<(), Error> {
        let entry = noted.entry(&*self.ports.ids, actor, client, self.ports.clock.now());
        Ok(self.ports.audit.append(&entry).await?)
    }

    async fn start_session(&self, known: Credentials, client: Client) -> Result<Tokens, Error> {
        let Credentials { user, password } = known;
        let now = self.ports.clock.now();
        let entry =
            Noted::new(AuditAction::LoggedIn, &user.id).entry(&*self.ports.ids, Some(&user.id), &client, now);
        let session = Session::start(
            self.ports.ids.session_id(),
            user.id.clone(),
            client,
            self.policy.refresh_ttl,
            now,
        );
        let refresh_token = self.ports.opaque_tokens.generate(OpaqueKind::Refresh);
        let started = self
            .ports
            .sessions
            .start(&session, &refresh_token.hash, &password, &entry)
            .await;
        match started {
            Ok(()) => Ok(self.tokens(user, session.id, refresh_token, now)),
            // Meanwhile the password was changed, or the account disabled or deleted.
            Err(StoreError::Stale) => Err(Error::InvalidCredentials),
            Err(error) => Err(error.into()),
        }
    }
}
