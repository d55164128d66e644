use sea_orm::entity::prelude::*;

/// A task.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tasks")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: String,
    pub title: String,
    /// What titles are sorted by.
    pub title_key: String,
    pub description: String,
    pub completed_at: Option<DateTimeUtc>,
    /// How much it matters, as a number from 0.
    pub priority: i16,
    pub due_date: Option<String>,
    pub due_time: Option<String>,
    /// How it recurs, and from when on.
    pub series: Option<Json>,
    pub time_zone: Option<String>,
    /// When it is due, as an instant, which follows from the others.
    pub due_at: Option<DateTimeUtc>,
    pub remind_at: Option<DateTimeUtc>,
    pub reminded_at: Option<DateTimeUtc>,
    pub tags: Json,
    pub position: String,
    /// What it is found by. The databases keep an index of these words by themselves.
    pub words: Option<String>,
    pub deleted_at: Option<DateTimeUtc>,
    /// The number of its last change in its owner's log.
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
