use taskwell_domain::Timestamp;

use super::InvalidToken;
use crate::identity::Footing;

/// Signs tickets and checks them: short-lived words that open a stream of changes and nothing else, for those
/// who cannot send a header. A ticket is no access token, nor an access token a ticket.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait Tickets: Send + Sync {
    /// The signed ticket.
    fn sign(&self, claims: &TicketClaims) -> String;

    /// What a ticket says, if it is one of ours. Whether it has expired is for the caller to see, who knows the
    /// time.
    ///
    /// # Errors
    /// [`InvalidToken`] for everything else.
    fn verify(&self, ticket: &str) -> Result<TicketClaims, InvalidToken>;
}

/// What a ticket says. Times are whole seconds there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketClaims {
    /// What the token rests on that it was given out for.
    pub footing: Footing,
    /// Until when it opens a stream. A stream that is open then goes on.
    pub expires_at: Timestamp,
}
