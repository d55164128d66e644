use super::{Authenticated, Identity};
use crate::Error;

impl Identity {
    /// Ends the session that the caller is known by; its tokens stop working at once.
    ///
    /// # Errors
    /// None of its own.
    pub async fn logout(&self, caller: &Authenticated) -> Result<(), Error> {
        let now = self.ports.clock.now();
        let user = &caller.actor.user_id;
        Ok(self.ports.sessions.end(user, caller.session_id, now).await?)
    }
}
