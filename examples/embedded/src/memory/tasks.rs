//! Tasks in memory.

use async_trait::async_trait;
use taskwell_application::ports::{
    Constraint, Page, Position, Sort, Start, StoreError, TaskFilter, TaskQuery, TaskStore,
};
use taskwell_domain::{Change, Origin, Seq, Task, TaskChange, TaskId, Timestamp, UserId};

use super::{Memory, MemoryStorage};

#[async_trait]
impl TaskStore for MemoryStorage {
    /// Works on a copy of the tasks, which takes their place once every change has passed.
    async fn record(
        &self,
        owner: &UserId,
        changes: Vec<TaskChange>,
        origin: &Origin,
    ) -> Result<Vec<Change>, StoreError> {
        let mut memory = self.lock();
        let account = memory.accounts.get_mut(owner).ok_or(StoreError::NotFound)?;
        let mut tasks = account.tasks.clone();
        let mut seq = account.log.last().map_or(Seq::START, |last| last.seq);
        let mut recorded = Vec::with_capacity(changes.len());
        for change in changes {
            check(tasks.get(&change.task().id), change.based_on())?;
            seq = seq.next();
            let change = change.recorded_as(seq, origin);
            tasks.insert(change.task_id(), change.task.clone());
            recorded.push(change);
        }
        account.tasks = tasks;
        account.log.extend_from_slice(&recorded);
        Ok(recorded)
    }

    async fn find(&self, owner: &UserId, id: TaskId) -> Result<Option<Task>, StoreError> {
        let memory = self.lock();
        let task = memory
            .accounts
            .get(owner)
            .and_then(|account| account.tasks.get(&id));
        Ok(task.filter(|task| task.deleted_at.is_none()).cloned())
    }

    async fn find_creation(&self, owner: &UserId, id: TaskId) -> Result<Option<Task>, StoreError> {
        let memory = self.lock();
        let created = memory.accounts.get(owner).and_then(|account| {
            let mut log = account.log.iter();
            // What happens to a task first is its creation.
            log.find(|change| change.task_id() == id)
        });
        Ok(created.map(|change| change.task.clone()))
    }

    async fn belongs_to_another(&self, owner: &UserId, id: TaskId) -> Result<bool, StoreError> {
        let memory = self.lock();
        let mut others = memory.accounts.iter().filter(|(user, _)| *user != owner);
        Ok(others.any(|(_, account)| account.tasks.contains_key(&id)))
    }

    async fn list(&self, owner: &UserId, query: &TaskQuery) -> Result<Page, StoreError> {
        let mut tasks = matching(&self.lock(), owner, &query.filter);
        let descending = query.sort == Sort::CreatedAtDescending;
        tasks.sort_by_key(|task| key(Position::from(task)));
        if descending {
            tasks.reverse();
        }
        let skipped = match query.start {
            Start::Skip(skip) => usize::try_from(skip).unwrap_or(usize::MAX),
            Start::After(position) => tasks.partition_point(|task| {
                let (task, position) = (key(Position::from(task)), key(position));
                if descending {
                    task >= position
                } else {
                    task <= position
                }
            }),
        };
        let limit = query.limit as usize;
        let more = tasks.len() > limit.saturating_add(skipped);
        let tasks = tasks.into_iter().skip(skipped).take(limit).collect();
        Ok(Page { tasks, more })
    }

    async fn count(&self, owner: &UserId, filter: &TaskFilter) -> Result<u64, StoreError> {
        Ok(matching(&self.lock(), owner, filter).len() as u64)
    }

    async fn changes(&self, owner: &UserId, since: Seq, limit: u32) -> Result<Vec<Change>, StoreError> {
        let memory = self.lock();
        let log = memory.accounts.get(owner).map_or(&[][..], |account| &account.log);
        let news = log.iter().filter(|change| change.seq > since);
        Ok(news.take(limit as usize).cloned().collect())
    }
}

/// Whether a change that rests on that version fits the task as it is stored.
fn check(stored: Option<&Task>, based_on: Option<Seq>) -> Result<(), StoreError> {
    match (stored, based_on) {
        (None, None) => Ok(()),
        (Some(_), None) => Err(StoreError::Conflict(Constraint::TaskId)),
        (Some(task), Some(version)) if task.version == version && task.deleted_at.is_none() => Ok(()),
        (_, Some(_)) => Err(StoreError::Stale),
    }
}

/// The tasks outside the trash that pass the filter, in no order.
fn matching(memory: &Memory, owner: &UserId, filter: &TaskFilter) -> Vec<Task> {
    let tasks = memory
        .accounts
        .get(owner)
        .into_iter()
        .flat_map(|account| account.tasks.values());
    tasks
        .filter(|task| task.deleted_at.is_none())
        .filter(|task| {
            filter
                .completed
                .is_none_or(|completed| completed == task.is_completed())
        })
        .cloned()
        .collect()
}

fn key(position: Position) -> (Timestamp, TaskId) {
    (position.created_at, position.id)
}
