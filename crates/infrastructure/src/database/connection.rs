use std::{sync::Arc, time::Instant};

use async_trait::async_trait;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, Statement};

use super::{
    lent::Lent,
    pool::Pool,
    transaction::Transaction,
    watch::{Watch, told},
};

/// Connections, for statements that stand alone and for transactions.
#[derive(Clone, Debug)]
pub(crate) struct Connection {
    pool: Pool,
    /// What every transaction begins with, where it is all that is left of a session: behind a pooler.
    session: Option<Arc<str>>,
    watch: Option<Watch>,
}

impl Connection {
    /// To a database that remembers what a session has set and prepared.
    pub(super) fn of_sessions(pool: Pool) -> Self {
        Self {
            pool,
            session: None,
            watch: None,
        }
    }

    /// To a pooler that may give away the server's connection after each transaction, each of which begins with
    /// `session`.
    pub(super) fn of_transactions(pool: Pool, session: &str) -> Self {
        Self {
            pool,
            session: Some(session.into()),
            watch: None,
        }
    }

    /// From now on `watch` is told of what runs there.
    pub(super) fn tell(&mut self, watch: &Watch) {
        self.watch = Some(watch.clone());
    }

    /// The same, and told to whom `other` tells.
    pub(super) fn watched_as(self, other: &Self) -> Self {
        Self {
            watch: other.watch.clone(),
            ..self
        }
    }

    pub(super) fn pool(&self) -> &Pool {
        &self.pool
    }

    /// What every transaction has to begin with.
    pub(super) fn session(&self) -> Option<&str> {
        self.session.as_deref()
    }

    /// A transaction that may write. SQLite must know that at the beginning: a reader that wants to become a writer
    /// fails at once if another one is writing, however long it would have waited.
    pub(super) async fn begin(&self) -> Result<Transaction, DbErr> {
        let mut connection = self.lend().await?;
        let begin = match self.get_database_backend() {
            DbBackend::Sqlite => "BEGIN IMMEDIATE",
            _ => "BEGIN",
        };
        connection.begin(begin).await?;
        let transaction = Transaction::new(connection, self.get_database_backend(), self.watch.clone());
        if let Some(session) = &self.session {
            transaction.execute_unprepared(session).await?;
        }
        Ok(transaction)
    }

    /// Runs statements that begin a transaction and commit it, all in one text, and gives the rows of all. Nothing remains
    /// of them if one of them fails.
    pub(crate) async fn transact(&self, statements: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let mut connection = self.lend().await?;
        connection.transaction_begins();
        let transaction = Transaction::new(connection, self.get_database_backend(), self.watch.clone());
        let rows = transaction.query_all_raw(statements).await?;
        transaction.ended().await;
        Ok(rows)
    }

    pub(super) async fn ping(&self) -> Result<(), DbErr> {
        self.lend().await?.ping().await
    }

    pub(super) async fn close(&self) {
        self.pool.close().await;
    }

    async fn lend(&self) -> Result<Lent, DbErr> {
        let asked = Instant::now();
        let lent = self.pool.lend().await?;
        if let Some(watch) = &self.watch {
            watch.waited(asked.elapsed());
        }
        Ok(lent)
    }

    /// A transaction for a statement that stands alone, where it needs one: it could be prepared on one connection of
    /// the server otherwise, and be executed on another one.
    async fn alone(&self) -> Result<Option<Transaction>, DbErr> {
        match self.session {
            Some(_) => Box::pin(self.begin()).await.map(Some),
            None => Ok(None),
        }
    }
}

#[async_trait]
impl ConnectionTrait for Connection {
    fn get_database_backend(&self) -> DbBackend {
        self.pool.backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        let Some(transaction) = self.alone().await? else {
            let mut connection = self.lend().await?;
            return told(self.watch.as_ref(), statement, |it| connection.execute(it)).await;
        };
        let done = transaction.execute_raw(statement).await?;
        transaction.commit().await?;
        Ok(done)
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.lend().await?.execute_text(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        let Some(transaction) = self.alone().await? else {
            let mut connection = self.lend().await?;
            return told(self.watch.as_ref(), statement, |it| connection.query_one(it)).await;
        };
        let row = transaction.query_one_raw(statement).await?;
        transaction.commit().await?;
        Ok(row)
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let Some(transaction) = self.alone().await? else {
            let mut connection = self.lend().await?;
            return told(self.watch.as_ref(), statement, |it| connection.query_all(it)).await;
        };
        let rows = transaction.query_all_raw(statement).await?;
        transaction.commit().await?;
        Ok(rows)
    }
}
