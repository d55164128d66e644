use sea_orm::entity::prelude::*;

/// How much somebody has tried.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "rate_limits")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// When all that was allowed at first is allowed again, in microseconds since 1970.
    pub tat: i64,
}

impl ActiveModelBehavior for ActiveModel {}
