use taskwell_domain::{ActorKind, ChangeActor, RequestId, SessionId};

use super::Identity;
use crate::{Actor, Error};

/// Somebody who is known, and the session that they are known by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authenticated {
    /// Who acts.
    pub actor: Actor,
    /// The session.
    pub session_id: SessionId,
}

impl Identity {
    /// Who presents this access token.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] for what is no token of ours or an account that is gone,
    /// [`Error::TokenExpired`], [`Error::SessionRevoked`].
    pub async fn authenticate(&self, token: &str, request_id: RequestId) -> Result<Authenticated, Error> {
        let claims = self
            .ports
            .access_tokens
            .verify(token)
            .map_err(|_| Error::Unauthenticated)?;
        let now = self.ports.clock.now();
        if claims.expires_at <= now {
            return Err(Error::TokenExpired);
        }
        let session = self
            .ports
            .sessions
            .find(&claims.user_id, claims.session_id)
            .await?;
        match session {
            Some(session) if session.is_active(now) => Ok(Authenticated {
                actor: Actor {
                    user_id: claims.user_id,
                    via: ChangeActor {
                        kind: ActorKind::Session,
                        id: session.id.to_string(),
                    },
                    request_id,
                },
                session_id: session.id,
            }),
            Some(_) => Err(Error::SessionRevoked),
            // Sessions go with their account.
            None => match self.ports.users.find(&claims.user_id).await? {
                Some(_) => Err(Error::SessionRevoked),
                None => Err(Error::Unauthenticated),
            },
        }
    }
}
