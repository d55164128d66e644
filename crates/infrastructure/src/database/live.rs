use sea_orm::{DbErr, ExecResult, QueryResult, RuntimeErr, Statement};
use sqlx::error::DatabaseError;

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

    /// Whether nothing was left behind.
    pub(super) fn is_settled(&self) -> bool {
        !self.in_statement && !self.in_transaction
    }

    /// Waits for a statement that was left behind, and undoes a transaction.
    ///
    /// # Errors
    /// The connection is of no use any more.
    pub(super) async fn settle(&mut self) -> sqlx::Result<()> {
        if self.in_statement {
            // What comes first may be the failure of that statement.
            match self.driver.ping().await {
                Err(sqlx::Error::Database(_)) => self.driver.ping().await?,
                answer => answer?,
            }
            self.in_statement = false;
        }
        if self.in_transaction {
            match self.driver.execute_text(ROLLBACK).await {
                Err(error) if !says_there_is_none(&error) => return Err(error),
                _ => self.in_transaction = false,
            }
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

/// SQLite ends a transaction by itself when the disk is full, and has none to undo then (`SQLITE_ERROR`).
fn says_there_is_none(error: &sqlx::Error) -> bool {
    const SQLITE_ERROR: &str = "1";
    let code = error.as_database_error().and_then(DatabaseError::code);
    code.as_deref() == Some(SQLITE_ERROR)
}

pub(super) const ROLLBACK: &str = "ROLLBACK";
pub(super) const COMMIT: &str = "COMMIT";
