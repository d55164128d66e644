use sea_orm::entity::prelude::*;

/// An entry of a user's log.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "changes")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    pub kind: String,
    pub task_id: Uuid,
    /// The task as it stood afterwards; the `null` of JSON once it is purged.
    pub task: Json,
    pub actor_kind: String,
    pub actor_id: String,
    pub request_id: String,
    pub batch: Option<Uuid>,
    pub at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
