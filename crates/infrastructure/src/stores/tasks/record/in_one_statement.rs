//! One change on PostgreSQL in one statement, which is its own transaction: one round trip to the server
//! instead of five or six, and the owner's row is locked for that much shorter.

use sea_orm::{ConnectionTrait, DbBackend, Statement};
use taskwell_application::ports::{AnsweredTask, Constraint, NewAnswer, StoreError};
use taskwell_domain::{Origin, Seq, TaskChange, UserId};

use super::{
    last_seq,
    one_change::{self, Form},
};
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
    let form = match Form::of(change) {
        Form::Create => CREATE,
        Form::Change => CHANGE,
        Form::Progress => PROGRESS,
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

/// The parts in which the forms differ.
struct Parts {
    /// What the change rests on, as `base`: a row where that stands.
    base: &'static str,
    /// The write of the task.
    write: &'static str,
    /// How many values these take.
    values: usize,
}

impl Parts {
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
        let Self { base, write, values } = self;
        let (kept, go) = match keeps_answer {
            true => (kept(values + 1), "kept"),
            false => (String::new(), "base"),
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
    SELECT $1, last_seq, $3, $2, $4, $5, $6, $7, $8, $9 FROM counted
)
SELECT (SELECT last_seq FROM counted), EXISTS (SELECT FROM base) FROM owner"
        )
    }
}

/// If there is such a task already, its key ends the statement with an error, and what was written until then is
/// undone.
const CREATE: Parts = Parts {
    base: "SELECT next FROM owner",
    write: "\
    INSERT INTO tasks (id, user_id, title, title_key, description, completed_at, deleted_at, priority, due_date,
        due_time, series, time_zone, due_at, remind_at, reminded_at, tags, words, position, version, created_at,
        updated_at)
    SELECT $2, $1, $20, $21, $22, $11, $23, $24, $12, $13, $14, $15, $16, $17, $18, $25, $26,
        coalesce($27, lpad(to_hex(last_seq), 16, '0') || '80'), last_seq, $10, $19
    FROM counted",
    values: 27,
};

const CHANGE: Parts = Parts {
    base: AS_IT_STANDS,
    write: "\
    UPDATE tasks SET version = last_seq, completed_at = $11, due_date = $12, due_time = $13, series = $14,
        time_zone = $15, due_at = $16, remind_at = $17, reminded_at = $18, updated_at = $19, title = $20,
        title_key = $21, description = $22, deleted_at = $23, priority = $24, tags = $25, words = $26,
        position = coalesce($27, lpad(to_hex(last_seq), 16, '0') || '80')
    FROM counted WHERE tasks.id = $2 AND tasks.user_id = $1",
    values: 27,
};

/// PostgreSQL makes the words anew that a task is found by, if their source is set.
const PROGRESS: Parts = Parts {
    base: AS_IT_STANDS,
    write: "\
    UPDATE tasks SET version = last_seq, completed_at = $11, due_date = $12, due_time = $13, series = $14,
        time_zone = $15, due_at = $16, remind_at = $17, reminded_at = $18, updated_at = $19
    FROM counted WHERE tasks.id = $2 AND tasks.user_id = $1",
    values: 19,
};

const AS_IT_STANDS: &str = "\
    SELECT next FROM owner JOIN tasks ON tasks.user_id = owner.id
    WHERE tasks.id = $2 AND tasks.version = $10
    FOR NO KEY UPDATE OF tasks";

/// A row if the key was free, or what is remembered under it is too old. What stands under the key is found even
/// if it was written after the statement began. Its values are four from that one on.
fn kept(key: usize) -> String {
    let [fingerprint, detail, since] = [key + 1, key + 2, key + 3];
    format!(
        "\
kept AS (
    INSERT INTO answers (user_id, key, fingerprint, tasks, detail, at)
    SELECT $1, ${key}, ${fingerprint}, jsonb_build_array(next), ${detail}, $9 FROM base
    ON CONFLICT (user_id, key) DO UPDATE
    SET fingerprint = excluded.fingerprint, tasks = excluded.tasks, detail = excluded.detail, at = excluded.at
    WHERE answers.at < ${since}
    RETURNING at
), "
    )
}
