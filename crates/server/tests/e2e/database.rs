//! Databases for the server under test, and what is in them.

use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};

use taskwell_infrastructure::testing;

use crate::pgbouncer::PgBouncer;

/// A database of its own for one test.
pub(crate) struct TestDatabase {
    pooler: Option<PgBouncer>,
    // Dropped last.
    database: testing::TestDatabase,
}

impl TestDatabase {
    /// SQLite in a file, with the schema.
    pub(crate) async fn sqlite() -> Self {
        testing::TestDatabase::sqlite().await.into()
    }

    /// PostgreSQL, with the schema.
    pub(crate) async fn postgres() -> Self {
        testing::TestDatabase::postgres().await.into()
    }

    /// SQLite in a file, without anything in it.
    pub(crate) async fn empty_sqlite() -> Self {
        testing::TestDatabase::empty_sqlite().await.into()
    }

    /// PostgreSQL, without anything in it.
    pub(crate) async fn empty_postgres() -> Self {
        testing::TestDatabase::empty_postgres().await.into()
    }

    /// The same behind PgBouncer in transaction mode.
    pub(crate) async fn behind_a_pooler() -> Self {
        let database = testing::TestDatabase::empty_postgres().await;
        let pooler = Some(PgBouncer::before(database.url()).await);
        Self { pooler, database }
    }

    /// The address that servers and commands are given.
    pub(crate) fn url(&self) -> &str {
        match &self.pooler {
            Some(pooler) => pooler.url(),
            None => self.database.url(),
        }
    }

    /// The address past what stands before it.
    pub(crate) fn direct_url(&self) -> &str {
        self.database.url()
    }
}

impl From<testing::TestDatabase> for TestDatabase {
    fn from(database: testing::TestDatabase) -> Self {
        Self {
            pooler: None,
            database,
        }
    }
}

/// A connection past the server, to see what it keeps and to make things look old.
pub(crate) enum Sql {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Sql {
    pub(crate) async fn on(database: &TestDatabase) -> Self {
        let url = database.direct_url();
        if url.starts_with("sqlite") {
            Self::Sqlite(
                SqliteConnection::connect(url)
                    .await
                    .expect("SQLite opens its file"),
            )
        } else {
            Self::Postgres(PgConnection::connect(url).await.expect("PostgreSQL answers"))
        }
    }

    /// Runs a statement; how many rows it touched.
    pub(crate) async fn execute(&mut self, sql: &str) -> u64 {
        let query = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
        match self {
            Self::Sqlite(connection) => query
                .execute(connection)
                .await
                .unwrap_or_else(|error| panic!("{sql}: {error}"))
                .rows_affected(),
            Self::Postgres(connection) => query
                .execute(connection)
                .await
                .unwrap_or_else(|error| panic!("{sql}: {error}"))
                .rows_affected(),
        }
    }

    /// The one number that a query gives.
    pub(crate) async fn number(&mut self, sql: &str) -> i64 {
        let query = AssertSqlSafe(sql.to_owned());
        match self {
            Self::Sqlite(connection) => sqlx::query_scalar(query).fetch_one(connection).await,
            Self::Postgres(connection) => sqlx::query_scalar(query).fetch_one(connection).await,
        }
        .unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// How many rows of a table say that.
    pub(crate) async fn count(&mut self, table: &str, condition: &str) -> i64 {
        self.number(&format!("SELECT count(*) FROM {table} WHERE {condition}"))
            .await
    }

    /// Every column of every table of ours, as table and column.
    pub(crate) async fn columns(&mut self) -> Vec<(String, String)> {
        let columns = match self {
            Self::Sqlite(connection) => {
                let all = "SELECT t.name, c.name FROM sqlite_schema t, pragma_table_info(t.name) c \
                           WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'";
                sqlx::query_as(all).fetch_all(connection).await
            }
            Self::Postgres(connection) => {
                let all = "SELECT table_name::text, column_name::text FROM information_schema.columns \
                           WHERE table_schema = 'public'";
                sqlx::query_as(all).fetch_all(connection).await
            }
        };
        columns.expect("a database knows its columns")
    }
}
