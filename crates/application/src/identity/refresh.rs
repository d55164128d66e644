use std::fmt;

use taskwell_domain::{AuditAction, Client, Renewal};

use super::{Identity, Tokens};
use crate::{
    Error,
    audit::Noted,
    ports::{OpaqueKind, StoreError},
};

/// A session to be renewed.
#[derive(Clone, PartialEq, Eq)]
pub struct Refresh {
    /// The refresh token.
    pub refresh_token: String,
    /// From where.
    pub client: Client,
}

impl fmt::Debug for Refresh {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refresh")
            .field("client", &self.client)
            .finish_non_exhaustive()
    }
}

impl Identity {
    /// Spends a refresh token for new tokens. One that was spent before works for the tabs of one browser, that
    /// is a few seconds; after that somebody has a copy of it, and the session ends for everybody.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] for an unknown token, [`Error::SessionRevoked`] if its session is over,
    /// [`Error::AccountDisabled`], [`Error::RateLimited`].
    pub async fn refresh(&self, command: Refresh) -> Result<Tokens, Error> {
        let spent = self
            .ports
            .opaque_tokens
            .hash(OpaqueKind::Refresh, &command.refresh_token)
            .ok_or(Error::Unauthenticated)?;
        let token = self
            .ports
            .sessions
            .find_refresh_token(&spent)
            .await?
            .ok_or(Error::Unauthenticated)?;
        let (session, user) = (token.held.session, token.held.user);
        self.count_refresh(session.id).await?;
        let now = self.ports.clock.now();
        let lifetime = self.policy.refresh_ttl;
        match session.renew(token.usage, command.client.clone(), lifetime, now) {
            Renewal::Renewed(_) if user.is_disabled() => Err(Error::AccountDisabled),
            Renewal::Renewed(renewed) => {
                let fresh = self.ports.opaque_tokens.generate(OpaqueKind::Refresh);
                match self.ports.sessions.renew(&renewed, &spent, &fresh.hash).await {
                    Ok(()) => Ok(self.tokens(user, renewed.id, fresh, now)),
                    Err(StoreError::Stale) => Err(Error::SessionRevoked),
                    Err(error) => Err(error.into()),
                }
            }
            Renewal::Reused => {
                // Who shows the token is not known to be the user.
                let entry = Noted::new(AuditAction::RefreshReused, &user.id)
                    .detail(format!("session {}", session.id))
                    .entry(&*self.ports.ids, None, &command.client, now);
                self.ports
                    .sessions
                    .end(&user.id, session.id, now, Some(entry))
                    .await?;
                Err(Error::SessionRevoked)
            }
            Renewal::Over => Err(Error::SessionRevoked),
        }
    }
}
