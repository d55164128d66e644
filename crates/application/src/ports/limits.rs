use async_trait::async_trait;
use taskwell_domain::{Allowance, Quota, Timestamp, UserId};

use super::StoreError;

/// Counts tries against quotas, for all servers on one storage together.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait SharedLimits: Send + Sync {
    /// Counts one more of `key` at `now`, unless it is too many. However many call this at once, no more are
    /// granted than the quota allows.
    async fn take(&self, key: &str, quota: Quota, now: Timestamp) -> Result<Allowance, StoreError>;

    /// Forgets what no longer makes a difference at `now`; how many keys.
    async fn purge(&self, now: Timestamp) -> Result<u64, StoreError>;
}

/// Counts the requests of each user on this server.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait RequestLimit: Send + Sync {
    /// Counts one more; `None` where there is no limit.
    fn take(&self, user: &UserId) -> Option<Allowance>;

    /// Forgets what no longer makes a difference.
    fn forget(&self);
}
