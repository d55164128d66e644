use taskwell_domain::Task;

use super::Tasks;
use crate::{
    Actor, Error,
    ports::{Mark, Sort, Start, TaskFilter, TaskQuery},
};

/// Which tasks to list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListTasks {
    /// Which tasks.
    pub filter: TaskFilter,
    /// In which order.
    pub sort: Sort,
    /// How many of the first are left out; not together with `cursor`.
    pub skip: u64,
    /// Where an earlier page ended.
    pub cursor: Option<Cursor>,
    /// How many at most.
    pub limit: u32,
    /// Whether to count all that pass the filter.
    pub count: bool,
}

/// Where a page ended, and of which listing. It is good for that listing alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The filter of the listing.
    pub filter: TaskFilter,
    /// The order of the listing.
    pub sort: Sort,
    /// The last task of the page.
    pub mark: Mark,
}

/// A page of tasks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskList {
    /// The tasks.
    pub tasks: Vec<Task>,
    /// What leads to the next page, if there is one.
    pub next: Option<Cursor>,
    /// How many pass the filter, if that was asked for.
    pub total: Option<u64>,
}

impl Tasks {
    /// A page of the caller's tasks. Following the cursors from the first page gives every task that
    /// existed throughout, and whose sort key stayed, exactly once, whatever is written meanwhile.
    ///
    /// # Errors
    /// [`Error::InvalidCursor`] if the cursor comes from a listing with another filter or order.
    pub async fn list(&self, actor: &Actor, command: ListTasks) -> Result<TaskList, Error> {
        let ListTasks { filter, sort, .. } = command;
        let start = match command.cursor {
            None => Start::Skip(command.skip),
            Some(cursor) if cursor.filter == filter && cursor.sort == sort => Start::After(cursor.mark),
            Some(_) => return Err(Error::InvalidCursor),
        };
        let total = match command.count {
            true => Some(self.store.count(&actor.user_id, &filter).await?),
            false => None,
        };
        let query = TaskQuery {
            filter,
            sort,
            start,
            limit: command.limit,
        };
        let page = self.store.list(&actor.user_id, &query).await?;
        let last = page.tasks.last().filter(|_| page.more);
        let next = last.map(|last| Cursor {
            filter: query.filter,
            sort,
            mark: Mark::of(last, sort.key),
        });
        Ok(TaskList {
            tasks: page.tasks,
            next,
            total,
        })
    }
}
