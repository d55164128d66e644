//! Tasks in memory.

mod answers;
mod listing;
mod log;
mod order;
mod record;
mod search;

use async_trait::async_trait;
use taskwell_application::ports::{
    KeptAnswer, LogPage, Neighbours, Page, Recording, Side, StoreError, TaskFilter, TaskQuery, TaskStore,
};
use taskwell_domain::{Change, Position, Seq, Task, TaskId, Timestamp, UserId};

use super::{Account, MemoryStorage};

#[async_trait]
impl TaskStore for MemoryStorage {
    async fn record(&self, owner: &UserId, recording: Recording) -> Result<Vec<Change>, StoreError> {
        let mut memory = self.lock();
        let account = memory.accounts.get_mut(owner).ok_or(StoreError::NotFound)?;
        let recorded = account.record(recording)?;
        self.written.send_replace(());
        Ok(recorded)
    }

    async fn find(&self, owner: &UserId, id: TaskId) -> Result<Option<Task>, StoreError> {
        Ok(self.ask(owner, |account| account.outside_the_trash(id).cloned()))
    }

    async fn find_deleted(&self, owner: &UserId, id: TaskId) -> Result<Option<Task>, StoreError> {
        let task = self.ask(owner, |account| account.tasks.get(&id).cloned());
        Ok(task.filter(|task| task.deleted_at.is_some()))
    }

    async fn find_all(&self, owner: &UserId, ids: &[TaskId]) -> Result<Vec<Task>, StoreError> {
        Ok(self.ask(owner, |account| {
            let tasks = account.tasks.values();
            tasks.filter(|task| ids.contains(&task.id)).cloned().collect()
        }))
    }

    async fn find_creation(&self, owner: &UserId, id: TaskId) -> Result<Option<Task>, StoreError> {
        Ok(self.ask(owner, |account| account.creation(id)))
    }

    async fn belongs_to_another(&self, owner: &UserId, id: TaskId) -> Result<bool, StoreError> {
        let memory = self.lock();
        let mut others = memory.accounts.iter().filter(|(user, _)| *user != owner);
        Ok(others.any(|(_, account)| account.tasks.contains_key(&id)))
    }

    async fn find_neighbours(
        &self,
        owner: &UserId,
        id: TaskId,
        beside: TaskId,
        side: Side,
    ) -> Result<Neighbours, StoreError> {
        Ok(self.ask(owner, |account| account.neighbours(id, beside, side)))
    }

    async fn next_position(
        &self,
        owner: &UserId,
        position: &Position,
        side: Side,
        except: &[TaskId],
    ) -> Result<Option<Position>, StoreError> {
        Ok(self.ask(owner, |account| account.next_position(position, side, except)))
    }

    async fn list(&self, owner: &UserId, query: &TaskQuery) -> Result<Page, StoreError> {
        let tasks = self.ask(owner, |account| account.matching(&query.filter));
        Ok(listing::page(tasks, query))
    }

    async fn count(&self, owner: &UserId, filter: &TaskFilter) -> Result<u64, StoreError> {
        Ok(self.ask(owner, |account| account.matching(filter)).len() as u64)
    }

    async fn changes(&self, owner: &UserId, since: Seq, limit: u32) -> Result<LogPage, StoreError> {
        let page = self.ask(owner, |account| Some(account.changes(since, limit)));
        Ok(page.unwrap_or(LogPage {
            changes: vec![],
            latest: Seq::START,
            forgotten: Seq::START,
        }))
    }

    async fn history(&self, owner: &UserId, id: TaskId, limit: u32) -> Result<Vec<Change>, StoreError> {
        Ok(self.ask(owner, |account| {
            let newest = account.log_of(id).rev();
            newest.take(limit as usize).cloned().collect()
        }))
    }

    async fn find_batch(&self, owner: &UserId, seq: Seq) -> Result<Vec<Change>, StoreError> {
        Ok(self.ask(owner, |account| account.batch(seq)))
    }

    async fn find_versions(&self, owner: &UserId, seqs: &[Seq]) -> Result<Vec<Task>, StoreError> {
        Ok(self.ask(owner, |account| {
            let entries = account.log.values().filter(|entry| seqs.contains(&entry.seq));
            entries.filter_map(|entry| entry.task.clone()).collect()
        }))
    }

    async fn find_before(&self, owner: &UserId, ids: &[TaskId], seq: Seq) -> Result<Vec<Task>, StoreError> {
        Ok(self.ask(owner, |account| account.before(ids, seq)))
    }

    async fn find_answer(&self, owner: &UserId, key: &str) -> Result<Option<KeptAnswer>, StoreError> {
        Ok(self.ask(owner, |account| account.answers.get(key).cloned()))
    }

    async fn find_expired(
        &self,
        deleted_before: Timestamp,
        limit: u32,
    ) -> Result<Vec<Result<Task, StoreError>>, StoreError> {
        let memory = self.lock();
        let tasks = memory
            .accounts
            .values()
            .flat_map(|account| account.tasks.values());
        let expired = tasks.filter(|task| task.deleted_at.is_some_and(|at| at < deleted_before));
        Ok(expired.take(limit as usize).cloned().map(Ok).collect())
    }

    async fn find_due_reminders(
        &self,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<Result<Task, StoreError>>, StoreError> {
        let memory = self.lock();
        let tasks = memory
            .accounts
            .values()
            .flat_map(|account| account.tasks.values());
        let mut due: Vec<Task> = tasks.filter(|task| task.remind(now).is_some()).cloned().collect();
        due.sort_unstable_by_key(|task| task.remind_at);
        due.truncate(limit as usize);
        Ok(due.into_iter().map(Ok).collect())
    }

    async fn forget_changes(&self, before: Timestamp) -> Result<u64, StoreError> {
        let mut memory = self.lock();
        let accounts = memory.accounts.values_mut();
        Ok(accounts.map(|account| account.forget_changes(before)).sum())
    }

    async fn forget_answers(&self, before: Timestamp) -> Result<u64, StoreError> {
        let mut memory = self.lock();
        let accounts = memory.accounts.values_mut();
        Ok(accounts.map(|account| account.forget_answers(before)).sum())
    }
}

impl MemoryStorage {
    /// What the account of that user says; somebody who has none has nothing.
    fn ask<T: Default>(&self, owner: &UserId, question: impl FnOnce(&Account) -> T) -> T {
        let memory = self.lock();
        memory.accounts.get(owner).map(question).unwrap_or_default()
    }
}

impl Account {
    fn outside_the_trash(&self, id: TaskId) -> Option<&Task> {
        self.tasks.get(&id).filter(|task| task.deleted_at.is_none())
    }
}
