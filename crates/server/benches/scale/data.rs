//! Databases with many tasks in them.

use aws_lc_rs::digest::{SHA256, digest};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row, SqliteConnection};
use taskwell_infrastructure::{SqlTaskStore, testing::TestDatabase};

use crate::Result;

/// A database of its own, gone when this is dropped.
pub(crate) struct Data {
    database: TestDatabase,
    postgres: bool,
}

impl Data {
    pub(crate) async fn make(postgres: bool) -> Result<Self> {
        let database = match postgres {
            true => TestDatabase::postgres().await,
            false => TestDatabase::sqlite().await,
        };
        Ok(Self { database, postgres })
    }

    pub(crate) fn is_postgres(&self) -> bool {
        self.postgres
    }

    pub(crate) fn name(&self) -> &'static str {
        match self.postgres {
            true => "PostgreSQL",
            false => "SQLite",
        }
    }

    pub(crate) fn url(&self) -> &str {
        self.database.url()
    }

    pub(crate) fn store(&self) -> SqlTaskStore {
        SqlTaskStore::new(self.database.database().clone())
    }

    /// Gives that user so many tasks, straight into the tables, and 1,000 others 20 each; then PostgreSQL learns
    /// what there is, as it finds out by itself a minute later. SQLite is never told.
    pub(crate) async fn fill(&self, owner: &str, count: u32) -> Result<()> {
        let seed = match self.postgres {
            true => include_str!("seed.postgres.sql"),
            false => include_str!("seed.sqlite.sql"),
        };
        let seed = seed
            .replace("{owner}", owner)
            .replace("{mark}", &mark(owner))
            .replace("{count}", &count.to_string());
        let user = format!(
            "INSERT INTO users (id, role, created_at) VALUES ('{owner}', 'user', '2026-01-01T00:00:00+00:00')
             ON CONFLICT DO NOTHING"
        );
        let mut steps = vec![user, seed];
        if self.postgres {
            steps.push("VACUUM ANALYZE".to_owned());
        }
        self.execute(&steps).await
    }

    /// One after the other, on one connection.
    pub(crate) async fn execute(&self, steps: &[String]) -> Result<()> {
        let mut connection = self.connect().await?;
        for step in steps {
            connection.execute(step).await?;
        }
        Ok(())
    }

    pub(crate) async fn connect(&self) -> Result<Direct> {
        Ok(match self.postgres {
            true => Direct::Postgres(PgConnection::connect(self.url()).await?),
            false => Direct::Sqlite(SqliteConnection::connect(self.url()).await?),
        })
    }
}

/// A connection that is not Taskwell's.
pub(crate) enum Direct {
    Postgres(PgConnection),
    Sqlite(SqliteConnection),
}

impl Direct {
    pub(crate) async fn execute(&mut self, sql: &str) -> Result<()> {
        let sql = AssertSqlSafe(sql.to_owned());
        match self {
            Self::Postgres(connection) => connection.execute(sqlx::raw_sql(sql)).await.map(|_| ())?,
            Self::Sqlite(connection) => connection.execute(sqlx::raw_sql(sql)).await.map(|_| ())?,
        }
        Ok(())
    }

    /// One column of the answer, a line for each row.
    pub(crate) async fn lines(&mut self, sql: &str, column: usize) -> Result<Vec<String>> {
        let sql = AssertSqlSafe(sql.to_owned());
        Ok(match self {
            Self::Postgres(connection) => {
                let rows = connection.fetch_all(sql).await?;
                rows.iter()
                    .map(|row| row.try_get(column))
                    .collect::<std::result::Result<_, _>>()?
            }
            Self::Sqlite(connection) => {
                let rows = connection.fetch_all(sql).await?;
                rows.iter()
                    .map(|row| row.try_get(column))
                    .collect::<std::result::Result<_, _>>()?
            }
        })
    }
}

/// What the words of an owner's tasks begin with, as the store has it.
fn mark(owner: &str) -> String {
    let digest = digest(&SHA256, owner.as_bytes());
    digest.as_ref()[..6]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
