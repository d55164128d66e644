mod held;
mod list;
mod row;

use std::sync::Arc;

use async_trait::async_trait;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, ExprTrait, QueryFilter, QuerySelect, Set,
    sea_query::{Expr, OnConflict},
};
use taskwell_application::ports::{Credentials, PasswordHash, StoreError, UserPage, UserQuery, UserStore};
use taskwell_domain::{
    AccountChange, AuditEntry, Email, Issuer, Revocation, SessionId, Timestamp, User, UserId,
};

use super::{ASKED_AT_ONCE, Seen, audit, sessions};
use crate::{
    database::{Database, store_error},
    entities::{
        api_tokens,
        users::{ActiveModel, Column, Entity},
    },
};

/// Keeps accounts in the database.
#[derive(Clone, Debug)]
pub struct SqlUserStore {
    database: Database,
    seen: Seen,
}

impl SqlUserStore {
    /// The accounts in that database, of which the server has seen that much.
    #[must_use]
    pub fn new(database: Database, seen: Seen) -> Self {
        Self { database, seen }
    }

    async fn write_token(
        &self,
        id: &UserId,
        email: Option<&Email>,
        issued_at: Timestamp,
    ) -> Result<(), StoreError> {
        let seen = ActiveModel {
            last_login_at: Set(Some(issued_at.as_datetime())),
            ..Default::default()
        };
        let is_newer = Condition::any()
            .add(Column::LastLoginAt.is_null())
            .add(Column::LastLoginAt.lt(issued_at.as_datetime()));
        Entity::update_many()
            .set(row::with_address(email, seen))
            .filter(Column::Id.eq(id.as_str()))
            .filter(is_from_here().not())
            .filter(is_newer)
            .exec(self.database.write())
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn write_password(
        &self,
        id: &UserId,
        verified: Option<PasswordHash>,
        password: &PasswordHash,
        keep: Option<SessionId>,
        now: Timestamp,
        audit: &AuditEntry,
    ) -> Result<(), StoreError> {
        let changed = ActiveModel {
            password_hash: Set(Some(password.as_str().to_owned())),
            ..Default::default()
        };
        let in_the_place_of = match &verified {
            Some(verified) => Column::PasswordHash.eq(verified.as_str()),
            None => Column::PasswordHash.is_not_null(),
        };
        let transaction = self.database.begin().await.map_err(store_error)?;
        let changed = Entity::update_many()
            .set(changed)
            .filter(Column::Id.eq(id.as_str()))
            .filter(in_the_place_of)
            .exec(&transaction)
            .await
            .map_err(store_error)?;
        if changed.rows_affected == 0 {
            return Err(StoreError::Stale);
        }
        sessions::end_all(&transaction, id, keep, now).await?;
        audit::note(&transaction, [audit]).await?;
        transaction.commit().await.map_err(store_error)
    }

    async fn write_change(
        &self,
        id: &UserId,
        change: &AccountChange,
        now: Timestamp,
        audit: &[AuditEntry],
    ) -> Result<User, StoreError> {
        let changed = |user: &User| change.applied_to(user, now);
        let remains_admin = |user: &User| changed(user).is_enabled_admin();
        let (transaction, user) = held::hold(&self.database, id, remains_admin).await?;
        let user = changed(&user);
        Entity::update_many()
            .set(row::changed(&user))
            .filter(Column::Id.eq(id.as_str()))
            .exec(&transaction)
            .await
            .map_err(store_error)?;
        audit::note(&transaction, audit).await?;
        transaction.commit().await.map_err(store_error)?;
        Ok(user)
    }

    async fn write_revocation(
        &self,
        id: &UserId,
        revocation: &Revocation,
        audit: &AuditEntry,
    ) -> Result<(), StoreError> {
        let revoked = ActiveModel {
            tokens_valid_from: Set(Some(revocation.valid_from.as_datetime())),
            ..Default::default()
        };
        let transaction = self.database.begin().await.map_err(store_error)?;
        let revoked = Entity::update_many()
            .set(revoked)
            .filter(Column::Id.eq(id.as_str()))
            .exec(&transaction)
            .await
            .map_err(store_error)?;
        if revoked.rows_affected == 0 {
            return Err(StoreError::NotFound);
        }
        sessions::end_all(&transaction, id, None, revocation.at).await?;
        if revocation.api_tokens {
            api_tokens::Entity::delete_many()
                .filter(api_tokens::Column::UserId.eq(id.as_str()))
                .exec(&transaction)
                .await
                .map_err(store_error)?;
        }
        audit::note(&transaction, [audit]).await?;
        transaction.commit().await.map_err(store_error)
    }

    async fn write_deletion(&self, id: &UserId, audit: &AuditEntry) -> Result<(), StoreError> {
        let (transaction, _) = held::hold(&self.database, id, |_| false).await?;
        Entity::delete_by_id(id.as_str())
            .exec(&transaction)
            .await
            .map_err(store_error)?;
        audit::note(&transaction, [audit]).await?;
        transaction.commit().await.map_err(store_error)
    }
}

#[async_trait]
impl UserStore for SqlUserStore {
    async fn add(&self, user: &User, password: &PasswordHash, audit: &AuditEntry) -> Result<(), StoreError> {
        let row = ActiveModel {
            password_hash: Set(Some(password.as_str().to_owned())),
            ..row::new(user)
        };
        let transaction = self.database.begin().await.map_err(store_error)?;
        Entity::insert(row)
            .exec_without_returning(&transaction)
            .await
            .map_err(store_error)?;
        audit::note(&transaction, [audit]).await?;
        transaction.commit().await.map_err(store_error)
    }

