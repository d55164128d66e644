//! The one door for writing tasks, in two forms that do the same.
//!
//! Both take the owner's row first, by which everybody who writes tasks of that owner waits in line, and the
//! task's row after it; so they cannot wait for each other in a circle. Whether a change stands is decided by
//! a condition on the row that is written, once the line has been waited through.

use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbBackend, EntityTrait, ExprTrait, IntoActiveModel,
    QueryFilter, Statement,
    sea_query::{Expr, OnConflict},
};
use taskwell_application::ports::{Constraint, StoreError};
use taskwell_domain::{Change, Origin, Seq, TaskChange, Timestamp, UserId};

use super::{log, row};
use crate::{
    database::{Database, store_error},
    entities::{changes, tasks, users},
    stores::{from_stored, to_stored},
};

pub(super) async fn record(
    database: &Database,
    owner: &UserId,
    changes: Vec<TaskChange>,
    origin: &Origin,
) -> Result<Vec<Change>, StoreError> {
    if changes.iter().any(|change| change.task().user_id != *owner) {
        // What belongs to somebody else is not there.
        return Err(StoreError::Stale);
    }
    let first = match changes.as_slice() {
        [] => return Ok(Vec::new()),
        [change] if database.is_postgres() => record_one(database, change, origin).await?,
        changes => record_all(database, owner, changes, origin).await?,
    };
    let mut seq = from_stored("users.last_seq", first)?;
    Ok(changes
        .into_iter()
        .map(|change| {
            let recorded = change.recorded_as(seq, origin);
            seq = seq.next();
            recorded
        })
        .collect())
}

/// Any number of changes, on either database, in one transaction; the number of the first.
async fn record_all(
    database: &Database,
    owner: &UserId,
    changes: &[TaskChange],
    origin: &Origin,
) -> Result<i64, StoreError> {
    // Dropped on the way, it is rolled back.
    let transaction = database.begin().await.map_err(store_error)?;
    let first = take_numbers(&transaction, owner, changes.len()).await?;
    let mut entries = Vec::with_capacity(changes.len());
    for (change, seq) in changes.iter().zip(first..) {
        write_task(&transaction, change, seq).await?;
        entries.push(log::entry(change, seq, origin)?.into_active_model());
    }
    changes::Entity::insert_many(entries)
        .exec_without_returning(&transaction)
        .await
        .map_err(store_error)?;
    transaction.commit().await.map_err(store_error)?;
    Ok(first)
}

/// The first of the next `count` numbers of the owner's log. From here on to the end of the transaction
/// nobody else writes tasks of that owner.
async fn take_numbers(
    transaction: &DatabaseTransaction,
    owner: &UserId,
    count: usize,
) -> Result<i64, StoreError> {
    let count = i64::try_from(count).map_err(|error| StoreError::Internal(Box::new(error)))?;
    let taken = users::Entity::update_many()
        .col_expr(
            users::Column::LastSeq,
            Expr::col(users::Column::LastSeq).add(count),
        )
        .filter(users::Column::Id.eq(owner.as_str()))
        .exec_with_returning(transaction)
        .await
        .map_err(store_error)?;
    match taken.first() {
        Some(owner) => Ok(owner.last_seq - count + 1),
        None => Err(StoreError::NotFound),
    }
}

async fn write_task(
    transaction: &DatabaseTransaction,
    change: &TaskChange,
    seq: i64,
) -> Result<(), StoreError> {
    let task = change.task();
    match change.based_on() {
        None => {
            // An error would end the transaction on PostgreSQL; a count tells as much.
            let key = [tasks::Column::Id, tasks::Column::UserId];
            let created = tasks::Entity::insert(row::new(task, seq))
                .on_conflict(OnConflict::columns(key).do_nothing().to_owned())
                .exec_without_returning(transaction)
                .await
                .map_err(store_error)?;
            if created == 0 {
                return Err(StoreError::Conflict(Constraint::TaskId));
            }
        }
        Some(version) => {
            let written = tasks::Entity::update_many()
                .set(row::written(task, seq))
                .filter(tasks::Column::Id.eq(task.id.as_uuid()))
                .filter(tasks::Column::UserId.eq(task.user_id.as_str()))
                .filter(tasks::Column::Version.eq(to_stored(version)))
                .filter(tasks::Column::DeletedAt.is_null())
                .exec(transaction)
                .await
                .map_err(store_error)?;
            if written.rows_affected == 0 {
                return Err(StoreError::Stale);
            }
        }
    }
    Ok(())
}

