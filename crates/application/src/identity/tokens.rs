use std::{fmt, time::Duration};

use taskwell_domain::{SessionId, Timestamp, User};

use super::Identity;
use crate::ports::{AccessClaims, OpaqueToken};

/// What a login gives, and each renewal. It cannot be printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Tokens {
    /// Opens everything of the user for a short time.
    pub access_token: String,
    /// How long the access token works.
    pub expires_in: Duration,
    /// Opens nothing, but gets new tokens, once, for as long as the session lasts.
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
    /// Tokens of a session from `now` on.
    pub(super) fn tokens(
        &self,
        user: User,
        session_id: SessionId,
        refresh_token: OpaqueToken,
        now: Timestamp,
    ) -> Tokens {
        let claims = AccessClaims {
            user_id: user.id.clone(),
            session_id,
            token_id: self.ports.ids.token_id(),
            email: user.email.clone(),
            role: user.role,
            issued_at: now,
            expires_at: now.after(self.policy.access_ttl),
        };
        Tokens {
            access_token: self.ports.access_tokens.sign(&claims),
            expires_in: self.policy.access_ttl,
            refresh_token: refresh_token.text,
            user,
        }
    }
}
