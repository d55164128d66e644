//! The listings, with the statements that Taskwell sends for them.

use std::{collections::HashMap, sync::Arc};

use chrono::{DateTime, Utc};
use taskwell_application::ports::TaskStore;
use taskwell_domain::UserId;
use taskwell_infrastructure::{Database, DatabaseOptions, SqlTaskStore};
use uuid::Uuid;

use crate::{
    Result,
    operation::{Listing, first_page},
    population::BEFORE_THE_MIDDLE,
};

/// A statement for each query of an address, with the values in it.
#[derive(Clone)]
pub(super) struct Statements {
    by_query: Arc<HashMap<&'static str, String>>,
    /// Where a page by a cursor begins, which only Taskwell can read: behind the task of that time and id.
    pub(super) middle: (DateTime<Utc>, Uuid),
}

impl Statements {
    pub(super) async fn of(database_url: &str, user_id: &str) -> Result<Self> {
        let database = Database::connect(&DatabaseOptions::new(database_url)).await?;
        let store = SqlTaskStore::new(database.clone());
        let owner = UserId::parse(user_id)?;
        let before = store.list(&owner, &first_page(BEFORE_THE_MIDDLE)).await?;
        let last = before.tasks.last().ok_or("there are too few tasks")?;
        let by_query = Listing::ALL
            .into_iter()
            .filter_map(|listing| Some((listing.query()?, store.list_statement(&owner, &listing.asked()))))
            .collect();
        let statements = Self {
            by_query: Arc::new(by_query),
            middle: (last.created_at.as_datetime(), last.id.as_uuid()),
        };
        database.close().await;
        Ok(statements)
    }

    pub(super) fn of_query(&self, query: &str) -> Option<&str> {
        self.by_query.get(query).map(String::as_str)
    }
}