/// One change on PostgreSQL in one statement, which is its own transaction: one round trip to the server
/// instead of five, and the owner's row is locked for that much shorter. SQLite has no round trips to save,
/// and no statements that write several tables.
async fn record_one(database: &Database, change: &TaskChange, origin: &Origin) -> Result<i64, StoreError> {
    // Both take the same values, but for the last.
    let (sql, last) = match change.based_on() {
        None => (CREATE, change.task().created_at.as_datetime().into()),
        Some(version) => (EDIT, to_stored(version).into()),
    };
    let task = change.task();
    let entry = log::entry(change, to_stored(Seq::START), origin)?;
    let values = [
        entry.user_id.into(),
        entry.task_id.into(),
        task.title.as_str().into(),
        task.description.as_str().into(),
        task.completed_at.map(Timestamp::as_datetime).into(),
        task.deleted_at.map(Timestamp::as_datetime).into(),
        task.updated_at.as_datetime().into(),
        entry.kind.into(),
        entry.task.into(),
        entry.actor_kind.into(),
        entry.actor_id.into(),
        entry.request_id.into(),
        entry.at.into(),
        last,
    ];
    let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, values);
    let answer = database
        .write()
        .query_one_raw(statement)
        .await
        .map_err(store_error)?
        .ok_or(StoreError::NotFound)?;
    let seq: Option<i64> = answer.try_get_by_index(0).map_err(store_error)?;
    seq.ok_or(StoreError::Stale)
}

/// If there is such a task already, its key ends the statement with an error, and the number that was taken
/// is given back. No row at all is answered if there is no such owner.
const CREATE: &str = "\
WITH owner AS (
    UPDATE users SET last_seq = last_seq + 1 WHERE id = $1 RETURNING last_seq
), created AS (
    INSERT INTO tasks
        (id, user_id, title, description, completed_at, deleted_at, version, created_at, updated_at)
    SELECT $2, $1, $3, $4, $5, $6, last_seq, $14, $7 FROM owner
), logged AS (
    INSERT INTO changes (user_id, seq, kind, task_id, task, actor_kind, actor_id, request_id, at)
    SELECT $1, last_seq, $8, $2, $9, $10, $11, $12, $13 FROM owner
)
SELECT last_seq FROM owner";

/// No number is taken before it is certain that the change stands, so there is no gap if it does not; the
/// answer is null then, and no row at all if there is no such owner.
///
/// All parts of a statement see the database as it was when the statement began, which is too old for
/// whoever had to wait for the owner's row. But a row that is locked or written is looked at once more as it
/// stands by then, and dropped if the condition on it fails: hence the joins and the locks, and no subqueries,
/// which would not be asked again. The locks are those that an `UPDATE` takes; foreign keys that refer to the
/// owner do not wait for them.
const EDIT: &str = "\
WITH owner AS (
    SELECT id FROM users WHERE id = $1 FOR NO KEY UPDATE
), target AS (
    SELECT tasks.id FROM owner JOIN tasks ON tasks.user_id = owner.id
    WHERE tasks.id = $2 AND tasks.version = $14 AND tasks.deleted_at IS NULL
    FOR NO KEY UPDATE OF tasks
), counted AS (
    UPDATE users SET last_seq = last_seq + 1 FROM target WHERE users.id = $1 RETURNING last_seq
), written AS (
    UPDATE tasks SET title = $3, description = $4, completed_at = $5, deleted_at = $6, updated_at = $7,
        version = last_seq
    FROM counted WHERE tasks.id = $2 AND tasks.user_id = $1
), logged AS (
    INSERT INTO changes (user_id, seq, kind, task_id, task, actor_kind, actor_id, request_id, at)
    SELECT $1, last_seq, $8, $2, $9, $10, $11, $12, $13 FROM counted
)
SELECT (SELECT last_seq FROM counted) FROM owner";
