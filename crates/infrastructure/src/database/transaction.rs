use std::{ops::Deref, time::Instant};

use async_trait::async_trait;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult, Statement};

use super::statements::StatementWatch;

/// A transaction whose end is told as a statement: on SQLite that is where the disk is waited for.
pub(crate) struct Transaction {
    inner: DatabaseTransaction,
    watch: Option<StatementWatch>,
}

impl Transaction {
    pub(super) fn new(inner: DatabaseTransaction, watch: Option<StatementWatch>) -> Self {
        Self { inner, watch }
    }

    /// Makes what was written last.
    pub(crate) async fn commit(self) -> Result<(), DbErr> {
        let Some(watch) = self.watch else {
            return self.inner.commit().await;
        };
        let (backend, begun) = (self.inner.get_database_backend(), Instant::now());
        let committed = self.inner.commit().await;
        watch.tell(backend, "COMMIT", begun.elapsed(), committed.is_err());
        committed
    }

    /// Undoes what was written.
    pub(crate) async fn rollback(self) -> Result<(), DbErr> {
        self.inner.rollback().await
    }
}

/// For what takes no other transaction.
impl Deref for Transaction {
    type Target = DatabaseTransaction;

    fn deref(&self) -> &DatabaseTransaction {
        &self.inner
    }
}

#[async_trait]
impl ConnectionTrait for Transaction {
    fn get_database_backend(&self) -> DbBackend {
        self.inner.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.inner.execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.inner.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.inner.query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.inner.query_all_raw(statement).await
    }
}
