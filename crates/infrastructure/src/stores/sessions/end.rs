//! How sessions end.

use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, Set,
    sea_query::{Condition, Expr},
};
use taskwell_application::ports::StoreError;
use taskwell_domain::{AuditEntry, SessionId, Timestamp, UserId};

use crate::{
    database::{Database, store_error},
    entities::sessions::{ActiveModel, Column, Entity},
    stores::audit,
};

/// The condition that a session neither was ended nor has expired.
pub(super) fn is_active(now: Timestamp) -> Expr {
    Column::EndedAt
        .is_null()
        .and(Column::ExpiresAt.gt(now.as_datetime()))
}

/// Ends a session; whether it was active until now.
pub(super) async fn end(
    database: &Database,
    user: &UserId,
    id: SessionId,
    now: Timestamp,
    audit: Option<AuditEntry>,
) -> Result<bool, StoreError> {
    let transaction = database.begin().await.map_err(store_error)?;
    let ended = Entity::update_many()
        .set(ended(now))
        .filter(Column::Id.eq(id.as_uuid()))
        .filter(Column::UserId.eq(user.as_str()))
        .filter(is_active(now))
        .exec(&transaction)
        .await
        .map_err(store_error)?;
    if ended.rows_affected == 0 {
        return Ok(false);
    }
    if let Some(audit) = &audit {
        audit::note(&transaction, [audit]).await?;
    }
    transaction.commit().await.map_err(store_error)?;
    Ok(true)
}

/// Ends all sessions of that user but `keep`, along with what the transaction is about. It must have taken the
/// user's row before: two that end several sessions at once would else wait for each other in a circle.
pub(in crate::stores) async fn end_all(
    transaction: &impl ConnectionTrait,
    user: &UserId,
    keep: Option<SessionId>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let others = keep.map(|keep| Column::Id.ne(keep.as_uuid()));
    Entity::update_many()
        .set(ended(now))
        .filter(Column::UserId.eq(user.as_str()))
        // Those that have expired too: one of them may be being renewed from just before.
        .filter(Column::EndedAt.is_null())
        .filter(Condition::all().add_option(others))
        .exec(transaction)
        .await
        .map_err(store_error)?;
    Ok(())
}

fn ended(now: Timestamp) -> ActiveModel {
    ActiveModel {
        ended_at: Set(Some(now.as_datetime())),
        ..Default::default()
    }
}
