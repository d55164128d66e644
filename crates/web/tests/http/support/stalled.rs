use std::future;

use async_trait::async_trait;
use taskwell_application::ports::{
    Health, KeptAnswer, LogPage, Neighbours, Page, Recording, Side, StoreError, TaskFilter, TaskQuery,
    TaskStore,
};
use taskwell_domain::{Change, Position, Seq, Task, TaskId, Timestamp, UserId};

/// A storage that does not answer.
pub(crate) struct Stalled;

#[async_trait]
impl Health for Stalled {
    async fn check(&self) -> Result<(), StoreError> {
        future::pending().await
    }
}

#[async_trait]
impl TaskStore for Stalled {
    async fn record(&self, _: &UserId, _: Recording) -> Result<Vec<Change>, StoreError> {
        future::pending().await
    }

    async fn find(&self, _: &UserId, _: TaskId) -> Result<Option<Task>, StoreError> {
        future::pending().await
    }

    async fn find_deleted(&self, _: &UserId, _: TaskId) -> Result<Option<Task>, StoreError> {
        future::pending().await
    }

    async fn find_all(&self, _: &UserId, _: &[TaskId]) -> Result<Vec<Task>, StoreError> {
        future::pending().await
    }

    async fn find_creation(&self, _: &UserId, _: TaskId) -> Result<Option<Task>, StoreError> {
        future::pending().await
    }

    async fn belongs_to_another(&self, _: &UserId, _: TaskId) -> Result<bool, StoreError> {
        future::pending().await
    }

    async fn find_neighbours(
        &self,
        _: &UserId,
        _: TaskId,
        _: TaskId,
        _: Side,
    ) -> Result<Neighbours, StoreError> {
        future::pending().await
    }

    async fn next_position(
        &self,
        _: &UserId,
        _: &Position,
        _: Side,
        _: &[TaskId],
    ) -> Result<Option<Position>, StoreError> {
        future::pending().await
    }

    async fn list(&self, _: &UserId, _: &TaskQuery) -> Result<Page, StoreError> {
        future::pending().await
    }

    async fn count(&self, _: &UserId, _: &TaskFilter) -> Result<u64, StoreError> {
        future::pending().await
    }

    async fn changes(&self, _: &UserId, _: Seq, _: u32) -> Result<LogPage, StoreError> {
        future::pending().await
    }

    async fn history(&self, _: &UserId, _: TaskId, _: u32) -> Result<Vec<Change>, StoreError> {
        future::pending().await
    }

    async fn find_batch(&self, _: &UserId, _: Seq) -> Result<Vec<Change>, StoreError> {
        future::pending().await
    }

    async fn find_versions(&self, _: &UserId, _: &[Seq]) -> Result<Vec<Task>, StoreError> {
        future::pending().await
    }

    async fn find_before(&self, _: &UserId, _: &[TaskId], _: Seq) -> Result<Vec<Task>, StoreError> {
        future::pending().await
    }

    async fn find_answer(&self, _: &UserId, _: &str) -> Result<Option<KeptAnswer>, StoreError> {
        future::pending().await
    }

    async fn find_due_reminders(
        &self,
        _: Timestamp,
        _: u32,
    ) -> Result<Vec<Result<Task, StoreError>>, StoreError> {
        future::pending().await
    }

    async fn find_expired(&self, _: Timestamp, _: u32) -> Result<Vec<Result<Task, StoreError>>, StoreError> {
        future::pending().await
    }

    async fn forget_changes(&self, _: Timestamp) -> Result<u64, StoreError> {
        future::pending().await
    }

    async fn forget_answers(&self, _: Timestamp) -> Result<u64, StoreError> {
        future::pending().await
    }
}
