use sea_orm::entity::prelude::*;

/// An account.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub issuer: String,
    pub email: Option<String>,
    /// What makes the address unique, among accounts that log in here.
    pub email_key: Option<String>,
    pub password_hash: Option<String>,
    pub role: String,
    /// The number of the last change in this user's log.
    pub last_seq: i64,
    pub created_at: DateTimeUtc,
    pub last_login_at: Option<DateTimeUtc>,
    pub disabled_at: Option<DateTimeUtc>,
    pub tokens_valid_from: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
