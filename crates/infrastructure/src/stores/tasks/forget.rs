//! Forgetting old entries of the log.

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, Statement, Value, prelude::DateTimeUtc,
};
use taskwell_application::ports::StoreError;
use taskwell_domain::Timestamp;

use super::AT_ONCE;
use crate::{
    database::{Database, store_error},
    entities::changes,
};

/// How many old entries are looked at in one step.
const SEEN_AT_ONCE: i64 = 10_000;

/// The entries from before `$1`, the oldest first, from behind the one that `$2` to `$4` say; and whether each can
/// go. The last one of each task that is not purged stays: it tells what the next change of the task, which is
/// remembered, has changed.
const OLD: &str = "\
SELECT at, user_id, seq, CASE WHEN kind = 'purged' OR EXISTS (
    SELECT 1 FROM changes AS later
    WHERE later.user_id = old.user_id AND later.task_id = old.task_id AND later.seq > old.seq AND later.at < $1
) THEN 1 ELSE 0 END FROM changes AS old
WHERE at < $1 AND (at, user_id, seq) > ($2, $3, $4) ORDER BY at, user_id, seq LIMIT $5";

const REMEMBER_WHERE: &str = "UPDATE users SET forgotten_seq = $2 WHERE id = $1 AND forgotten_seq < $2";

/// An entry from before the time that is remembered.
struct Old {
    at: DateTimeUtc,
    owner: String,
    seq: i64,
    can_go: bool,
}

pub(super) async fn forget_changes(database: &Database, before: Timestamp) -> Result<u64, StoreError> {
    let mut forgotten = 0;
    let mut seen = (DateTimeUtc::UNIX_EPOCH, String::new(), 0);
    loop {
        let old = old_entries(database, before, seen).await?;
        let Some(last) = old.last() else {
            return Ok(forgotten);
        };
        seen = (last.at, last.owner.clone(), last.seq);
        let entries = old.into_iter().filter(|entry| entry.can_go);
        let mut entries: Vec<(String, i64)> = entries.map(|entry| (entry.owner, entry.seq)).collect();
        entries.sort_unstable();
        for of_owner in entries.chunk_by(|a, b| a.0 == b.0) {
            for some in of_owner.chunks(AT_ONCE) {
                forgotten += forget(database, before, some).await?;
            }
        }
    }
}

async fn old_entries(
    database: &Database,
    before: Timestamp,
    (at, owner, seq): (DateTimeUtc, String, i64),
) -> Result<Vec<Old>, StoreError> {
    let values: [Value; 5] = [
        before.as_datetime().into(),
        at.into(),
        owner.into(),
        seq.into(),
        SEEN_AT_ONCE.into(),
    ];
    let write = database.write();
    let statement = Statement::from_sql_and_values(write.get_database_backend(), OLD, values);
    let rows = write.query_all_raw(statement).await.map_err(store_error)?;
    let old = rows.iter().map(|row| {
        Ok(Old {
            at: row.try_get_by_index(0)?,
            owner: row.try_get_by_index(1)?,
            seq: row.try_get_by_index(2)?,
            can_go: row.try_get_by_index::<i32>(3)? == 1,
        })
    });
    old.collect::<Result<_, DbErr>>().map_err(store_error)
}

/// Forgets these entries of one owner, in order, whose row is taken first, as by everybody who writes tasks.
async fn forget(
    database: &Database,
    before: Timestamp,
    entries: &[(String, i64)],
) -> Result<u64, StoreError> {
    let Some((owner, last)) = entries.last() else {
        return Ok(0);
    };
    let transaction = database.begin().await.map_err(store_error)?;
    let values: [Value; 2] = [owner.as_str().into(), (*last).into()];
    let backend = transaction.get_database_backend();
    transaction
        .execute_raw(Statement::from_sql_and_values(backend, REMEMBER_WHERE, values))
        .await
        .map_err(store_error)?;
    let forgotten = changes::Entity::delete_many()
        .filter(changes::Column::UserId.eq(owner.as_str()))
        .filter(changes::Column::Seq.is_in(entries.iter().map(|(_, seq)| *seq)))
        // Not those of an account that was deleted since they were looked at, and has come back with its id.
        .filter(changes::Column::At.lt(before.as_datetime()))
        .exec(&transaction)
        .await
        .map_err(store_error)?;
    transaction.commit().await.map_err(store_error)?;
    Ok(forgotten.rows_affected)
}
