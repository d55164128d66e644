use taskwell_domain::User;

use super::Identity;
use crate::{Actor, Error};

impl Identity {
    /// The caller's own account.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] if it is gone.
    pub async fn me(&self, actor: &Actor) -> Result<User, Error> {
        self.ports
            .users
            .find(&actor.user_id)
            .await?
            .ok_or(Error::Unauthenticated)
    }
}
