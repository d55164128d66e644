use std::{collections::HashSet, sync::Arc};

use async_trait::async_trait;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set, sea_query::LockType,
};
use taskwell_application::ports::{ApiTokenStore, HeldApiToken, Login, StoreError, TokenHash};
use taskwell_domain::{
    ApiToken, ApiTokenId, AuditEntry, Scope, Scopes, Session, Timestamp, TokenName, User, UserId,
};

use super::{ASKED_AT_ONCE, MAX_LISTED, Seen, audit, corrupt, purge::purge, user_id};
use crate::{
    database::{Database, Transaction, store_error},
    entities::{
        api_tokens::{ActiveModel, Column, Entity, Model},
        sessions, users,
    },
};

/// Keeps tokens for programs in the database.
#[derive(Clone, Debug)]
pub struct SqlApiTokenStore {
    database: Database,
    seen: Seen,
}

impl SqlApiTokenStore {
    /// The tokens in that database, of which the server has seen that much.
    #[must_use]
    pub fn new(database: Database, seen: Seen) -> Self {
        Self { database, seen }
    }

    async fn look_up(&self, hash: &TokenHash) -> Result<Option<HeldApiToken>, StoreError> {
        let found = Entity::find()
            .find_both_related(users::Entity)
            .filter(Column::Hash.eq(hash.0.to_vec()))
            .one(self.database.read())
            .await
            .map_err(store_error)?;
        let Some((token, user)) = found else {
            return Ok(None);
        };
        Ok(Some(HeldApiToken {
            token: token.try_into()?,
            user: user.try_into()?,
        }))
    }
}

#[async_trait]
impl ApiTokenStore for SqlApiTokenStore {
    async fn add(
        &self,
        token: &ApiToken,
        hash: &TokenHash,
        login: Login,
        audit: &AuditEntry,
    ) -> Result<(), StoreError> {
        let transaction = self.database.begin().await.map_err(store_error)?;
        if !login_holds(&transaction, token, login).await? {
            return Err(StoreError::Stale);
        }
        Entity::insert(row(token, hash))
            .exec_without_returning(&transaction)
            .await
            .map_err(store_error)?;
        audit::note(&transaction, [audit]).await?;
        transaction.commit().await.map_err(store_error)
    }

    async fn find(&self, hash: &TokenHash) -> Result<Option<Arc<HeldApiToken>>, StoreError> {
        self.seen.api_token(hash, || self.look_up(hash)).await
    }

    async fn find_all(&self, tokens: &[(UserId, ApiTokenId)]) -> Result<Vec<HeldApiToken>, StoreError> {
        let mut found = Vec::new();
        for some in tokens.chunks(ASKED_AT_ONCE) {
            let rows = Entity::find()
                .find_both_related(users::Entity)
                .filter(Column::Id.is_in(some.iter().map(|(_, id)| id.as_uuid())))
                .filter(Column::UserId.is_in(some.iter().map(|(user, _)| user.as_str())))
                .all(self.database.read())
                .await
                .map_err(store_error)?;
            for (token, user) in rows {
                let (token, user) = (token.try_into()?, user.try_into()?);
                found.push(HeldApiToken { token, user });
            }
        }
        let asked: HashSet<&(UserId, ApiTokenId)> = tokens.iter().collect();
        found.retain(|held| asked.contains(&(held.user.id.clone(), held.token.id)));
        Ok(found)
    }

    async fn list(&self, user: &UserId) -> Result<Vec<ApiToken>, StoreError> {
        Entity::find()
            .filter(Column::UserId.eq(user.as_str()))
            .order_by_desc(Column::CreatedAt)
            .order_by_desc(Column::Id)
            .limit(MAX_LISTED)
            .all(self.database.read())
            .await
            .map_err(store_error)?
            .into_iter()
            .map(ApiToken::try_from)
            .collect()
    }

