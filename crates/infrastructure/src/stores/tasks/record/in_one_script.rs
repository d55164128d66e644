//! One change on SQLite in one script, from `BEGIN` to `COMMIT`: the driver's thread is asked once instead of five times, and the
//! only writer is free that much sooner.

use std::sync::LazyLock;

use sea_orm::{ConnectionTrait, DbBackend, Statement};
use taskwell_application::ports::StoreError;
use taskwell_domain::{Origin, Seq, TaskChange, UserId};

use super::{
    last_seq,
    one_change::{self, Form},
};
use crate::database::{Database, store_error};

/// The number that the change got.
pub(super) async fn record(
    database: &Database,
    owner: &UserId,
    change: &TaskChange,
    origin: &Origin,
) -> Result<Seq, StoreError> {
    let values = one_change::values(owner, change, origin)?;
    let script: &str = match Form::of(change) {
        Form::Create => &CREATE,
        Form::Change => &CHANGE,
        Form::Progress => &PROGRESS,
    };
    let script = Statement::from_sql_and_values(DbBackend::Sqlite, script, values);
    let logged = database.write().transact(script).await.map_err(store_error)?;
    match logged.first() {
        Some(entry) => last_seq(entry.try_get_by_index(0).map_err(store_error)?),
        None if is_there(database, owner).await? => Err(StoreError::Stale),
        None => Err(StoreError::NotFound),
    }
}

async fn is_there(database: &Database, owner: &UserId) -> Result<bool, StoreError> {
    let values = [owner.as_str().into()];
    let look = Statement::from_sql_and_values(DbBackend::Sqlite, "SELECT 1 FROM users WHERE id = $1", values);
    let found = database.write().query_one_raw(look).await.map_err(store_error)?;
    Ok(found.is_some())
}

/// The task is written under the next number if what the change rests on stands, and nothing else is written unless it
/// was: `changes()` counts the rows that the statement before has written. For `RETURNING` and `UPDATE … FROM` SQLite would make
/// and drop a table of its own each time.
fn script(write: &str) -> String {
    format!(
        "\
BEGIN IMMEDIATE;
{write};
UPDATE users SET last_seq = last_seq + 1 WHERE id = $1 AND changes() = 1;
INSERT INTO changes (user_id, seq, kind, task_id, task, actor_kind, actor_id, request_id, batch, at)
    SELECT id, last_seq, $3, $2, $4, $5, $6, $7, $8, $9 FROM users WHERE id = $1 AND changes() = 1;
SELECT last_seq FROM users WHERE id = $1 AND changes() = 1;
COMMIT"
    )
}

/// If there is such a task already, its key ends the script with an error, and what was written until then is undone.
static CREATE: LazyLock<String> = LazyLock::new(|| {
    script(
        "\
INSERT INTO tasks (id, user_id, title, title_key, description, completed_at, deleted_at, priority, due_date,
    due_time, series, time_zone, due_at, remind_at, reminded_at, tags, words, position, version, created_at, updated_at)
    SELECT $2, id, $20, $21, $22, $11, $23, $24, $12, $13, $14, $15, $16, $17, $18, $25, $26,
        coalesce($27, printf('%016x80', last_seq + 1)), last_seq + 1, $10, $19
    FROM users WHERE id = $1",
    )
});

static CHANGE: LazyLock<String> = LazyLock::new(|| {
    change(
        ", title = $20, title_key = $21, description = $22, deleted_at = $23, priority = $24, tags = $25, words = $26,
    position = coalesce($27, printf('%016x80', (SELECT last_seq + 1 FROM users WHERE id = $1)))",
    )
});

/// SQLite writes each index anew that has a column which is set, changed or not.
static PROGRESS: LazyLock<String> = LazyLock::new(|| change(""));

fn change(besides: &str) -> String {
    script(&format!(
        "\
UPDATE tasks SET version = (SELECT last_seq + 1 FROM users WHERE id = $1), completed_at = $11, due_date = $12, due_time = $13, series = $14,
    time_zone = $15, due_at = $16, remind_at = $17, reminded_at = $18, updated_at = $19{besides}
    WHERE id = $2 AND user_id = $1 AND version = $10"
    ))
}
