mod end;
mod refresh_tokens;
mod row;

use std::{collections::HashSet, sync::Arc};

use async_trait::async_trait;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use taskwell_application::ports::{
    HeldSession, PasswordHash, RefreshToken, SessionStore, StoreError, TokenHash,
};
use taskwell_domain::{AuditEntry, Client, Session, SessionId, Timestamp, UserId};

pub(super) use self::end::end_all;
use super::{ASKED_AT_ONCE, MAX_LISTED, Seen, audit, purge::purge};
use crate::{
    database::{Database, store_error},
    entities::{
        refresh_tokens as tokens,
        sessions::{Column, Entity},
        users,
    },
};

/// Keeps sessions in the database.
#[derive(Clone, Debug)]
pub struct SqlSessionStore {
    database: Database,
    seen: Seen,
}

impl SqlSessionStore {
    /// The sessions in that database, of which the server has seen that much.
    #[must_use]
    pub fn new(database: Database, seen: Seen) -> Self {
        Self { database, seen }
    }

    async fn look_up(&self, user: &UserId, id: SessionId) -> Result<Option<HeldSession>, StoreError> {
        let found = Entity::find_by_id((id.as_uuid(), user.to_string()))
            .find_both_related(users::Entity)
            .one(self.database.read())
            .await
            .map_err(store_error)?;
        found.map(|(session, user)| row::held(session, user)).transpose()
    }

    async fn write_start(
        &self,
        session: &Session,
        refresh_token: &TokenHash,
        verified: &PasswordHash,
        audit: &AuditEntry,
    ) -> Result<(), StoreError> {
        let logged_in = users::ActiveModel {
            last_login_at: Set(Some(session.created_at.as_datetime())),
            ..Default::default()
        };
        let transaction = self.database.begin().await.map_err(store_error)?;
        let noted = users::Entity::update_many()
            .set(logged_in)
            .filter(users::Column::Id.eq(session.user_id.as_str()))
            .filter(users::Column::PasswordHash.eq(verified.as_str()))
            .filter(users::Column::DisabledAt.is_null())
            .exec(&transaction)
            .await
            .map_err(store_error)?;
        if noted.rows_affected == 0 {
            return Err(StoreError::Stale);
        }
        Entity::insert(row::new(session))
            .exec_without_returning(&transaction)
            .await
            .map_err(store_error)?;
        refresh_tokens::add(&transaction, session, refresh_token).await?;
        audit::note(&transaction, [audit]).await?;
        transaction.commit().await.map_err(store_error)
    }

    async fn write_renewal(
        &self,
        session: &Session,
        spent: &TokenHash,
        fresh: &TokenHash,
    ) -> Result<(), StoreError> {
        let transaction = self.database.begin().await.map_err(store_error)?;
        let renewed = Entity::update_many()
            .set(row::renewed(session))
            .filter(Column::Id.eq(session.id.as_uuid()))
            .filter(Column::UserId.eq(session.user_id.as_str()))
            .filter(Column::EndedAt.is_null())
            .exec(&transaction)
            .await
            .map_err(store_error)?;
        if renewed.rows_affected == 0 {
            return Err(StoreError::Stale);
        }
        refresh_tokens::spend(&transaction, session, spent).await?;
        refresh_tokens::add(&transaction, session, fresh).await?;
        transaction.commit().await.map_err(store_error)
    }
}

#[async_trait]
impl SessionStore for SqlSessionStore {
    async fn start(
        &self,
        session: &Session,
        refresh_token: &TokenHash,
        verified: &PasswordHash,
        audit: &AuditEntry,
    ) -> Result<(), StoreError> {
        let write = self.write_start(session, refresh_token, verified, audit);
        self.seen.change(&session.user_id, write).await
    }

    async fn find(&self, user: &UserId, id: SessionId) -> Result<Option<Arc<HeldSession>>, StoreError> {
        self.seen.session(user, id, || self.look_up(user, id)).await
    }

    async fn find_all(&self, sessions: &[(UserId, SessionId)]) -> Result<Vec<HeldSession>, StoreError> {
        let mut found = Vec::new();
        for some in sessions.chunks(ASKED_AT_ONCE) {
            let rows = Entity::find()
                .find_both_related(users::Entity)
                .filter(Column::Id.is_in(some.iter().map(|(_, id)| id.as_uuid())))
                .filter(Column::UserId.is_in(some.iter().map(|(user, _)| user.as_str())))
                .all(self.database.read())
                .await
                .map_err(store_error)?;
            for (session, user) in rows {
                found.push(row::held(session, user)?);
            }
        }
        let asked: HashSet<&(UserId, SessionId)> = sessions.iter().collect();
        found.retain(|held| asked.contains(&(held.user.id.clone(), held.session.id)));
        Ok(found)
    }

    async fn list(&self, user: &UserId, now: Timestamp) -> Result<Vec<Session>, StoreError> {
        Entity::find()
            .filter(Column::UserId.eq(user.as_str()))
            .filter(end::is_active(now))
            .order_by_desc(Column::CreatedAt)
            .order_by_desc(Column::Id)
            .limit(MAX_LISTED)
            .all(self.database.read())
            .await
            .map_err(store_error)?
            .into_iter()
            .map(Session::try_from)
            .collect()
    }

    async fn find_refresh_token(&self, token: &TokenHash) -> Result<Option<RefreshToken>, StoreError> {
        refresh_tokens::find(&self.database, token).await
    }

    async fn renew(&self, session: &Session, spent: &TokenHash, fresh: &TokenHash) -> Result<(), StoreError> {
        let write = self.write_renewal(session, spent, fresh);
        self.seen.change(&session.user_id, write).await
    }

    async fn end(
        &self,
        user: &UserId,
        id: SessionId,
        now: Timestamp,
        audit: Option<AuditEntry>,
    ) -> Result<bool, StoreError> {
        let write = end::end(&self.database, user, id, now, audit);
        self.seen.change(user, write).await
    }

    async fn has_begun_from(&self, user: &UserId, client: &Client) -> Result<bool, StoreError> {
        let Some(network) = row::network(client) else {
            return Ok(false);
        };
        let begun = Entity::find()
            .filter(Column::UserId.eq(user.as_str()))
            .filter(Column::BegunFrom.eq(network))
            .one(self.database.read())
            .await
            .map_err(store_error)?;
        Ok(begun.is_some())
    }

    async fn purge(&self, over_before: Timestamp) -> Result<u64, StoreError> {
        let over = Condition::any()
            .add(Column::EndedAt.lt(over_before.as_datetime()))
            .add(Column::ExpiresAt.lt(over_before.as_datetime()));
        let old = tokens::Column::CreatedAt.lt(over_before.as_datetime());
        let transaction = self.database.begin().await.map_err(store_error)?;
        let purged = purge::<Entity>(&transaction, over.into()).await?;
        purge::<tokens::Entity>(&transaction, old).await?;
        transaction.commit().await.map_err(store_error)?;
        self.seen.forget_sessions();
        Ok(purged)
    }
}
