use std::time::Duration;

use async_trait::async_trait;
use taskwell_domain::{
    Change, Origin, Position, Priority, Seq, Tag, Task, TaskChange, TaskId, Timestamp, UserId,
};

use super::StoreError;

/// Keeps tasks, and for each user the log of what happened to them.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait TaskStore: Send + Sync {
    /// The one door for writing tasks: makes all of the changes last, or none, along with the answer that is
    /// to be remembered. In the order given, each takes the next number of the owner's log, is appended to the
    /// log, and leaves its task with that number as version. What is answered is what the log holds.
    ///
    /// However many call this at once, the numbers of one owner are those of the commits, without gaps,
    /// and of several changes that rest on one version exactly one is recorded.
    ///
    /// # Errors
    /// [`StoreError::Stale`] if a task has another version than its change rests on or is not there, if
    /// another task has taken a place meanwhile, or if the log has another end than the recording expects;
    /// [`StoreError::Conflict`] with [`Constraint::TaskId`](super::Constraint::TaskId) if a task to be created
    /// exists already, in the trash included, or with
    /// [`Constraint::IdempotencyKey`](super::Constraint::IdempotencyKey) if an answer is remembered under that
    /// key; [`StoreError::NotFound`] if the owner is gone.
    async fn record(&self, owner: &UserId, recording: Recording) -> Result<Vec<Change>, StoreError>;

    /// The task, unless it is in the trash.
    async fn find(&self, owner: &UserId, id: TaskId) -> Result<Option<Task>, StoreError>;

    /// The task, if it is in the trash.
    async fn find_deleted(&self, owner: &UserId, id: TaskId) -> Result<Option<Task>, StoreError>;

    /// Those of the tasks that are there, in the trash included, in no order.
    async fn find_all(&self, owner: &UserId, ids: &[TaskId]) -> Result<Vec<Task>, StoreError>;

    /// The task as it stood when it was created, whatever happened to it since, as long as the log
    /// remembers: that of a task that has not changed since, for good.
    async fn find_creation(&self, owner: &UserId, id: TaskId) -> Result<Option<Task>, StoreError>;

    /// Whether anybody but `owner` has a task of that id: the only question that goes beyond an owner.
    async fn belongs_to_another(&self, owner: &UserId, id: TaskId) -> Result<bool, StoreError>;

    /// A task that is to be moved to one side of another one, and what is there: both unless they are in the
    /// trash, and the place that comes next on that side, of a task in the trash too.
    async fn find_neighbours(
        &self,
        owner: &UserId,
        id: TaskId,
        beside: TaskId,
        side: Side,
    ) -> Result<Neighbours, StoreError>;

    /// The next place on that side of `position` that a task has, in the trash too, those of `except` aside.
    async fn next_position(
        &self,
        owner: &UserId,
        position: &Position,
        side: Side,
        except: &[TaskId],
    ) -> Result<Option<Position>, StoreError>;

    /// A page of the tasks.
    async fn list(&self, owner: &UserId, query: &TaskQuery) -> Result<Page, StoreError>;

    /// How many tasks pass the filter.
    async fn count(&self, owner: &UserId, filter: &TaskFilter) -> Result<u64, StoreError>;

    /// The log after `since`, oldest first, at most `limit` entries, and how far it goes.
    async fn changes(&self, owner: &UserId, since: Seq, limit: u32) -> Result<LogPage, StoreError>;

    /// What the log has of one task, newest first, at most `limit` entries.
    async fn history(&self, owner: &UserId, id: TaskId, limit: u32) -> Result<Vec<Change>, StoreError>;

    /// The change of that number together with those that were made with it, oldest first; none if the log
    /// does not have it.
    async fn find_batch(&self, owner: &UserId, seq: Seq) -> Result<Vec<Change>, StoreError>;

    /// The tasks as the log has them after those of the changes that it remembers, in no order.
    async fn find_versions(&self, owner: &UserId, seqs: &[Seq]) -> Result<Vec<Task>, StoreError>;

    /// Those of the tasks that were there before the change of that number, as they stood then, in no order; as far
    /// as the log remembers.
    async fn find_before(&self, owner: &UserId, ids: &[TaskId], seq: Seq) -> Result<Vec<Task>, StoreError>;

    /// The answer that is remembered under that key, even beyond its [`KeptAnswer::LIFETIME`].
    async fn find_answer(&self, owner: &UserId, key: &str) -> Result<Option<KeptAnswer>, StoreError>;

    /// Tasks, of anybody, that went to the trash before that time, at most `limit`; as for
    /// [`TaskStore::find_due_reminders`], each or why it cannot be read.
    async fn find_expired(
        &self,
        deleted_before: Timestamp,
        limit: u32,
    ) -> Result<Vec<Result<Task, StoreError>>, StoreError>;

    /// Tasks, of anybody, whose time to be reminded of has come by `now` and that were not reminded of yet, none that
    /// is completed or in the trash; those first that have waited longest, at most `limit`. In the place of a task
    /// that cannot be read stands a [`StoreError::Corrupt`] that names it: nothing is wrong with the others. This is
    /// asked every second: where there are none it must cost next to nothing.
    async fn find_due_reminders(
        &self,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<Result<Task, StoreError>>, StoreError>;

    /// Forgets entries of all logs from before that time, but for what undoing a later one needs: the last of them
    /// of each task that is not purged; how many.
    async fn forget_changes(&self, before: Timestamp) -> Result<u64, StoreError>;

    /// Forgets answers from before that time; how many.
    async fn forget_answers(&self, before: Timestamp) -> Result<u64, StoreError>;
}

