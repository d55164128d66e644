use async_trait::async_trait;
use taskwell_domain::{Change, Origin, Seq, Task, TaskChange, TaskId, Timestamp, UserId};

use super::StoreError;

/// Keeps tasks, and for each user the log of what happened to them.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait TaskStore: Send + Sync {
    /// The one door for writing tasks: makes all of `changes` last, or none. In the order given, each
    /// takes the next number of the owner's log, is appended to the log, and leaves its task with that
    /// number as version. What is answered is what the log holds.
    ///
    /// However many call this at once, the numbers of one owner are those of the commits, without gaps,
    /// and of several changes that rest on one version exactly one is recorded.
    ///
    /// # Errors
    /// [`StoreError::Stale`] if a task has another version than its change rests on, is in the trash, or is
    /// not there; [`StoreError::Conflict`] with [`Constraint::TaskId`](super::Constraint::TaskId) if a task
    /// to be created exists already, in the trash included; [`StoreError::NotFound`] if the owner is gone.
    async fn record(
        &self,
        owner: &UserId,
        changes: Vec<TaskChange>,
        origin: &Origin,
    ) -> Result<Vec<Change>, StoreError>;

    /// The task, unless it is in the trash.
    async fn find(&self, owner: &UserId, id: TaskId) -> Result<Option<Task>, StoreError>;

    /// The task as it stood when it was created, whatever happened to it since, as long as the log
    /// remembers.
    async fn find_creation(&self, owner: &UserId, id: TaskId) -> Result<Option<Task>, StoreError>;

    /// Whether anybody but `owner` has a task of that id: the only question that goes beyond an owner.
    async fn belongs_to_another(&self, owner: &UserId, id: TaskId) -> Result<bool, StoreError>;

    /// A page of the tasks outside the trash.
    async fn list(&self, owner: &UserId, query: &TaskQuery) -> Result<Page, StoreError>;

    /// How many tasks outside the trash pass the filter.
    async fn count(&self, owner: &UserId, filter: &TaskFilter) -> Result<u64, StoreError>;

    /// The log after `since`, oldest first, at most `limit` entries.
    async fn changes(&self, owner: &UserId, since: Seq, limit: u32) -> Result<Vec<Change>, StoreError>;
}

/// Which tasks to list, in which order, from where, and how many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskQuery {
    /// Which tasks.
    pub filter: TaskFilter,
    /// In which order.
    pub sort: Sort,
    /// Where the page begins.
    pub start: Start,
    /// How many at most.
    pub limit: u32,
}

/// Which tasks are meant; a filter that is `None` lets all pass.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaskFilter {
    /// Only those that are done, or only those that are open.
    pub completed: Option<bool>,
}

/// The order of a listing; tasks with an equal key stand in the order of their ids, in the same direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// Oldest first.
    CreatedAt,
    /// Newest first.
    #[default]
    CreatedAtDescending,
}

/// Where a page begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// After so many tasks.
    Skip(u64),
    /// After the task that stands, or stood, at this position.
    After(Position),
}

/// A place in a listing: the sort key of a task, and its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The sort key.
    pub created_at: Timestamp,
    /// The tie-break.
    pub id: TaskId,
}

impl From<&Task> for Position {
    fn from(task: &Task) -> Self {
        Self {
            created_at: task.created_at,
            id: task.id,
        }
    }
}

/// A page of a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The tasks, in order.
    pub tasks: Vec<Task>,
    /// Whether others follow.
    pub more: bool,
}
