mod answers;
mod asked;
mod blanks;
mod entry;
mod filter;
mod forget;
mod list;
mod log;
mod order;
mod places;
mod record;
mod reindex;
mod row;
mod words;

pub(crate) use reindex::reindex;

use std::sync::LazyLock;

use async_trait::async_trait;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
    Statement,
    prelude::Uuid,
    sea_query::{Expr, PostgresQueryBuilder, SelectStatement},
};
use taskwell_application::ports::{
    KeptAnswer, LogPage, Neighbours, Page, Recording, Side, StoreError, TaskFilter, TaskQuery, TaskStore,
};
use taskwell_domain::{Change, Position, Seq, Task, TaskId, Timestamp, UserId};

use crate::{
    database::{Database, store_error},
    entities::tasks::{Column, Entity},
};

/// How many rows one statement names or writes: SQLite takes 32,766 values.
const AT_ONCE: usize = 1_000;

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

    /// The statement by which a page is read, for a look at how the database goes about it.
    #[cfg(feature = "testing")]
    #[must_use]
    pub fn list_statement(&self, owner: &UserId, query: &TaskQuery) -> String {
        list::spelled_out(&self.database, owner, query)
    }

    /// The statement that is sent every second, for the same.
    #[cfg(feature = "testing")]
    #[must_use]
    pub fn due_reminders_statement(&self, now: Timestamp, limit: u32) -> String {
        let statement = row::reading(due_reminders(now, limit).into_query());
        let backend = self.database.read().get_database_backend();
        backend.build(&statement).to_string()
    }
}

/// Its text is made once: SeaORM takes as long to make it as everything else takes that such a read does here. Both
/// databases know these placeholders.
static FIND: LazyLock<String> = LazyLock::new(|| {
    let tasks = by_id(Uuid::nil(), "").filter(Column::DeletedAt.is_null());
    row::reading(tasks.into_query()).build(PostgresQueryBuilder).0
});

fn by_id(id: Uuid, owner: &str) -> Select<Entity> {
    Entity::find_by_id((id, owner.to_owned()))
}

async fn find_among(
    connection: &impl ConnectionTrait,
    tasks: Select<Entity>,
) -> Result<Vec<Task>, StoreError> {
    find_each(connection, tasks).await?.into_iter().collect()
}

/// Each of the tasks, or why it cannot be read.
async fn find_each(
    connection: &impl ConnectionTrait,
    tasks: Select<Entity>,
) -> Result<Vec<Result<Task, StoreError>>, StoreError> {
    let rows = connection.query_all(&row::reading(tasks.into_query())).await;
    Ok(rows.map_err(store_error)?.iter().map(row::task).collect())
}

fn due_reminders(now: Timestamp, limit: u32) -> Select<Entity> {
    // All four conditions of the index are named: it has nothing but what is due or to come.
    Entity::find()
        .filter(Column::RemindAt.lte(now.as_datetime()))
        .filter(Column::RemindedAt.is_null())
        .filter(Column::CompletedAt.is_null())
        .filter(Column::DeletedAt.is_null())
        .order_by_asc(Column::RemindAt)
        .limit(u64::from(limit))
}

/// The one value that the query gives, or null.
fn scalar(query: SelectStatement) -> Expr {
    Expr::SubQuery(None, Box::new(query.into()))
}

#[async_trait]
impl TaskStore for SqlTaskStore {
    async fn record(&self, owner: &UserId, recording: Recording) -> Result<Vec<Change>, StoreError> {
        let recorded = record::record(&self.database, owner, recording).await?;
        self.database.signals().recorded(owner, &recorded);
        Ok(recorded)
    }

    async fn find(&self, owner: &UserId, id: TaskId) -> Result<Option<Task>, StoreError> {
        let read = self.database.read();
        let values = [id.as_uuid().into(), owner.as_str().into()];
        let find = Statement::from_sql_and_values(read.get_database_backend(), FIND.as_str(), values);
        let row = read.query_one_raw(find).await.map_err(store_error)?;
        row.as_ref().map(row::task).transpose()
    }

