//! Counts in memory.

use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use taskwell_application::ports::{SharedLimits, StoreError};
use taskwell_domain::{Allowance, Quota, Timestamp};

use super::MemoryStorage;

/// A leaky bucket by the generic cell rate algorithm (ITU-T I.371): of each key nothing is kept but when its
/// whole burst is allowed again, which each one that is granted puts off by an interval.
#[async_trait]
impl SharedLimits for MemoryStorage {
    async fn take(&self, key: &str, quota: Quota, now: Timestamp) -> Result<Allowance, StoreError> {
        let limits = &mut self.lock().limits;
        let now = now.as_datetime();
        let rested = limits.get(key).map_or(now, |known| now.max(*known));
        let waiting = time_from(now, rested) + quota.interval();
        if waiting > quota.window() {
            return Ok(Allowance {
                quota,
                remaining: None,
                reset_after: waiting - quota.window(),
            });
        }
        limits.insert(key.to_owned(), rested + quota.interval());
        let left = (quota.window() - waiting).as_nanos() / quota.interval().as_nanos().max(1);
        Ok(Allowance {
            quota,
            remaining: Some(u32::try_from(left).unwrap_or(u32::MAX)),
            reset_after: waiting,
        })
    }

    async fn purge(&self, now: Timestamp) -> Result<u64, StoreError> {
        let limits = &mut self.lock().limits;
        let all = limits.len();
        limits.retain(|_, rested| *rested > now.as_datetime());
        Ok((all - limits.len()) as u64)
    }
}

/// How long it takes from one instant to a later one.
fn time_from(earlier: DateTime<Utc>, later: DateTime<Utc>) -> Duration {
    let delta: TimeDelta = later - earlier;
    delta.to_std().unwrap_or_default()
}
