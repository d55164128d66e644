use async_trait::async_trait;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};
use taskwell_application::ports::{SessionStore, StoreError, TokenHash};
use taskwell_domain::{Session, SessionId, Timestamp, UserId};

use super::corrupt;
use crate::{
    database::{Database, store_error},
    entities::sessions,
};

/// Keeps sessions in the database.
#[derive(Clone, Debug)]
pub struct SqlSessionStore {
    database: Database,
}

impl SqlSessionStore {
    /// The sessions in that database.
    #[must_use]
    pub fn new(database: Database) -> Self {
        Self { database }
    }
}

#[async_trait]
impl SessionStore for SqlSessionStore {
    async fn start(&self, session: &Session, refresh_token: &TokenHash) -> Result<(), StoreError> {
        let row = sessions::ActiveModel {
            id: Set(session.id.as_uuid()),
            user_id: Set(session.user_id.to_string()),
            refresh_hash: Set(refresh_token.0.to_vec()),
            created_at: Set(session.created_at.as_datetime()),
            expires_at: Set(session.expires_at.as_datetime()),
            ended_at: Set(session.ended_at.map(Timestamp::as_datetime)),
        };
        sessions::Entity::insert(row)
            .exec_without_returning(self.database.write())
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn find(&self, user: &UserId, id: SessionId) -> Result<Option<Session>, StoreError> {
        sessions::Entity::find_by_id((id.as_uuid(), user.to_string()))
            .one(self.database.read())
            .await
            .map_err(store_error)?
            .map(Session::try_from)
            .transpose()
    }

    async fn end(&self, user: &UserId, id: SessionId, now: Timestamp) -> Result<(), StoreError> {
        let ended = sessions::ActiveModel {
            ended_at: Set(Some(now.as_datetime())),
            ..Default::default()
        };
        sessions::Entity::update_many()
            .set(ended)
            .filter(sessions::Column::Id.eq(id.as_uuid()))
            .filter(sessions::Column::UserId.eq(user.as_str()))
            // It ended when it ended first.
            .filter(sessions::Column::EndedAt.is_null())
            .exec(self.database.write())
            .await
            .map_err(store_error)?;
        Ok(())
    }
}

impl TryFrom<sessions::Model> for Session {
    type Error = StoreError;

    fn try_from(row: sessions::Model) -> Result<Self, StoreError> {
        Ok(Self {
            id: SessionId::from(row.id),
            user_id: UserId::parse(&row.user_id).map_err(|fault| corrupt("sessions.user_id", fault))?,
            created_at: Timestamp::from(row.created_at),
            expires_at: Timestamp::from(row.expires_at),
            ended_at: row.ended_at.map(Timestamp::from),
        })
    }
}