    async fn admit(
        &self,
        user: &User,
        issued_at: Option<Timestamp>,
        audit: &AuditEntry,
    ) -> Result<Option<User>, StoreError> {
        // Most who are refused are refused here, and nothing is written for them.
        let deleted_at = audit::last_deletion(self.database.read(), &user.id).await?;
        if coming_back(user, deleted_at, issued_at).is_none() {
            return Ok(None);
        }
        let transaction = self.database.begin().await.map_err(store_error)?;
        let added = Entity::insert(row::new(user))
            .on_conflict(OnConflict::column(Column::Id).do_nothing().to_owned())
            .exec_without_returning(&transaction)
            .await
            .map_err(store_error)?;
        if added == 0 {
            // If it is gone by now, it was deleted just now.
            return Entity::find_by_id(user.id.as_str())
                .one(&transaction)
                .await
                .map_err(store_error)?
                .map(User::try_from)
                .transpose();
        }
        // Once more: the insertion has waited for a deletion that was under way.
        let deleted_at = audit::last_deletion(&transaction, &user.id).await?;
        let Some(admitted) = coming_back(user, deleted_at, issued_at) else {
            return Ok(None);
        };
        if let Some(valid_from) = admitted.tokens_valid_from {
            Entity::update_many()
                .col_expr(Column::TokensValidFrom, Expr::value(valid_from.as_datetime()))
                .filter(Column::Id.eq(user.id.as_str()))
                .exec(&transaction)
                .await
                .map_err(store_error)?;
        }
        audit::note(&transaction, [audit]).await?;
        transaction.commit().await.map_err(store_error)?;
        Ok(Some(admitted))
    }

    async fn note_token(
        &self,
        id: &UserId,
        email: Option<Email>,
        issued_at: Timestamp,
    ) -> Result<(), StoreError> {
        let write = self.write_token(id, email.as_ref(), issued_at);
        self.seen.change(id, write).await
    }

    async fn find(&self, id: &UserId) -> Result<Option<User>, StoreError> {
        Entity::find_by_id(id.as_str())
            .one(self.database.read())
            .await
            .map_err(store_error)?
            .map(User::try_from)
            .transpose()
    }

    async fn find_all(&self, ids: &[UserId]) -> Result<Vec<User>, StoreError> {
        let mut found = Vec::new();
        for some in ids.chunks(ASKED_AT_ONCE) {
            let rows = Entity::find()
                .filter(Column::Id.is_in(some.iter().map(UserId::as_str)))
                .all(self.database.read())
                .await
                .map_err(store_error)?;
            for user in rows {
                found.push(user.try_into()?);
            }
        }
        Ok(found)
    }

    async fn find_lately(&self, id: &UserId) -> Result<Option<Arc<User>>, StoreError> {
        self.seen.user(id, || self.find(id)).await
    }

    async fn find_credentials(&self, email: &Email) -> Result<Option<Credentials>, StoreError> {
        let row = Entity::find()
            .filter(Column::EmailKey.eq(email.key()))
            .filter(is_from_here())
            .filter(Column::PasswordHash.is_not_null())
            .one(self.database.read())
            .await
            .map_err(store_error)?;
        let Some((row, hash)) = row.and_then(|mut row| row.password_hash.take().map(|hash| (row, hash)))
        else {
            return Ok(None);
        };
        Ok(Some(Credentials {
            user: row.try_into()?,
            password: PasswordHash::from(hash),
        }))
    }

    async fn find_password(&self, id: &UserId) -> Result<Option<PasswordHash>, StoreError> {
        let hash = Entity::find_by_id(id.as_str())
            .select_only()
            .column(Column::PasswordHash)
            .into_tuple::<Option<String>>()
            .one(self.database.read())
            .await
            .map_err(store_error)?;
        Ok(hash.flatten().map(PasswordHash::from))
    }

    async fn set_password(
        &self,
        id: &UserId,
        verified: Option<PasswordHash>,
        password: &PasswordHash,
        keep: Option<SessionId>,
        now: Timestamp,
        audit: &AuditEntry,
    ) -> Result<(), StoreError> {
        let write = self.write_password(id, verified, password, keep, now, audit);
        self.seen.change(id, write).await
    }

    async fn change(
        &self,
        id: &UserId,
        change: &AccountChange,
        now: Timestamp,
        audit: &[AuditEntry],
    ) -> Result<User, StoreError> {
        let write = self.write_change(id, change, now, audit);
        self.seen.change(id, write).await
    }

    async fn revoke_tokens(
        &self,
        id: &UserId,
        revocation: &Revocation,
        audit: &AuditEntry,
    ) -> Result<(), StoreError> {
        let write = self.write_revocation(id, revocation, audit);
        self.seen.change(id, write).await
    }

    async fn delete(&self, id: &UserId, audit: &AuditEntry) -> Result<(), StoreError> {
        self.seen.change(id, self.write_deletion(id, audit)).await
    }

    async fn list(&self, query: &UserQuery) -> Result<UserPage, StoreError> {
        list::list(&self.database, query).await
    }
}

/// The account as it is admitted, if it is, where one of its id was deleted at `deleted_at` if ever.
fn coming_back(user: &User, deleted_at: Option<Timestamp>, issued_at: Option<Timestamp>) -> Option<User> {
    match deleted_at {
        Some(deleted_at) => user.clone().coming_back(deleted_at, issued_at),
        None => Some(user.clone()),
    }
}

/// The condition that an account logs in here. In the text of the statement, not beside it: only then is it
/// known to mean the index of those.
fn is_from_here() -> Expr {
    Expr::col(Column::Issuer).eq(Expr::Constant(Issuer::ourselves().as_str().into()))
}
