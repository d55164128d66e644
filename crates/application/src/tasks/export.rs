use std::sync::Arc;

use taskwell_domain::{Task, Timestamp, UserId};

use super::Tasks;
use crate::{
    Actor, Error,
    ports::{Mark, Sort, SortKey, Start, TaskFilter, TaskQuery, TaskStore},
};

/// How many tasks are read at once.
const PAGE: u32 = 200;

/// In the order in which they came to be: a task that moves or changes meanwhile keeps its place in it.
const ORDER: Sort = Sort {
    key: SortKey::CreatedAt,
    descending: false,
};

/// A walk over all tasks of a user outside the trash, of which only a few are there at a time.
pub struct Export {
    store: Arc<dyn TaskStore>,
    owner: UserId,
    at: Timestamp,
    /// Where the walk goes on; `None` at its end.
    start: Option<Start>,
}

impl Tasks {
    /// Begins a walk over all of the caller's tasks.
    #[must_use]
    pub fn export(&self, actor: &Actor) -> Export {
        Export {
            store: Arc::clone(&self.store),
            owner: actor.user_id.clone(),
            at: self.clock.now(),
            start: Some(Start::Skip(0)),
        }
    }
}

impl Export {
    /// When the walk began.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// The next tasks, in the order in which they came to be; `None` after the last ones. Every task that is there
    /// throughout comes exactly once, whatever is written meanwhile.
    ///
    /// # Errors
    /// If the storage fails.
    pub async fn next(&mut self) -> Result<Option<Vec<Task>>, Error> {
        let Some(start) = self.start.take() else {
            return Ok(None);
        };
        let query = TaskQuery {
            filter: TaskFilter::default(),
            sort: ORDER,
            start,
            limit: PAGE,
        };
        let page = self.store.list(&self.owner, &query).await?;
        let last = page.tasks.last().filter(|_| page.more);
        self.start = last.map(|last| Start::After(Mark::of(last, ORDER.key)));
        Ok(Some(page.tasks))
    }
}