/// What is to be recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recording {
    /// The changes, in order.
    pub changes: Vec<TaskChange>,
    /// Where they come from.
    pub origin: Origin,
    /// The last number of the log that the changes were decided on, where they depend on it.
    pub expects: Option<Seq>,
    /// What is to be remembered of the answer.
    pub answer: Option<NewAnswer>,
}

/// An answer to be remembered, so that the same request can be answered again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAnswer {
    /// What the client calls the request.
    pub key: String,
    /// What the request was.
    pub fingerprint: [u8; 32],
    /// The tasks that it holds, in order.
    pub tasks: Vec<AnsweredTask>,
    /// What else it holds, for whoever made it to read.
    pub detail: Option<String>,
}

/// A task in an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnsweredTask {
    /// As the recorded change with that index left it.
    Changed(usize),
    /// As the change of that number left it.
    At(Seq),
}

/// An answer that is remembered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptAnswer {
    /// What the request was.
    pub fingerprint: [u8; 32],
    /// The changes that left the tasks as the answer holds them, in order.
    pub tasks: Vec<Seq>,
    /// What else it holds.
    pub detail: Option<String>,
    /// When it was remembered.
    pub at: Timestamp,
}

impl KeptAnswer {
    /// How long an answer keeps its key.
    pub const LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);
}

/// One side of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// Towards the first.
    Before,
    /// Towards the last.
    After,
}

/// A task that is to be moved beside another one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Neighbours {
    /// The task to be moved.
    pub task: Option<Task>,
    /// The task that it is to be moved beside.
    pub beside: Option<Task>,
    /// The place that comes next on that side.
    pub next: Option<Position>,
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

/// Which tasks are meant; a filter that is `None` or empty lets all pass.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaskFilter {
    /// Those in the trash instead of those outside.
    pub deleted: bool,
    /// Only those that are done, or only those that are open.
    pub completed: Option<bool>,
    /// Only those with one of these priorities.
    pub priorities: Vec<Priority>,
    /// Only those with all of these tags, ignoring case.
    pub tags: Vec<Tag>,
    /// Only those that are due then or later.
    pub due_after: Option<Timestamp>,
    /// Only those that are due earlier.
    pub due_before: Option<Timestamp>,
    /// Only those that were changed then or later.
    pub updated_since: Option<Timestamp>,
    /// Only those whose title and description together have every word of this text, the last one as a
    /// beginning; case and accents make no difference.
    pub search: Option<String>,
}

/// The order of a listing; tasks with an equal key stand in the order of their ids, in the same direction, and
/// those without a key last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Sort {
    /// What they are sorted by.
    pub key: SortKey,
    /// Whether the greatest comes first.
    pub descending: bool,
}

/// Newest first.
impl Default for Sort {
    fn default() -> Self {
        Self {
            key: SortKey::CreatedAt,
            descending: true,
        }
    }
}

taskwell_domain::words! {
    /// What tasks can be sorted by.
    pub enum SortKey {
        /// When they came to be.
        CreatedAt => "created_at",
        /// When they last changed.
        UpdatedAt => "updated_at",
        /// When they are due.
        DueAt => "due_at",
        /// How much they matter.
        Priority => "priority",
        /// Their titles, ignoring case, by code point.
        Title => "title",
        /// Their places in the owner's own order.
        Position => "position",
    }
}

/// Where a page begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    /// After so many tasks.
    Skip(u64),
    /// After the task that stands, or stood, at this point.
    After(Mark),
}

/// A point in a listing: the sort key of a task, and its id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The sort key.
    pub value: SortValue,
    /// The tie-break.
    pub id: TaskId,
}

/// The value of a sort key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SortValue {
    /// An instant.
    Time(Timestamp),
    /// A priority.
    Priority(Priority),
    /// A title in lower case, or a place.
    Text(String),
    /// The task has none.
    Missing,
}

impl Mark {
    /// The point at which a task stands in a listing sorted by `key`.
    #[must_use]
    pub fn of(task: &Task, key: SortKey) -> Self {
        let value = match key {
            SortKey::CreatedAt => SortValue::Time(task.created_at),
            SortKey::UpdatedAt => SortValue::Time(task.updated_at),
            SortKey::DueAt => task.due_at().map_or(SortValue::Missing, SortValue::Time),
            SortKey::Priority => SortValue::Priority(task.priority),
            SortKey::Title => SortValue::Text(task.title.key()),
            SortKey::Position => SortValue::Text(task.position.to_string()),
        };
        Self { value, id: task.id }
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

/// A page of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogPage {
    /// The entries, in order.
    pub changes: Vec<Change>,
    /// The last number of the log.
    pub latest: Seq,
    /// The last number that was forgotten; what came up to there cannot be followed any more.
    pub forgotten: Seq,
}
