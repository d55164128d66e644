use std::sync::Arc;

use async_trait::async_trait;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbBackend, DbErr, ExecResult, QueryResult, Statement,
    TransactionOptions, TransactionTrait,
};

use super::{statements::StatementWatch, transaction::Transaction};

/// Connections, for statements that stand alone and for transactions.
#[derive(Clone, Debug)]
pub(crate) struct Connection {
    pool: DatabaseConnection,
    /// What every transaction begins with, where it is all that is left of a session: behind a pooler.
    session: Option<Arc<str>>,
    watch: Option<StatementWatch>,
}

impl Connection {
    /// To a database that remembers what a session has set and prepared.
    pub(super) fn of_sessions(pool: DatabaseConnection) -> Self {
        Self {
            pool,
            session: None,
            watch: None,
        }
    }

    /// To a pooler that may give away the server's connection after each transaction, each of which begins with
    /// `session`.
    pub(super) fn of_transactions(pool: DatabaseConnection, session: &str) -> Self {
        Self {
            pool,
            session: Some(session.into()),
            watch: None,
        }
    }

    /// From now on `watch` is told of what runs there.
    pub(super) fn tell(&mut self, watch: &StatementWatch) {
        watch.over(&mut self.pool);
        self.watch = Some(watch.clone());
    }

    pub(super) fn pool(&self) -> &DatabaseConnection {
        &self.pool
    }

    pub(super) async fn begin(&self, options: TransactionOptions) -> Result<Transaction, DbErr> {
        let transaction = self.pool.begin_with_options(options).await?;
        if let Some(session) = &self.session {
            transaction.execute_unprepared(session).await?;
        }
        Ok(Transaction::new(transaction, self.watch.clone()))
    }

    pub(super) async fn ping(&self) -> Result<(), DbErr> {
        self.pool.ping().await
    }

    pub(super) async fn close(self) -> Result<(), DbErr> {
        self.pool.close().await
    }

    /// A transaction for a statement that stands alone, where it needs one: it could be prepared on one connection of
    /// the server otherwise, and be executed on another one.
    async fn alone(&self) -> Result<Option<Transaction>, DbErr> {
        match self.session {
            Some(_) => self.begin(TransactionOptions::default()).await.map(Some),
            None => Ok(None),
        }
    }
}

#[async_trait]
impl ConnectionTrait for Connection {
    fn get_database_backend(&self) -> DbBackend {
        self.pool.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        let Some(transaction) = self.alone().await? else {
            return self.pool.execute_raw(statement).await;
        };
        let done = transaction.execute_raw(statement).await?;
        transaction.commit().await?;
        Ok(done)
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.pool.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        let Some(transaction) = self.alone().await? else {
            return self.pool.query_one_raw(statement).await;
        };
        let row = transaction.query_one_raw(statement).await?;
        transaction.commit().await?;
        Ok(row)
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let Some(transaction) = self.alone().await? else {
            return self.pool.query_all_raw(statement).await;
        };
        let rows = transaction.query_all_raw(statement).await?;
        transaction.commit().await?;
        Ok(rows)
    }
}
