//! Answers that are remembered.

use sea_orm::{
    ColumnTrait, EntityTrait, ExprTrait, IntoActiveModel,
    sea_query::{Expr, OnConflict},
};
use taskwell_application::ports::{AnsweredTask, Constraint, KeptAnswer, NewAnswer, StoreError};
use taskwell_domain::{Seq, Timestamp, UserId};

use super::row::json;
use crate::{
    database::{Database, Transaction, store_error},
    entities::answers::{Column, Entity, Model},
    stores::{corrupt, purge::purge, to_stored},
};

/// From when on answers count that are looked at now.
pub(super) fn kept_since(now: Timestamp) -> Timestamp {
    now.before(KeptAnswer::LIFETIME)
}

/// Keeps the answer to a write whose first change has that number, unless there is one under its key.
pub(super) async fn keep(
    transaction: &Transaction,
    owner: &UserId,
    answer: &NewAnswer,
    first: i64,
    at: Timestamp,
) -> Result<(), StoreError> {
    let number = |task: &AnsweredTask| match task {
        AnsweredTask::Changed(index) => i64::try_from(*index).map_or(i64::MAX, |index| first + index),
        AnsweredTask::At(seq) => to_stored(*seq),
    };
    let kept = Model {
        user_id: owner.to_string(),
        key: answer.key.clone(),
        fingerprint: answer.fingerprint.to_vec(),
        tasks: json(&answer.tasks.iter().map(number).collect::<Vec<i64>>())?,
        detail: answer.detail.clone(),
        at: at.as_datetime(),
    };
    // An error would end the transaction on PostgreSQL; a count tells as much.
    let unless_kept = OnConflict::columns([Column::UserId, Column::Key])
        .update_columns([Column::Fingerprint, Column::Tasks, Column::Detail, Column::At])
        .action_and_where(Expr::col((Entity, Column::At)).lt(kept_since(at).as_datetime()))
        .to_owned();
    let written = Entity::insert(kept.into_active_model())
        .on_conflict(unless_kept)
        .exec_without_returning(transaction)
        .await
        .map_err(store_error)?;
    match written {
        0 => Err(StoreError::Conflict(Constraint::IdempotencyKey)),
        _ => Ok(()),
    }
}

pub(super) async fn find(
    database: &Database,
    owner: &UserId,
    key: &str,
) -> Result<Option<KeptAnswer>, StoreError> {
    let kept = Entity::find_by_id((owner.to_string(), key.to_owned()))
        .one(database.read())
        .await
        .map_err(store_error)?;
    kept.map(KeptAnswer::try_from).transpose()
}

/// Whether an answer is remembered under the key of that one.
pub(super) async fn is_kept(
    database: &Database,
    owner: &UserId,
    answer: &NewAnswer,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let kept = find(database, owner, &answer.key).await?;
    Ok(kept.is_some_and(|kept| kept.at >= kept_since(now)))
}

pub(super) async fn forget(database: &Database, before: Timestamp) -> Result<u64, StoreError> {
    purge::<Entity>(database.write(), Column::At.lt(before.as_datetime())).await
}

impl TryFrom<Model> for KeptAnswer {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let tasks: Vec<u64> =
            serde_json::from_value(row.tasks).map_err(|error| corrupt("answers.tasks", error))?;
        Ok(Self {
            fingerprint: row
                .fingerprint
                .try_into()
                .map_err(|_| corrupt("answers.fingerprint", "of another length"))?,
            tasks: tasks.into_iter().map(Seq::from).collect(),
            detail: row.detail,
            at: Timestamp::from(row.at),
        })
    }
}
