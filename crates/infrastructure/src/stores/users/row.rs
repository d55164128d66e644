//! An account and its row.

use sea_orm::Set;
use taskwell_application::ports::StoreError;
use taskwell_domain::{Email, Issuer, Role, Timestamp, User};

use crate::{
    entities::users,
    stores::{corrupt, user_id},
};

/// All columns, for an account that is new, without a password.
pub(super) fn new(user: &User) -> users::ActiveModel {
    users::ActiveModel {
        id: Set(user.id.to_string()),
        issuer: Set(user.issuer.to_string()),
        last_seq: Set(0),
        created_at: Set(user.created_at.as_datetime()),
        last_login_at: Set(user.last_login_at.map(Timestamp::as_datetime)),
        tokens_valid_from: Set(user.tokens_valid_from.map(Timestamp::as_datetime)),
        password_hash: Set(None),
        ..with_address(user.email.as_ref(), changed(user))
    }
}

/// The columns that an administrator changes.
pub(super) fn changed(user: &User) -> users::ActiveModel {
    users::ActiveModel {
        role: Set(user.role.as_str().to_owned()),
        disabled_at: Set(user.disabled_at.map(Timestamp::as_datetime)),
        ..Default::default()
    }
}

/// That row with that address.
pub(super) fn with_address(email: Option<&Email>, row: users::ActiveModel) -> users::ActiveModel {
    users::ActiveModel {
        email: Set(email.map(Email::to_string)),
        email_key: Set(email.map(Email::key)),
        ..row
    }
}

impl TryFrom<users::Model> for User {
    type Error = StoreError;

    fn try_from(row: users::Model) -> Result<Self, StoreError> {
        let email = row.email.as_deref().map(Email::parse).transpose();
        Ok(Self {
            id: user_id("users.id", &row.id)?,
            issuer: Issuer::parse(&row.issuer).map_err(|fault| corrupt("users.issuer", fault))?,
            email: email.map_err(|fault| corrupt("users.email", fault))?,
            role: Role::from_word(&row.role).ok_or_else(|| corrupt("users.role", "no such role"))?,
            created_at: Timestamp::from(row.created_at),
            last_login_at: row.last_login_at.map(Timestamp::from),
            disabled_at: row.disabled_at.map(Timestamp::from),
            tokens_valid_from: row.tokens_valid_from.map(Timestamp::from),
        })
    }
}
