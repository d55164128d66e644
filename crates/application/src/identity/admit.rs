use taskwell_domain::{AuditAction, Client, User, UserId};

use super::Identity;
use crate::{Error, audit::Noted, ports::OutsideClaims};

impl Identity {
    /// The account that a token of another issuer names, made if this is the first one seen.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] if the account was deleted after the token was given out.
    pub(super) async fn admit(
        &self,
        id: &UserId,
        claims: &OutsideClaims,
        client: &Client,
    ) -> Result<User, Error> {
        let now = self.ports.clock.now();
        let user = User::admitted(id.clone(), claims.issuer.clone(), claims.email.clone(), now);
        let entry = Noted::new(AuditAction::Registered, id)
            .detail(format!("by {}", claims.issuer))
            .entry(&*self.ports.ids, Some(id), client, now);
        let admitted = self.ports.users.admit(&user, claims.issued_at, &entry).await?;
        admitted.ok_or(Error::Unauthenticated)
    }
}
