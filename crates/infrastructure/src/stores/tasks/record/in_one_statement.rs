//! One change on PostgreSQL in one statement, which is its own transaction: one round trip to the server
//! instead of five or six, and the owner's row is locked for that much shorter.

use sea_orm::{ConnectionTrait, DbBackend, Statement};
use taskwell_application::ports::{AnsweredTask, Constraint, NewAnswer, StoreError};
use taskwell_domain::{Base, Origin, Seq, TaskChange, UserId};

use super::{last_seq, one_change};
use crate::{
    database::{Database, store_error},
    stores::tasks::answers,
};

/// Whether this can be recorded here.
pub(super) fn fits(change: &TaskChange, answer: Option<&NewAnswer>) -> bool {
    one_change::fits(change) && answer.is_none_or(|answer| answer.tasks == [AnsweredTask::Changed(0)])
}

/// The number that the change got.
pub(super) async fn record(
    database: &Database,
    owner: &UserId,
    change: &TaskChange,
    origin: &Origin,
    answer: Option<&NewAnswer>,
) -> Result<Seq, StoreError> {
    let mut values = one_change::values(owner, change, origin)?;
    let form = match change.base() {
        Base::Version(_) => CHANGE,
        Base::Nothing | Base::Earlier => CREATE,
    };
    if let Some(answer) = answer {
        values.extend([
            answer.key.as_str().into(),
            answer.fingerprint.to_vec().into(),
            answer.detail.clone().into(),
            answers::kept_since(origin.at).as_datetime().into(),
        ]);
    }
    let statement = Statement::from_sql_and_values(DbBackend::Postgres, form.sql(answer.is_some()), values);
    let told = database
        .write()
        .query_one_raw(statement)
        .await
        .map_err(store_error)?
        .ok_or(StoreError::NotFound)?;
    let seq: Option<i64> = told.try_get_by_index(0).map_err(store_error)?;
    let stands: bool = told.try_get_by_index(1).map_err(store_error)?;
    match (seq, answer) {
        (Some(seq), _) => last_seq(seq),
        // Who asks the same again is to learn that, and not what became of it.
        (None, Some(answer)) if stands || answers::is_kept(database, owner, answer, origin.at).await? => {
            Err(StoreError::Conflict(Constraint::IdempotencyKey))
        }
        (None, _) => Err(StoreError::Stale),
    }
}

/// The parts in which a create and a change differ.
struct Form {
    /// What the change rests on, as `base`: a row where that stands.
    base: &'static str,
    /// The write of the task.
    write: &'static str,
}

impl Form {
    /// The statement: it answers no row at all if there is no such owner, else the number that the change got and
    /// whether what it rests on stands.
    ///
    /// No number is taken before it is certain that the change stands and that its key is free, so there is no gap
    /// otherwise; the number is null then.
    ///
    /// All parts of a statement see the database as it was when the statement began, which is too old for
    /// whoever had to wait for the owner's row. But a row that is locked or written is looked at once more as it
    /// stands by then, and dropped if the condition on it fails: hence the joins, the locks, and the insertion that
    /// runs into what is there, and no subqueries, which would not be asked again. The locks are those that an
    /// `UPDATE` takes; foreign keys that refer to the owner do not wait for them.
    fn sql(&self, keeps_answer: bool) -> String {
        let Self { base, write } = self;
        let (kept, go) = match keeps_answer {
            true => (KEPT, "kept"),
            false => ("", "base"),
        };
        format!(
            "\
WITH owner AS (
    SELECT id, last_seq + 1 AS next FROM users WHERE id = $1 FOR NO KEY UPDATE
), base AS (
    {base}
), {kept}counted AS (
    UPDATE users SET last_seq = last_seq + 1 FROM {go} WHERE users.id = $1 RETURNING last_seq
), written AS (
    {write}
), logged AS (
    INSERT INTO changes (user_id, seq, kind, task_id, task, actor_kind, actor_id, request_id, batch, at)
    SELECT $1, last_seq, $19, $2, $20, $21, $22, $23, $24, $25 FROM counted
)
SELECT (SELECT last_seq FROM counted), EXISTS (SELECT FROM base) FROM owner"
        )
    }
}

/// If there is such a task already, its key ends the statement with an error, and what was written until then is
/// undone.
const CREATE: Form = Form {
    base: "SELECT next FROM owner",
    write: "\
    INSERT INTO tasks (id, user_id, title, title_key, description, completed_at, deleted_at, priority, due_date,
        due_time, series, time_zone, due_at, remind_at, reminded_at, tags, words, position, version, created_at,
        updated_at)
    SELECT $2, $1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $26, $15, $16,
        coalesce($17, lpad(to_hex(last_seq), 16, '0') || '80'), last_seq, $27, $18
    FROM counted",
};

const CHANGE: Form = Form {
    base: "\
    SELECT next FROM owner JOIN tasks ON tasks.user_id = owner.id
    WHERE tasks.id = $2 AND tasks.version = $27
    FOR NO KEY UPDATE OF tasks",
    write: "\
    UPDATE tasks SET title = $3, title_key = $4, description = $5, completed_at = $6, deleted_at = $7,
        priority = $8, due_date = $9, due_time = $10, series = $11, time_zone = $12, due_at = $13, remind_at = $14,
        reminded_at = $26, tags = $15, words = $16,
        position = coalesce($17, lpad(to_hex(last_seq), 16, '0') || '80'), version = last_seq, updated_at = $18
    FROM counted WHERE tasks.id = $2 AND tasks.user_id = $1",
};

/// A row if the key was free, or what is remembered under it is too old. What stands under the key is found even
/// if it was written after the statement began.
const KEPT: &str = "\
kept AS (
    INSERT INTO answers (user_id, key, fingerprint, tasks, detail, at)
    SELECT $1, $28, $29, jsonb_build_array(next), $30, $25 FROM base
    ON CONFLICT (user_id, key) DO UPDATE
    SET fingerprint = excluded.fingerprint, tasks = excluded.tasks, detail = excluded.detail, at = excluded.at
    WHERE answers.at < $31
    RETURNING at
), ";
