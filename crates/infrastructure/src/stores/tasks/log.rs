//! Reading the log of what happened to a user's tasks.

use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    Select, Statement,
    sea_query::{Expr, UnionType},
};
use taskwell_application::ports::{LogPage, StoreError};
use taskwell_domain::{Change, ChangeKind, Seq, Task, TaskId, UserId};

use super::{AT_ONCE, entry, scalar};
use crate::{
    database::{Database, store_error},
    entities::changes::{Column, Entity},
    stores::{from_stored, to_stored},
};

/// What the owner's row says of the log is read with the entries, so that both are of one moment.
const CHANGES: &str = "\
SELECT users.last_seq, users.forgotten_seq, entries.seq, entries.* FROM users LEFT JOIN (
    SELECT user_id, seq, kind, task_id, task, actor_kind, actor_id, request_id, batch, at FROM changes
    WHERE user_id = $1 AND seq > $2 ORDER BY seq LIMIT $3
) AS entries ON TRUE
WHERE users.id = $1 ORDER BY entries.seq";

pub(super) async fn changes(
    database: &Database,
    owner: &UserId,
    since: Seq,
    limit: u32,
) -> Result<LogPage, StoreError> {
    let read = database.read();
    let values = [
        owner.as_str().into(),
        to_stored(since).into(),
        i64::from(limit).into(),
    ];
    let statement = Statement::from_sql_and_values(read.get_database_backend(), CHANGES, values);
    let rows = read.query_all_raw(statement).await.map_err(store_error)?;
    let mut page = LogPage {
        changes: Vec::with_capacity(rows.len()),
        latest: Seq::START,
        forgotten: Seq::START,
    };
    for row in rows {
        let number = |place: usize| -> Result<Option<i64>, StoreError> {
            row.try_get_by_index(place).map_err(store_error)
        };
        page.latest = from_stored("users.last_seq", number(0)?.unwrap_or_default())?;
        page.forgotten = from_stored("users.forgotten_seq", number(1)?.unwrap_or_default())?;
        if number(2)?.is_some() {
            page.changes.push(entry::change(&row, 3)?);
        }
    }
    Ok(page)
}

pub(super) async fn history(
    database: &Database,
    owner: &UserId,
    id: TaskId,
    limit: u32,
) -> Result<Vec<Change>, StoreError> {
    let newest = of_task(owner, id).order_by_desc(Column::Seq);
    read(database, newest.limit(u64::from(limit))).await
}

pub(super) async fn find_creation(
    database: &Database,
    owner: &UserId,
    id: TaskId,
) -> Result<Option<Task>, StoreError> {
    // A task that was purged may have been made again.
    let newest = of_task(owner, id)
        .filter(Column::Kind.eq(ChangeKind::Created.as_str()))
        .order_by_desc(Column::Seq);
    Ok(task(read(database, newest.limit(1)).await?))
}

pub(super) async fn find_before(
    database: &Database,
    owner: &UserId,
    ids: &[TaskId],
    seq: Seq,
) -> Result<Vec<Task>, StoreError> {
    let mut before = Vec::with_capacity(ids.len());
    for some in ids.chunks(AT_ONCE) {
        let last = of(owner)
            .filter(Column::TaskId.is_in(some.iter().map(|id| id.as_uuid())))
            .filter(Column::Seq.lt(to_stored(seq)))
            .group_by(Column::TaskId)
            .select_only()
            .expr(Column::Seq.max());
        let found = read(
            database,
            of(owner).filter(Column::Seq.in_subquery(last.into_query())),
        )
        .await?;
        before.extend(found.into_iter().filter_map(|change| change.task));
    }
    Ok(before)
}

pub(super) async fn find_batch(
    database: &Database,
    owner: &UserId,
    seq: Seq,
) -> Result<Vec<Change>, StoreError> {
    let itself = || of(owner).filter(Column::Seq.eq(to_stored(seq)));
    let batch = itself().select_only().column(Column::Batch).into_query();
    let together = of(owner).filter(Expr::col(Column::Batch).eq(scalar(batch)));
    // Alone if it has no batch. As one condition it would make SQLite read the whole log.
    let mut all = itself().filter(Column::Batch.is_null());
    QueryTrait::query(&mut all).union(UnionType::All, together.into_query());
    let mut changes = read(database, all).await?;
    changes.sort_unstable_by_key(|change| change.seq);
    Ok(changes)
}

pub(super) async fn find_versions(
    database: &Database,
    owner: &UserId,
    seqs: &[Seq],
) -> Result<Vec<Task>, StoreError> {
    let mut versions = Vec::with_capacity(seqs.len());
    for some in seqs.chunks(AT_ONCE) {
        let numbers = some.iter().map(|seq| to_stored(*seq));
        let found = read(database, of(owner).filter(Column::Seq.is_in(numbers))).await?;
        versions.extend(found.into_iter().filter_map(|change| change.task));
    }
    Ok(versions)
}

fn of(owner: &UserId) -> Select<Entity> {
    Entity::find().filter(Column::UserId.eq(owner.as_str()))
}

fn of_task(owner: &UserId, id: TaskId) -> Select<Entity> {
    of(owner).filter(Column::TaskId.eq(id.as_uuid()))
}

async fn read(database: &Database, entries: Select<Entity>) -> Result<Vec<Change>, StoreError> {
    let read = database.read();
    let entries = entries.build(read.get_database_backend());
    let rows = read.query_all_raw(entries).await.map_err(store_error)?;
    rows.iter().map(|row| entry::change(row, 0)).collect()
}

/// The task as the only one of the changes left it.
fn task(changes: Vec<Change>) -> Option<Task> {
    changes.into_iter().next()?.task
}
