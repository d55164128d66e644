use sea_orm::{DbErr, ExecResult, QueryResult, RuntimeErr, Statement};

use super::{driver::Driver, error::is_unavailable};

/// A connection that knows what whoever used it last has left behind: a request may be gone in the middle of a
/// statement, or of a transaction.
pub(super) struct Live {
    driver: Driver,
    in_statement: bool,
    in_transaction: bool,
}

impl Live {
    pub(super) fn new(driver: Driver) -> Self {
        Self {
            driver,
            in_statement: false,
            in_transaction: false,
        }
    }

    pub(super) async fn execute(&mut self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.in_statement = true;
        let answer = self.driver.execute(statement).await;
        self.settled(answer).map_err(DbErr::Exec)
    }

    pub(super) async fn execute_text(&mut self, sql: &str) -> Result<ExecResult, DbErr> {
        self.in_statement = true;
        let answer = self.driver.execute_text(sql).await;
        self.settled(answer).map_err(DbErr::Exec)
    }

    pub(super) async fn query_one(&mut self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.in_statement = true;
        let answer = self.driver.query_one(statement).await;
        self.settled(answer).map_err(DbErr::Query)
    }

    pub(super) async fn query_all(&mut self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.in_statement = true;
        let answer = self.driver.query_all(statement).await;
        self.settled(answer).map_err(DbErr::Query)
    }

    /// Begins a transaction by that text.
    pub(super) async fn begin(&mut self, begin: &str) -> Result<(), DbErr> {
        self.transaction_begins();
        self.execute_text(begin).await.map(drop)
    }

    /// Ends it by that text.
    pub(super) async fn end(&mut self, end: &str) -> Result<(), DbErr> {
        self.execute_text(end).await?;
        self.transaction_ended();
        Ok(())
    }

    /// What is run next begins a transaction.
    pub(super) fn transaction_begins(&mut self) {
        self.in_transaction = true;
    }

    /// What was run has ended it.
    pub(super) fn transaction_ended(&mut self) {
        self.in_transaction = false;
    }

    pub(super) async fn ping(&mut self) -> Result<(), DbErr> {
        self.in_statement = true;
        let answer = self.driver.ping().await;
        self.settled(answer).map_err(DbErr::Conn)
    }

    /// Whether a transaction was begun and not ended.
    pub(super) fn is_in_transaction(&self) -> bool {
        self.in_transaction
    }

    /// Waits for a statement that was left behind, and undoes a transaction.
    ///
    /// # Errors
    /// The connection is of no use any more.
    pub(super) async fn settle(&mut self) -> Result<(), DbErr> {
        if self.in_transaction {
            // SQLite may have ended it by itself, when the disk was full, and says so by an error.
            let undone = self.end(ROLLBACK).await;
            self.in_transaction = false;
            if self.in_statement {
                return undone;
            }
        }
        if self.in_statement {
            self.ping().await?;
        }
        Ok(())
    }

    pub(super) async fn close(self) -> sqlx::Result<()> {
        self.driver.close().await
    }

    fn settled<T>(&mut self, answer: sqlx::Result<T>) -> Result<T, RuntimeErr> {
        // What a sound connection says as well.
        self.in_statement = answer.as_ref().is_err_and(|error| match error {
            sqlx::Error::Database(_) => is_unavailable(error),
            _ => true,
        });
        answer.map_err(|error| RuntimeErr::SqlxError(error.into()))
    }
}

pub(super) const ROLLBACK: &str = "ROLLBACK";
pub(super) const COMMIT: &str = "COMMIT";
