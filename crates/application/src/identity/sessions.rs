use taskwell_domain::{Session, SessionId};

use super::{Authenticated, Identity};
use crate::Error;

impl Identity {
    /// The caller's sessions that are active, newest first.
    ///
    /// # Errors
    /// None of its own.
    pub async fn sessions(&self, caller: &Authenticated) -> Result<Vec<Session>, Error> {
        let now = self.ports.clock.now();
        Ok(self.ports.sessions.list(&caller.actor.user_id, now).await?)
    }

    /// Ends one of the caller's sessions.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the caller has no active session of that id.
    pub async fn end_session(&self, caller: &Authenticated, id: SessionId) -> Result<(), Error> {
        let now = self.ports.clock.now();
        let user = &caller.actor.user_id;
        match self.ports.sessions.end(user, id, now, None).await? {
            true => Ok(()),
            false => Err(Error::NotFound("session")),
        }
    }
}
