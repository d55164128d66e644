use std::{sync::Arc, time::Instant};

use async_trait::async_trait;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, Statement};
use tokio::{runtime::Handle, sync::Mutex};

use super::{
    live::{COMMIT, ROLLBACK},
    pool::Lent,
    watch::{Watch, told},
};

/// A transaction, undone unless it is committed. Its end is told as a statement: on SQLite that is where the disk is
/// waited for.
pub(crate) struct Transaction {
    connection: Arc<Mutex<Lent>>,
    backend: DbBackend,
    watch: Option<Watch>,
}

impl Transaction {
    /// The one that was begun on that connection.
    pub(super) fn new(connection: Lent, backend: DbBackend, watch: Option<Watch>) -> Self {
        Self {
            connection: Arc::new(Mutex::new(connection)),
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

impl Drop for Transaction {
    /// At once, and not when the connection is used next: others wait for what it has locked.
    fn drop(&mut self) {
        let ended = self.connection.try_lock().is_ok_and(|it| !it.is_in_transaction());
        if let (false, Ok(runtime)) = (ended, Handle::try_current()) {
            let connection = Arc::clone(&self.connection);
            runtime.spawn(async move {
                if let Err(error) = connection.lock().await.settle().await {
                    tracing::debug!(%error, "a transaction was not undone; its connection goes");
                }
            });
        }
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
