use std::time::Instant;

use async_trait::async_trait;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, Statement};
use tokio::sync::Mutex;

use super::{
    lent::Lent,
    live::{COMMIT, ROLLBACK},
    watch::{Watch, told},
};

/// A transaction, undone unless it is committed. Its end is told as a statement: on SQLite that is where the disk is
/// waited for.
pub(crate) struct Transaction {
    connection: Mutex<Lent>,
    backend: DbBackend,
    watch: Option<Watch>,
}

impl Transaction {
    /// The one that was begun on that connection.
    pub(super) fn new(connection: Lent, backend: DbBackend, watch: Option<Watch>) -> Self {
        Self {
            connection: Mutex::new(connection),
            backend,
            watch,
        }
    }

    /// Makes what was written last.
    pub(crate) async fn commit(self) -> Result<(), DbErr> {
        let begun = Instant::now();
        let committed = self.connection.lock().await.end(COMMIT).await;
        if let Some(watch) = &self.watch {
            watch.tell(self.backend, COMMIT, begun.elapsed(), committed.is_err());
        }
        committed
    }

    /// What was run has committed it.
    pub(super) async fn ended(self) {
        self.connection.lock().await.transaction_ended();
    }

    /// Undoes what was written.
    pub(crate) async fn rollback(self) -> Result<(), DbErr> {
        self.connection.lock().await.end(ROLLBACK).await
    }
}

#[async_trait]
impl ConnectionTrait for Transaction {
    fn get_database_backend(&self) -> DbBackend {
        self.backend
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        let mut connection = self.connection.lock().await;
        told(self.watch.as_ref(), statement, |it| connection.execute(it)).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.connection.lock().await.execute_text(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        let mut connection = self.connection.lock().await;
        told(self.watch.as_ref(), statement, |it| connection.query_one(it)).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let mut connection = self.connection.lock().await;
        told(self.watch.as_ref(), statement, |it| connection.query_all(it)).await
    }
}
