mod list;
mod log;
mod record;
mod row;

use async_trait::async_trait;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use taskwell_application::ports::{Page, StoreError, TaskFilter, TaskQuery, TaskStore};
use taskwell_domain::{Change, Origin, Seq, Task, TaskChange, TaskId, UserId};

use crate::{
    database::{Database, store_error},
    entities::tasks,
};

/// Keeps tasks, and the log of what happened to them, in the database.
#[derive(Clone, Debug)]
pub struct SqlTaskStore {
    database: Database,
}

impl SqlTaskStore {
    /// The tasks in that database.
    #[must_use]
    pub fn new(database: Database) -> Self {
        Self { database }
    }
}

#[async_trait]
impl TaskStore for SqlTaskStore {
    async fn record(
        &self,
        owner: &UserId,
        changes: Vec<TaskChange>,
        origin: &Origin,
    ) -> Result<Vec<Change>, StoreError> {
        record::record(&self.database, owner, changes, origin).await
    }

    async fn find(&self, owner: &UserId, id: TaskId) -> Result<Option<Task>, StoreError> {
        tasks::Entity::find_by_id((id.as_uuid(), owner.to_string()))
            .filter(tasks::Column::DeletedAt.is_null())
            .one(self.database.read())
            .await
            .map_err(store_error)?
            .map(Task::try_from)
            .transpose()
    }

    async fn find_creation(&self, owner: &UserId, id: TaskId) -> Result<Option<Task>, StoreError> {
        log::find_creation(&self.database, owner, id).await
    }

    async fn belongs_to_another(&self, owner: &UserId, id: TaskId) -> Result<bool, StoreError> {
        let other = tasks::Entity::find()
            .select_only()
            .column(tasks::Column::Version)
            .filter(tasks::Column::Id.eq(id.as_uuid()))
            .filter(tasks::Column::UserId.ne(owner.as_str()))
            .into_tuple::<i64>()
            .one(self.database.read())
            .await
            .map_err(store_error)?;
        Ok(other.is_some())
    }

    async fn list(&self, owner: &UserId, query: &TaskQuery) -> Result<Page, StoreError> {
        list::list(&self.database, owner, query).await
    }

    async fn count(&self, owner: &UserId, filter: &TaskFilter) -> Result<u64, StoreError> {
        list::count(&self.database, owner, filter).await
    }

    async fn changes(&self, owner: &UserId, since: Seq, limit: u32) -> Result<Vec<Change>, StoreError> {
        log::changes(&self.database, owner, since, limit).await
    }
}
