//! The same SQL as the stores send, without anything between it and the driver.

use std::{collections::HashMap, str::FromStr};

use chrono::{DateTime, Utc};
use sqlx::{
    AssertSqlSafe, PgPool, SqlitePool,
    pool::PoolOptions,
    postgres::PgConnectOptions,
    query_as,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use taskwell_application::ports::{Clock, IdGenerator};
use taskwell_infrastructure::{SystemClock, UuidV7Ids};
use tokio::sync::OnceCell;
use uuid::Uuid;

use super::{
    row::{COLUMNS, Task},
    statements::Statements,
};
use crate::arguments::Bare;

/// Where the tasks are.
#[derive(Clone)]
pub(super) struct Source {
    connections: u32,
    database: Database,
    statements: Statements,
}

#[derive(Clone)]
enum Database {
    Sqlite(SqliteConnectOptions),
    Postgres(PgConnectOptions),
}

impl Source {
    pub(super) fn new(options: &Bare, statements: Statements) -> sqlx::Result<Self> {
        let url = options.database_url.as_str();
        let database = if url.starts_with("sqlite:") {
            let file = SqliteConnectOptions::from_str(url)?
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full);
            Database::Sqlite(file)
        } else {
            // As a session of Taskwell has it, so that the plans are the same.
            Database::Postgres(PgConnectOptions::from_str(url)?.options([
                ("plan_cache_mode", "force_generic_plan"),
                ("enable_seqscan", "off"),
                ("jit", "off"),
                ("max_parallel_workers_per_gather", "0"),
            ]))
        };
        Ok(Self {
            connections: options.connections,
            database,
            statements,
        })
    }

    /// As Taskwell opens its own: no connection is tried before each use, and SQLite has one that writes.
    pub(super) fn open(&self) -> Tasks {
        let most = self.connections;
        let pool = match &self.database {
            Database::Sqlite(file) => {
                let pool = |most| {
                    PoolOptions::new()
                        .max_connections(most)
                        .test_before_acquire(false)
                };
                Pool::Sqlite {
                    read: pool(most).connect_lazy_with(file.clone().pragma("query_only", "ON")),
                    write: pool(1).connect_lazy_with(file.clone()),
                }
            }
            Database::Postgres(server) => {
                let pool = PoolOptions::new()
                    .max_connections(most)
                    .test_before_acquire(false);
                Pool::Postgres(pool.connect_lazy_with(server.clone()))
            }
        };
        let returning = |write: &str| format!("{write} RETURNING {COLUMNS}");
        Tasks {
            pool,
            words: OnceCell::new(),
            statements: self.statements.clone(),
            get: format!(
                "SELECT {COLUMNS} FROM tasks WHERE id = $1 AND user_id = $2 AND deleted_at IS NULL"
            ),
            middle: format!(
                "SELECT {COLUMNS} FROM tasks WHERE user_id = $1 AND deleted_at IS NULL AND (created_at, id) < ($2, $3)
                 ORDER BY created_at DESC, id DESC LIMIT 21"
            ),
            create: returning(
                "INSERT INTO tasks (id, user_id, title, title_key, description, version, position, words, created_at, updated_at)
                 VALUES ($1, $2, $3, lower($3), $4, 1, $5, $6, $7, $7)",
            ),
            toggle: returning(
                "UPDATE tasks SET updated_at = $3, completed_at = CASE WHEN completed_at IS NULL THEN $3 END,
                     version = version + 1
                 WHERE id = $1 AND user_id = $2 AND deleted_at IS NULL",
            ),
        }
    }
}

/// The tasks, as one worker gets at them.
pub(super) struct Tasks {
    pool: Pool,
    /// What a task of each user is found by, which takes Taskwell to make.
    words: OnceCell<HashMap<String, String>>,
    statements: Statements,
    get: String,
    middle: String,
    create: String,
    toggle: String,
}

enum Pool {
    Sqlite { read: SqlitePool, write: SqlitePool },
    Postgres(PgPool),
}

impl Tasks {
    pub(super) async fn get(&self, user_id: &str, id: Uuid) -> sqlx::Result<Option<Task>> {
        let sql = AssertSqlSafe(self.get.clone());
        match &self.pool {
            Pool::Sqlite { read, .. } => query_as(sql).bind(id).bind(user_id).fetch_optional(read).await,
            Pool::Postgres(pool) => query_as(sql).bind(id).bind(user_id).fetch_optional(pool).await,
        }
    }

    pub(super) async fn create(
        &self,
        user_id: &str,
        title: &str,
        description: &str,
    ) -> sqlx::Result<Option<Task>> {
        let id = UuidV7Ids.task_id().as_uuid();
        let words = self
            .words
            .get_or_try_init(|| self.read_words())
            .await?
            .get(user_id);
        let (sql, position) = (AssertSqlSafe(self.create.clone()), id.simple().to_string());
        match &self.pool {
            Pool::Sqlite { write, .. } => {
                let create = query_as(sql).bind(id).bind(user_id).bind(title).bind(description);
                let create = create.bind(position).bind(words).bind(now());
                create.fetch_optional(write).await
            }
            Pool::Postgres(pool) => {
                let create = query_as(sql).bind(id).bind(user_id).bind(title).bind(description);
                let create = create.bind(position).bind(words).bind(now());
                create.fetch_optional(pool).await
            }
        }
    }

    async fn read_words(&self) -> sqlx::Result<HashMap<String, String>> {
        let sql = "SELECT user_id, min(words) FROM tasks GROUP BY user_id";
        let all: Vec<(String, String)> = match &self.pool {
            Pool::Sqlite { read, .. } => query_as(sql).fetch_all(read).await?,
            Pool::Postgres(pool) => query_as(sql).fetch_all(pool).await?,
        };
        Ok(all.into_iter().collect())
    }

    pub(super) async fn toggle(&self, user_id: &str, id: Uuid) -> sqlx::Result<Option<Task>> {
        let (sql, now) = (AssertSqlSafe(self.toggle.clone()), now());
        match &self.pool {
            Pool::Sqlite { write, .. } => {
                let toggle = query_as(sql).bind(id).bind(user_id).bind(now);
                toggle.fetch_optional(write).await
            }
            Pool::Postgres(pool) => {
                let toggle = query_as(sql).bind(id).bind(user_id).bind(now);
                toggle.fetch_optional(pool).await
            }
        }
    }

    pub(super) async fn list(&self, user_id: &str, query: &str) -> sqlx::Result<Vec<Task>> {
        let Some(sql) = self.statements.of_query(query) else {
            return self.page_in_the_middle(user_id).await;
        };
        let sql = AssertSqlSafe(sql.to_owned());
        match &self.pool {
            Pool::Sqlite { read, .. } => query_as(sql).fetch_all(read).await,
            Pool::Postgres(pool) => query_as(sql).fetch_all(pool).await,
        }
    }

    async fn page_in_the_middle(&self, user_id: &str) -> sqlx::Result<Vec<Task>> {
        let (sql, (at, id)) = (AssertSqlSafe(self.middle.clone()), self.statements.middle);
        match &self.pool {
            Pool::Sqlite { read, .. } => {
                query_as(sql)
                    .bind(user_id)
                    .bind(at)
                    .bind(id)
                    .fetch_all(read)
                    .await
            }
            Pool::Postgres(pool) => {
                query_as(sql)
                    .bind(user_id)
                    .bind(at)
                    .bind(id)
                    .fetch_all(pool)
                    .await
            }
        }
    }
}

fn now() -> DateTime<Utc> {
    SystemClock.now().as_datetime()
}
