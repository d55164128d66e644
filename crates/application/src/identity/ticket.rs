use std::time::Duration;

use super::{Footing, Identity};
use crate::{Error, ports::TicketClaims};

/// How long a ticket waits to be used: a browser does so at once.
const LIFETIME: Duration = Duration::from_secs(60);

/// A word that opens a stream of changes, and nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// What stands in the address.
    pub text: String,
    /// For how long it opens one.
    pub expires_in: Duration,
}

impl Identity {
    /// A ticket for somebody who is let in with a token.
    #[must_use]
    pub fn ticket(&self, footing: Footing) -> Ticket {
        let claims = TicketClaims {
            footing,
            expires_at: self.ports.clock.now().after(LIFETIME),
        };
        Ticket {
            text: self.ports.tickets.sign(&claims),
            expires_in: LIFETIME,
        }
    }

    /// On what somebody is let in who shows this ticket: on what the token rests that it was given out for.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] for what is no ticket; [`Error::TokenExpired`] for one of before, and all that
    /// [`Identity::look_again`] finds wrong with the token.
    pub async fn by_ticket(&self, ticket: &str) -> Result<Footing, Error> {
        let claims = self
            .ports
            .tickets
            .verify(ticket)
            .map_err(|_| Error::Unauthenticated)?;
        if claims.expires_at <= self.ports.clock.now() {
            return Err(Error::TokenExpired);
        }
        let footing = claims.footing;
        for stands in self.look_again(std::slice::from_ref(&footing)).await? {
            stands?;
        }
        Ok(footing)
    }
}
