use std::{fmt, time::Duration};

use taskwell_domain::{Email, Password, Session, User};

use super::Identity;
use crate::{Error, ports::AccessClaims};

/// Somebody who says to be somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// The address, as it was typed; one that is none belongs to nobody.
    pub email: String,
    /// The password.
    pub password: Password,
}

/// What a login gives. It cannot be printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Tokens {
    /// Opens everything of the user for a short time.
    pub access_token: String,
    /// How long the access token works.
    pub expires_in: Duration,
    /// Opens nothing, but gets new tokens for as long as the session lasts.
    pub refresh_token: String,
    /// Who logged in.
    pub user: User,
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens")
            .field("user", &self.user.id)
            .finish_non_exhaustive()
    }
}

impl Identity {
    /// Begins a session.
    ///
    /// # Errors
    /// [`Error::InvalidCredentials`] for a wrong password and, after the same work, for an unknown address.
    pub async fn login(&self, command: Login) -> Result<Tokens, Error> {
        let credentials = match Email::parse(&command.email) {
            Ok(email) => self.ports.users.find_credentials(&email).await?,
            Err(_) => None,
        };
        let hash = credentials.as_ref().map(|known| known.password.clone());
        let verified = self.ports.passwords.verify(&command.password, hash).await?;
        match credentials.filter(|_| verified) {
            Some(known) => self.start_session(known.user).await,
            None => Err(Error::InvalidCredentials),
        }
    }

    async fn start_session(&self, user: User) -> Result<Tokens, Error> {
        let now = self.ports.clock.now();
        let session = Session::start(
            self.ports.ids.session_id(),
            user.id.clone(),
            self.policy.refresh_ttl,
            now,
        );
        let refresh_token = self.ports.opaque_tokens.generate();
        self.ports.sessions.start(&session, &refresh_token.hash).await?;
        let claims = AccessClaims {
            user_id: user.id.clone(),
            session_id: session.id,
            token_id: self.ports.ids.token_id(),
            email: user.email.clone(),
            role: user.role,
            issued_at: now,
            expires_at: now.after(self.policy.access_ttl),
        };
        Ok(Tokens {
            access_token: self.ports.access_tokens.sign(&claims),
            expires_in: self.policy.access_ttl,
            refresh_token: refresh_token.text,
            user,
        })
    }
}
