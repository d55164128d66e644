//! The refresh tokens of sessions.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Set};
use taskwell_application::ports::{RefreshToken, StoreError, TokenHash};
use taskwell_domain::{RefreshUse, Session, Timestamp};

use super::row;
use crate::{
    database::{Database, store_error},
    entities::{
        refresh_tokens::{ActiveModel, Column, Entity},
        sessions, users,
    },
};

/// Adds the token that the session is to be renewed with next.
pub(super) async fn add(
    connection: &impl ConnectionTrait,
    session: &Session,
    hash: &TokenHash,
) -> Result<(), StoreError> {
    let token = ActiveModel {
        hash: Set(hash.0.to_vec()),
        user_id: Set(session.user_id.to_string()),
        session_id: Set(session.id.as_uuid()),
        created_at: Set(session.last_used_at.as_datetime()),
        spent_at: Set(None),
    };
    Entity::insert(token)
        .exec_without_returning(connection)
        .await
        .map_err(store_error)?;
    Ok(())
}

/// Marks the token that the session was just renewed with.
pub(super) async fn spend(
    connection: &impl ConnectionTrait,
    session: &Session,
    hash: &TokenHash,
) -> Result<(), StoreError> {
    let spent = ActiveModel {
        spent_at: Set(Some(session.last_used_at.as_datetime())),
        ..Default::default()
    };
    Entity::update_many()
        .set(spent)
        .filter(Column::Hash.eq(hash.0.to_vec()))
        .filter(Column::UserId.eq(session.user_id.as_str()))
        // It was spent when it was spent first.
        .filter(Column::SpentAt.is_null())
        .exec(connection)
        .await
        .map_err(store_error)?;
    Ok(())
}

pub(super) async fn find(database: &Database, hash: &TokenHash) -> Result<Option<RefreshToken>, StoreError> {
    let found = Entity::find()
        .find_also_related(sessions::Entity)
        .and_also_related(users::Entity)
        .filter(Column::Hash.eq(hash.0.to_vec()))
        .one(database.read())
        .await
        .map_err(store_error)?;
    // A token has a session and that a user, as long as they are there.
    let Some((token, Some(session), Some(user))) = found else {
        return Ok(None);
    };
    Ok(Some(RefreshToken {
        held: row::held(session, user)?,
        usage: RefreshUse {
            issued_at: Timestamp::from(token.created_at),
            spent_at: token.spent_at.map(Timestamp::from),
        },
    }))
}
