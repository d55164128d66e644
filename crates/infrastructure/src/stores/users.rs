use async_trait::async_trait;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};
use taskwell_application::ports::{Credentials, PasswordHash, StoreError, UserStore};
use taskwell_domain::{Email, Role, Timestamp, User, UserId};

use super::corrupt;
use crate::{
    database::{Database, store_error},
    entities::users,
};

/// Keeps accounts in the database.
#[derive(Clone, Debug)]
pub struct SqlUserStore {
    database: Database,
}

impl SqlUserStore {
    /// The accounts in that database.
    #[must_use]
    pub fn new(database: Database) -> Self {
        Self { database }
    }
}

#[async_trait]
impl UserStore for SqlUserStore {
    async fn add(&self, user: &User, password: &PasswordHash) -> Result<(), StoreError> {
        let row = users::ActiveModel {
            id: Set(user.id.to_string()),
            email: Set(user.email.as_ref().map(Email::to_string)),
            email_key: Set(user.email.as_ref().map(Email::key)),
            password_hash: Set(Some(password.as_str().to_owned())),
            role: Set(user.role.as_str().to_owned()),
            last_seq: Set(0),
            created_at: Set(user.created_at.as_datetime()),
        };
        users::Entity::insert(row)
            .exec_without_returning(self.database.write())
            .await
            .map_err(store_error)?;
        Ok(())
    }

    async fn find(&self, id: &UserId) -> Result<Option<User>, StoreError> {
        users::Entity::find_by_id(id.as_str())
            .one(self.database.read())
            .await
            .map_err(store_error)?
            .map(User::try_from)
            .transpose()
    }

    async fn find_credentials(&self, email: &Email) -> Result<Option<Credentials>, StoreError> {
        let row = users::Entity::find()
            .filter(users::Column::EmailKey.eq(email.key()))
            .filter(users::Column::PasswordHash.is_not_null())
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
}

impl TryFrom<users::Model> for User {
    type Error = StoreError;

    fn try_from(row: users::Model) -> Result<Self, StoreError> {
        let email = row.email.as_deref().map(Email::parse).transpose();
        Ok(Self {
            id: UserId::parse(&row.id).map_err(|fault| corrupt("users.id", fault))?,
            email: email.map_err(|fault| corrupt("users.email", fault))?,
            role: Role::from_word(&row.role).ok_or_else(|| corrupt("users.role", "no such role"))?,
            created_at: Timestamp::from(row.created_at),
        })
    }
}
