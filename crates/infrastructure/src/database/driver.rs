use sea_orm::{DbBackend, ExecResult, QueryResult, Statement, sea_query::Values};
use sea_query_sqlx::SqlxValues;
use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection, Executor, PgConnection, SqliteConnection,
    postgres::PgConnectOptions, sqlite::SqliteConnectOptions,
};

/// How to connect to a database.
#[derive(Clone)]
pub(super) enum DriverOptions {
    Postgres(PgConnectOptions),
    Sqlite(SqliteConnectOptions),
}

impl DriverOptions {
    pub(super) fn backend(&self) -> DbBackend {
        match self {
            Self::Postgres(_) => DbBackend::Postgres,
            Self::Sqlite(_) => DbBackend::Sqlite,
        }
    }

    pub(super) async fn connect(&self) -> sqlx::Result<Driver> {
        match self {
            Self::Postgres(options) => options.connect().await.map(Driver::Postgres),
            Self::Sqlite(options) => options.connect().await.map(Driver::Sqlite),
        }
    }
}

/// A connection of either driver, which takes statements as SeaORM makes them and gives rows as SeaORM reads them.
pub(super) enum Driver {
    Postgres(PgConnection),
    Sqlite(SqliteConnection),
}

impl Driver {
    pub(super) async fn execute(&mut self, statement: Statement) -> sqlx::Result<ExecResult> {
        let (sql, values) = parts(statement);
        match self {
            Self::Postgres(connection) => {
                let done = sqlx::query_with(sql, values).execute(connection).await;
                done.map(Into::into)
            }
            Self::Sqlite(connection) => {
                let done = sqlx::query_with(sql, values).execute(connection).await;
                done.map(Into::into)
            }
        }
    }

    /// Any number of statements, without values and without being prepared.
    pub(super) async fn execute_text(&mut self, sql: &str) -> sqlx::Result<ExecResult> {
        let sql = AssertSqlSafe(sql);
        match self {
            Self::Postgres(connection) => connection.execute(sql).await.map(Into::into),
            Self::Sqlite(connection) => connection.execute(sql).await.map(Into::into),
        }
    }

    pub(super) async fn query_one(&mut self, statement: Statement) -> sqlx::Result<Option<QueryResult>> {
        let (sql, values) = parts(statement);
        match self {
            Self::Postgres(connection) => {
                let row = sqlx::query_with(sql, values).fetch_optional(connection).await?;
                Ok(row.map(Into::into))
            }
            Self::Sqlite(connection) => {
                let row = sqlx::query_with(sql, values).fetch_optional(connection).await?;
                Ok(row.map(Into::into))
            }
        }
    }

    pub(super) async fn query_all(&mut self, statement: Statement) -> sqlx::Result<Vec<QueryResult>> {
        let (sql, values) = parts(statement);
        match self {
            Self::Postgres(connection) => {
                let rows = sqlx::query_with(sql, values).fetch_all(connection).await?;
                Ok(rows.into_iter().map(Into::into).collect())
            }
            Self::Sqlite(connection) => {
                let rows = sqlx::query_with(sql, values).fetch_all(connection).await?;
                Ok(rows.into_iter().map(Into::into).collect())
            }
        }
    }

    pub(super) async fn ping(&mut self) -> sqlx::Result<()> {
        match self {
            Self::Postgres(connection) => connection.ping().await,
            Self::Sqlite(connection) => connection.ping().await,
        }
    }

    pub(super) async fn close(self) -> sqlx::Result<()> {
        match self {
            Self::Postgres(connection) => connection.close().await,
            Self::Sqlite(connection) => connection.close().await,
        }
    }
}

/// Values stand beside the text, so that it is what this program has written.
fn parts(statement: Statement) -> (AssertSqlSafe<String>, SqlxValues) {
    let values = statement.values.unwrap_or_else(|| Values(Vec::new()));
    (AssertSqlSafe(statement.sql), SqlxValues(values))
}