    async fn find_deleted(&self, owner: &UserId, id: TaskId) -> Result<Option<Task>, StoreError> {
        let deleted = by_id(id.as_uuid(), owner.as_str()).filter(Column::DeletedAt.is_not_null());
        Ok(find_among(self.database.read(), deleted).await?.pop())
    }

    async fn find_all(&self, owner: &UserId, ids: &[TaskId]) -> Result<Vec<Task>, StoreError> {
        let mut found = Vec::new();
        for some in ids.chunks(AT_ONCE) {
            let tasks = Entity::find()
                .filter(Column::UserId.eq(owner.as_str()))
                .filter(Column::Id.is_in(some.iter().map(|id| id.as_uuid())));
            found.extend(find_among(self.database.read(), tasks).await?);
        }
        Ok(found)
    }

    async fn find_creation(&self, owner: &UserId, id: TaskId) -> Result<Option<Task>, StoreError> {
        log::find_creation(&self.database, owner, id).await
    }

    async fn belongs_to_another(&self, owner: &UserId, id: TaskId) -> Result<bool, StoreError> {
        let other = Entity::find()
            .select_only()
            .column(Column::Version)
            .filter(Column::Id.eq(id.as_uuid()))
            .filter(Column::UserId.ne(owner.as_str()))
            .into_tuple::<i64>()
            .one(self.database.read())
            .await
            .map_err(store_error)?;
        Ok(other.is_some())
    }

    async fn find_neighbours(
        &self,
        owner: &UserId,
        id: TaskId,
        beside: TaskId,
        side: Side,
    ) -> Result<Neighbours, StoreError> {
        places::find_neighbours(&self.database, owner, id, beside, side).await
    }

    async fn next_position(
        &self,
        owner: &UserId,
        position: &Position,
        side: Side,
        except: &[TaskId],
    ) -> Result<Option<Position>, StoreError> {
        places::next_position(&self.database, owner, position, side, except).await
    }

    async fn list(&self, owner: &UserId, query: &TaskQuery) -> Result<Page, StoreError> {
        list::list(&self.database, owner, query).await
    }

    async fn count(&self, owner: &UserId, filter: &TaskFilter) -> Result<u64, StoreError> {
        list::count(&self.database, owner, filter).await
    }

    async fn changes(&self, owner: &UserId, since: Seq, limit: u32) -> Result<LogPage, StoreError> {
        log::changes(&self.database, owner, since, limit).await
    }

    async fn history(&self, owner: &UserId, id: TaskId, limit: u32) -> Result<Vec<Change>, StoreError> {
        log::history(&self.database, owner, id, limit).await
    }

    async fn find_batch(&self, owner: &UserId, seq: Seq) -> Result<Vec<Change>, StoreError> {
        log::find_batch(&self.database, owner, seq).await
    }

    async fn find_versions(&self, owner: &UserId, seqs: &[Seq]) -> Result<Vec<Task>, StoreError> {
        log::find_versions(&self.database, owner, seqs).await
    }

    async fn find_before(&self, owner: &UserId, ids: &[TaskId], seq: Seq) -> Result<Vec<Task>, StoreError> {
        log::find_before(&self.database, owner, ids, seq).await
    }

    async fn find_answer(&self, owner: &UserId, key: &str) -> Result<Option<KeptAnswer>, StoreError> {
        answers::find(&self.database, owner, key).await
    }

    async fn find_expired(
        &self,
        deleted_before: Timestamp,
        limit: u32,
    ) -> Result<Vec<Result<Task, StoreError>>, StoreError> {
        let expired = Entity::find()
            .filter(Column::DeletedAt.lt(deleted_before.as_datetime()))
            .order_by_asc(Column::DeletedAt)
            .limit(u64::from(limit));
        find_each(self.database.read(), expired).await
    }

    async fn find_due_reminders(
        &self,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<Result<Task, StoreError>>, StoreError> {
        find_each(self.database.read(), due_reminders(now, limit)).await
    }

    async fn forget_changes(&self, before: Timestamp) -> Result<u64, StoreError> {
        forget::forget_changes(&self.database, before).await
    }

    async fn forget_answers(&self, before: Timestamp) -> Result<u64, StoreError> {
        answers::forget(&self.database, before).await
    }
}
