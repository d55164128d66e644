use taskwell_domain::User;

use super::{Authenticated, Identity};
use crate::Error;

impl Identity {
    /// The caller's own account, with the role that the token gives.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] if it is gone.
    pub async fn me(&self, caller: &Authenticated) -> Result<User, Error> {
        let user = self.ports.users.find(&caller.actor.user_id).await?;
        let user = user.ok_or(Error::Unauthenticated)?;
        Ok(User {
            role: caller.role,
            ..user
        })
    }
}