    async fn delete(&self, user: &UserId, id: ApiTokenId, audit: &AuditEntry) -> Result<bool, StoreError> {
        let delete = async {
            let transaction = self.database.begin().await.map_err(store_error)?;
            let deleted = Entity::delete_by_id((id.as_uuid(), user.to_string()))
                .exec(&transaction)
                .await
                .map_err(store_error)?;
            if deleted.rows_affected == 0 {
                return Ok(false);
            }
            audit::note(&transaction, [audit]).await?;
            transaction.commit().await.map_err(store_error)?;
            Ok(true)
        };
        self.seen.change(user, delete).await
    }

    async fn purge(&self, expired_before: Timestamp) -> Result<u64, StoreError> {
        let expired = Column::ExpiresAt.lt(expired_before.as_datetime());
        purge::<Entity>(self.database.write(), expired).await
    }

    async fn note_use(&self, user: &UserId, id: ApiTokenId, now: Timestamp) -> Result<(), StoreError> {
        let used = ActiveModel {
            last_used_at: Set(Some(now.as_datetime())),
            ..Default::default()
        };
        let unless_later = Condition::any()
            .add(Column::LastUsedAt.is_null())
            .add(Column::LastUsedAt.lt(now.as_datetime()));
        let note = async {
            Entity::update_many()
                .set(used)
                .filter(Column::Id.eq(id.as_uuid()))
                .filter(Column::UserId.eq(user.as_str()))
                .filter(unless_later)
                .exec(self.database.write())
                .await
                .map_err(store_error)
        };
        self.seen.change(user, note).await?;
        Ok(())
    }
}

/// Whether that login is still good, in a transaction in which nobody ends it.
async fn login_holds(transaction: &Transaction, token: &ApiToken, login: Login) -> Result<bool, StoreError> {
    // Whoever revokes tokens writes this row first.
    let user = users::Entity::find_by_id(token.user_id.as_str())
        .lock(LockType::Share)
        .one(transaction)
        .await
        .map_err(store_error)?
        .map(User::try_from)
        .transpose()?;
    let Some(user) = user.filter(|user| !user.is_disabled()) else {
        return Ok(false);
    };
    let id = match login {
        Login::Outside(issued_at) => return Ok(user.accepts_issued(issued_at)),
        Login::Session(id) => id,
    };
    let session = sessions::Entity::find_by_id((id.as_uuid(), token.user_id.to_string()))
        .lock(LockType::Share)
        .one(transaction)
        .await
        .map_err(store_error)?
        .map(Session::try_from)
        .transpose()?;
    Ok(session.is_some_and(|session| session.is_active(token.created_at)))
}

fn row(token: &ApiToken, hash: &TokenHash) -> ActiveModel {
    let scopes: Vec<&str> = token.scopes.iter().map(Scope::as_str).collect();
    ActiveModel {
        id: Set(token.id.as_uuid()),
        user_id: Set(token.user_id.to_string()),
        hash: Set(hash.0.to_vec()),
        name: Set(token.name.to_string()),
        scopes: Set(scopes.join(" ")),
        created_at: Set(token.created_at.as_datetime()),
        last_used_at: Set(token.last_used_at.map(Timestamp::as_datetime)),
        expires_at: Set(token.expires_at.map(Timestamp::as_datetime)),
    }
}

impl TryFrom<Model> for ApiToken {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let scopes: Option<Vec<Scope>> = row.scopes.split(' ').map(Scope::from_word).collect();
        let scopes = scopes.ok_or_else(|| corrupt("api_tokens.scopes", "no such scope"))?;
        Ok(Self {
            id: ApiTokenId::from(row.id),
            user_id: user_id("api_tokens.user_id", &row.user_id)?,
            name: TokenName::parse(&row.name).map_err(|fault| corrupt("api_tokens.name", fault))?,
            scopes: Scopes::new(&scopes).map_err(|fault| corrupt("api_tokens.scopes", fault))?,
            created_at: Timestamp::from(row.created_at),
            last_used_at: row.last_used_at.map(Timestamp::from),
            expires_at: row.expires_at.map(Timestamp::from),
        })
    }
}
