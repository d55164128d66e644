use std::time::Duration;

use async_trait::async_trait;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, Statement};
use taskwell_application::ports::{SharedLimits, StoreError};
use taskwell_domain::{Allowance, Quota, Timestamp};

use super::purge::purge;
use crate::{
    database::{Database, store_error},
    entities::rate_limits::{Column, Entity},
};

/// Counts tries in the database, by the generic cell rate algorithm (ITU-T I.371): of each key is kept when
/// the whole burst is allowed again, and one more try puts that off by one interval, unless it would then lie
/// further off than the whole burst takes.
#[derive(Clone, Debug)]
pub struct SqlSharedLimits {
    database: Database,
}

impl SqlSharedLimits {
    /// The counts in that database.
    #[must_use]
    pub fn new(database: Database) -> Self {
        Self { database }
    }

    /// When the whole burst of that key is allowed again, in microseconds, if it is not by now.
    async fn find(&self, key: &str) -> Result<Option<i64>, StoreError> {
        let row = Entity::find_by_id(key)
            .one(self.database.read())
            .await
            .map_err(store_error)?;
        Ok(row.map(|row| row.tat))
    }
}

/// `$2` is now, `$3` the interval and `$4` the latest that the whole burst may be allowed again before this one
/// counts. No row is answered if it is too many. It decides and counts in one, so of many at once each sees
/// what the others took.
const TAKE: &str = "\
INSERT INTO rate_limits (key, tat) VALUES ($1, $2 + $3)
ON CONFLICT (key) DO UPDATE
    SET tat = (CASE WHEN rate_limits.tat > $2 THEN rate_limits.tat ELSE $2 END) + $3
    WHERE rate_limits.tat <= $4
RETURNING tat";

#[async_trait]
impl SharedLimits for SqlSharedLimits {
    async fn take(&self, key: &str, quota: Quota, now: Timestamp) -> Result<Allowance, StoreError> {
        let instant = instant(now);
        // A quota of more than one each microsecond is as good as none.
        let interval = micros(quota.interval()).max(1);
        let window = interval.saturating_mul(i64::from(quota.burst()));
        let latest = instant.saturating_add(window - interval);
        let values = [key.into(), instant.into(), interval.into(), latest.into()];
        let write = self.database.write();
        let statement = Statement::from_sql_and_values(write.get_database_backend(), TAKE, values);
        let answer = write.query_one_raw(statement).await.map_err(store_error)?;
        let (remaining, reset_after) = match answer {
            Some(row) => {
                let tat: i64 = row.try_get_by_index(0).map_err(store_error)?;
                let taken = tat.saturating_sub(instant);
                (u32::try_from((window - taken) / interval).ok(), taken)
            }
            None => {
                let tat = self.find(key).await?.unwrap_or(instant);
                (None, tat.saturating_sub(latest))
            }
        };
        Ok(Allowance {
            quota,
            remaining,
            reset_after: Duration::from_micros(reset_after.try_into().unwrap_or_default()),
        })
    }

    async fn purge(&self, now: Timestamp) -> Result<u64, StoreError> {
        purge::<Entity>(self.database.write(), Column::Tat.lte(instant(now))).await
    }
}

/// In microseconds since 1970.
fn instant(at: Timestamp) -> i64 {
    at.as_datetime().timestamp_micros()
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}
