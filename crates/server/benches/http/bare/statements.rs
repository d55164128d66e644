//! The listings, with the statements that Taskwell sends for them.

use std::{collections::HashMap, sync::Arc};

use taskwell_application::ports::{Mark, TaskStore};
use taskwell_domain::UserId;
use taskwell_infrastructure::{Database, DatabaseOptions, SqlTaskStore};

use crate::{
    Result,
    operation::{Listing, first_page},
    population::BEFORE_THE_MIDDLE,
};

/// A statement for each query of an address, with the values in it.
#[derive(Clone)]
pub(super) struct Statements {
    by_query: Arc<HashMap<&'static str, String>>,
    /// For a page by a cursor, which only Taskwell can read.
    by_cursor: Arc<str>,
}

impl Statements {
    pub(super) async fn of(database_url: &str, user_id: &str) -> Result<Self> {
        let database = Database::connect(&DatabaseOptions::new(database_url)).await?;
        let store = SqlTaskStore::new(database.clone());
        let owner = UserId::parse(user_id)?;
        let before = store.list(&owner, &first_page(BEFORE_THE_MIDDLE)).await?;
        let last = before.tasks.last().ok_or("there are too few tasks")?;
        let middle = Mark::of(last, first_page(0).sort.key);
        let statement = |listing: Listing| store.list_statement(&owner, &listing.asked(middle.clone()));
        let by_query = Listing::ALL
            .into_iter()
            .filter_map(|listing| Some((listing.query()?, statement(listing))))
            .collect();
        let statements = Self {
            by_query: Arc::new(by_query),
            by_cursor: statement(Listing::Cursor).into(),
        };
        database.close().await;
        Ok(statements)
    }

    pub(super) fn of_query(&self, query: &str) -> &str {
        self.by_query.get(query).map_or(&*self.by_cursor, String::as_str)
    }
}
