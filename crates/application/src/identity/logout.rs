use taskwell_domain::{AuditAction, Client};

use super::{Authenticated, Identity};
use crate::{Error, audit::Noted};

impl Identity {
    /// Ends the session that the caller is known by; its tokens stop working at once.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for somebody who has no session here, but logged in elsewhere.
    pub async fn logout(&self, caller: &Authenticated) -> Result<(), Error> {
        let id = caller
            .session_id()
            .ok_or(Error::Forbidden("the session is another issuer's: log out there"))?;
        let now = self.ports.clock.now();
        self.ports
            .sessions
            .end(&caller.actor.user_id, id, now, None)
            .await?;
        Ok(())
    }

    /// Ends every session of the caller, and cuts off the tokens that the issuer of an account from elsewhere
    /// gave out until now.
    ///
    /// # Errors
    /// None of its own.
    pub async fn logout_all(&self, caller: &Authenticated, client: &Client) -> Result<(), Error> {
        let user = self.me(caller).await?;
        let now = self.ports.clock.now();
        let entry = Noted::new(AuditAction::LoggedOutEverywhere, &user.id).entry(
            &*self.ports.ids,
            Some(&user.id),
            client,
            now,
        );
        let revocation = user.revocation(false, now);
        Ok(self
            .ports
            .users
            .revoke_tokens(&user.id, &revocation, &entry)
            .await?)
    }
}
