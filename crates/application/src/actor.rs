//! Who asks for something.

use taskwell_domain::{ActorKind, ChangeActor, Origin, RequestId, Timestamp, UserId};

use crate::Error;

/// Whoever a use case acts for: an authenticated user, through one door, in one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The user, whose own things are meant.
    pub user_id: UserId,
    /// The door that the user came through.
    pub via: ChangeActor,
    /// The request.
    pub request_id: RequestId,
}

impl Actor {
    /// Whether `named` in an address means this user: the own id, or the word `me`.
    ///
    /// # Errors
    /// [`Error::UserMismatch`] for anybody else, whether or not there is such a user.
    pub fn must_be(&self, named: &str) -> Result<(), Error> {
        user_is(&self.user_id, named)
    }

    /// The same user, for whom an assistant acts.
    #[must_use]
    pub fn by_assistant(mut self) -> Self {
        self.via.kind = ActorKind::Mcp;
        self
    }

    /// What the log says of a change that this actor makes at `at`.
    pub(crate) fn origin(&self, at: Timestamp) -> Origin {
        Origin {
            actor: self.via.clone(),
            request_id: self.request_id.clone(),
            batch: None,
            at,
        }
    }
}

/// Whether `named` in an address means that user: the own id, or the word `me`.
///
/// # Errors
/// [`Error::UserMismatch`] for anybody else, whether or not there is such a user.
pub fn user_is(user: &UserId, named: &str) -> Result<(), Error> {
    if named == "me" || named == user.as_str() {
        Ok(())
    } else {
        Err(Error::UserMismatch)
    }
}
