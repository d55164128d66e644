use std::time::Duration;

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use taskwell_application::ports::StoreError;
use taskwell_domain::UserId;
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::{ANSWERED_WITHIN, DatabaseSignals};
use crate::{
    database::{Database, store_error},
    entities::users::{Column, Entity},
    stores::{ASKED_AT_ONCE, from_stored, user_id},
};

impl DatabaseSignals {
    /// Looks at the counters again and again, and at once when it is asked to: the net under everything that
    /// tells faster.
    pub(super) async fn look_every(&self, database: &Database, period: Duration) {
        let mut ticks = interval(period);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = ticks.tick() => {}
                () = self.look.notified() => {}
            }
            let looked = timeout(ANSWERED_WITHIN, self.look(database)).await;
            if let Err(error) = looked.unwrap_or_else(|elapsed| Err(StoreError::Unavailable(elapsed.into())))
            {
                tracing::debug!(%error, "the ends of the logs are not known, they are looked at again later");
            }
        }
    }

    /// Signals each watched log that does not end where it is known to.
    async fn look(&self, database: &Database) -> Result<(), StoreError> {
        let users: Vec<UserId> = self.watched.users();
        for some in users.chunks(ASKED_AT_ONCE) {
            let ends = Entity::find()
                .select_only()
                .columns([Column::Id, Column::LastSeq])
                .filter(Column::Id.is_in(some.iter().map(UserId::as_str)))
                .into_tuple::<(String, i64)>()
                .all(database.read())
                .await
                .map_err(store_error)?;
            for (id, last) in ends {
                let user = user_id("users.id", &id)?;
                self.watched.ends_at(&user, from_stored("users.last_seq", last)?);
            }
        }
        Ok(())
    }
}
