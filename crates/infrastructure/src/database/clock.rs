use sea_orm::{ConnectionTrait, DbErr, Statement, prelude::DateTimeUtc};
use taskwell_application::ports::StoreError;
use taskwell_domain::Timestamp;

use super::{Database, store_error};

impl Database {
    /// What the clock of the database says. SQLite has none but that of this machine.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] or [`StoreError::Internal`].
    pub async fn clock(&self) -> Result<Option<Timestamp>, StoreError> {
        if !self.is_postgres() {
            return Ok(None);
        }
        let statement = Statement::from_string(self.read.get_database_backend(), "SELECT clock_timestamp()");
        let row = self.read.query_one_raw(statement).await.map_err(store_error)?;
        let now = row.map(|row| row.try_get_by_index::<DateTimeUtc>(0));
        let now: Result<Option<DateTimeUtc>, DbErr> = now.transpose();
        Ok(now.map_err(store_error)?.map(Timestamp::from))
    }
}
