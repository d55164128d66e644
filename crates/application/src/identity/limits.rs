use taskwell_domain::{Allowance, Client, Quota, SessionId, User};

use super::Identity;
use crate::{Error, Limit};

/// How often somebody may try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TryLimits {
    /// Logins from one network, and logins into one account.
    pub login: Quota,
    /// New accounts from one network.
    pub register: Quota,
    /// Renewals of one session: each is kept for as long as a session may last.
    pub refresh: Quota,
}

impl Identity {
    /// Counts a try to make an account.
    ///
    /// # Errors
    /// [`Error::RateLimited`].
    pub(super) async fn count_registration(&self, client: &Client) -> Result<(), Error> {
        match self.policy.limits {
            Some(limits) => {
                let key = format!("register:from:{}", client.network());
                self.count(Limit::Register, &key, limits.register).await
            }
            None => Ok(()),
        }
    }

    /// Counts a renewal of that session.
    ///
    /// # Errors
    /// [`Error::RateLimited`].
    pub(super) async fn count_refresh(&self, session: SessionId) -> Result<(), Error> {
        match self.policy.limits {
            Some(limits) => {
                let key = format!("refresh:{session}");
                self.count(Limit::Refresh, &key, limits.refresh).await
            }
            None => Ok(()),
        }
    }

    /// Counts a try to log in from anywhere.
    ///
    /// # Errors
    /// [`Error::RateLimited`].
    pub(super) async fn count_login_from(&self, client: &Client) -> Result<(), Error> {
        match self.policy.limits {
            Some(limits) => {
                let key = format!("login:from:{}", client.network());
                self.count(Limit::Login, &key, limits.login).await
            }
            None => Ok(()),
        }
    }

    /// Counts a try to log in to the account of that address, whether or not there is one. Where strangers
    /// have used up what is allowed, a network that the owner has logged in from before still has its own
    /// share: nobody can lock the owner out from there.
    ///
    /// # Errors
    /// [`Error::RateLimited`].
    pub(super) async fn count_login_to(
        &self,
        email_key: &str,
        user: Option<&User>,
        client: &Client,
    ) -> Result<(), Error> {
        let Some(limits) = self.policy.limits else {
            return Ok(());
        };
        let strangers = self
            .count(Limit::Login, &format!("login:to:{email_key}"), limits.login)
            .await;
        let Err(exceeded @ Error::RateLimited(_)) = strangers else {
            return strangers;
        };
        // Where there is no account, the same is asked about one that nobody has: the time tells nothing.
        let id = user.map_or_else(|| self.ports.ids.user_id(), |user| user.id.clone());
        if !self.ports.sessions.has_begun_from(&id, client).await? {
            return Err(exceeded);
        }
        let key = format!("login:to:{email_key}:from:{}", client.network());
        self.count(Limit::Login, &key, limits.login).await
    }

    async fn count(&self, limit: Limit, key: &str, quota: Quota) -> Result<(), Error> {
        let now = self.ports.clock.now();
        let allowance: Allowance = self.ports.limits.take(key, quota, now).await?;
        limit.check(allowance)
    }
}
