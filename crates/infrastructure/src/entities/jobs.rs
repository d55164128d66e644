use sea_orm::entity::prelude::*;

/// The last run of a job.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "jobs")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    /// What the run is known by.
    pub run: String,
    pub began_at: DateTimeUtc,
    pub leased_until: DateTimeUtc,
    pub ended_at: Option<DateTimeUtc>,
    /// How many things it did, if it did not fail.
    pub done: Option<i64>,
    pub failure: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
