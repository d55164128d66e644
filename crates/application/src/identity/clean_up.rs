use std::time::Duration;

use super::Identity;
use crate::Error;

/// How long the audit trail remembers.
const AUDIT_MEMORY: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// What was cleaned up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CleanedUp {
    /// Sessions that were over.
    pub sessions: u64,
    /// Tokens for programs that had expired.
    pub api_tokens: u64,
    /// Counts of tries that no longer made a difference.
    pub limits: u64,
    /// Entries of the audit trail that were older than a year.
    pub audit_entries: u64,
}

impl CleanedUp {
    /// All that was cleaned up, counted together.
    #[must_use]
    pub fn all(&self) -> u64 {
        self.sessions + self.api_tokens + self.limits + self.audit_entries
    }
}

impl Identity {
    /// Forgets what nobody will ask for any more. What is over is remembered for as long as a session may last, to
    /// tell its holder what happened. Several servers may do this at once.
    ///
    /// # Errors
    /// None of its own.
    pub async fn clean_up(&self) -> Result<CleanedUp, Error> {
        let now = self.ports.clock.now();
        let over_before = now.before(self.policy.refresh_ttl);
        Ok(CleanedUp {
            sessions: self.ports.sessions.purge(over_before).await?,
            api_tokens: self.ports.api_tokens.purge(over_before).await?,
            limits: self.ports.limits.purge(now).await?,
            audit_entries: self.ports.audit.purge(now.before(AUDIT_MEMORY)).await?,
        })
    }
}
