//! The same SQL as the stores send, without anything between it and the driver.

use std::str::FromStr;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Serialize, Serializer, ser::Error};
use serde_json::Value;
use sqlx::{
    ColumnIndex, Decode, FromRow, PgPool, Row, SqlitePool, Type, pool::PoolOptions,
    postgres::PgConnectOptions, query_as, sqlite::SqliteConnectOptions, types::Json,
};
use uuid::Uuid;

use crate::arguments::Bare;

const GET: &str = "\
SELECT id, user_id, title, description, completed_at, priority, due_date, due_time, time_zone, due_at, remind_at, series,
    tags, position, version, created_at, updated_at FROM tasks
WHERE id = $1 AND user_id = $2 AND deleted_at IS NULL";

const LIST: &str = "\
SELECT id, user_id, title, description, completed_at, priority, due_date, due_time, time_zone, due_at, remind_at, series,
    tags, position, version, created_at, updated_at FROM tasks
WHERE user_id = $1 AND deleted_at IS NULL
ORDER BY created_at DESC, id DESC
LIMIT 20";

/// Where the tasks of one user are.
#[derive(Clone)]
pub(super) struct Source {
    user_id: String,
    connections: u32,
    database: Database,
}

#[derive(Clone)]
enum Database {
    Sqlite(SqliteConnectOptions),
    Postgres(PgConnectOptions),
}

impl Source {
    pub(super) fn new(options: &Bare) -> sqlx::Result<Self> {
        let url = options.database_url.as_str();
        let database = if url.starts_with("sqlite:") {
            Database::Sqlite(SqliteConnectOptions::from_str(url)?.pragma("query_only", "ON"))
        } else {
            Database::Postgres(PgConnectOptions::from_str(url)?)
        };
        Ok(Self {
            user_id: options.user_id.clone(),
            connections: options.connections,
            database,
        })
    }

    /// As Taskwell opens its own: no connection is tried before each use.
    pub(super) fn open(&self) -> Tasks {
        let most = self.connections;
        let pool = match &self.database {
            Database::Sqlite(file) => {
                let pool = PoolOptions::new()
                    .max_connections(most)
                    .test_before_acquire(false);
                Pool::Sqlite(pool.connect_lazy_with(file.clone()))
            }
            Database::Postgres(server) => {
                let pool = PoolOptions::new()
                    .max_connections(most)
                    .test_before_acquire(false);
                Pool::Postgres(pool.connect_lazy_with(server.clone()))
            }
        };
        Tasks {
            user_id: self.user_id.clone(),
            pool,
        }
    }
}

/// The tasks of one user, as one worker gets at them.
pub(super) struct Tasks {
    user_id: String,
    pool: Pool,
}

enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

impl Tasks {
    pub(super) async fn get(&self, id: Uuid) -> sqlx::Result<Option<Task>> {
        let user_id = self.user_id.as_str();
        match &self.pool {
            Pool::Sqlite(pool) => query_as(GET).bind(id).bind(user_id).fetch_optional(pool).await,
            Pool::Postgres(pool) => query_as(GET).bind(id).bind(user_id).fetch_optional(pool).await,
        }
    }

    /// The 20 newest.
    pub(super) async fn list(&self) -> sqlx::Result<Vec<Task>> {
        let user_id = self.user_id.as_str();
        match &self.pool {
            Pool::Sqlite(pool) => query_as(LIST).bind(user_id).fetch_all(pool).await,
            Pool::Postgres(pool) => query_as(LIST).bind(user_id).fetch_all(pool).await,
        }
    }
}

/// A task as it is sent.
#[derive(Serialize)]
pub(super) struct Task {
    #[serde(serialize_with = "as_text")]
    id: Uuid,
    user_id: String,
    title: String,
    description: String,
    completed: bool,
    #[serde(serialize_with = "in_milliseconds_if_any")]
    completed_at: Option<DateTime<Utc>>,
    #[serde(serialize_with = "as_word")]
    priority: i16,
    due_date: Option<String>,
    due_time: Option<String>,
    time_zone: Option<String>,
    #[serde(serialize_with = "in_milliseconds_if_any")]
    due_at: Option<DateTime<Utc>>,
    #[serde(serialize_with = "in_milliseconds_if_any")]
    remind_at: Option<DateTime<Utc>>,
    recurrence: Option<Json<Value>>,
    tags: Json<Vec<String>>,
    position: String,
    version: i64,
    #[serde(serialize_with = "in_milliseconds")]
    created_at: DateTime<Utc>,
    #[serde(serialize_with = "in_milliseconds")]
    updated_at: DateTime<Utc>,
}

impl<'r, R: Row> FromRow<'r, R> for Task
where
    usize: ColumnIndex<R>,
    Uuid: Decode<'r, R::Database> + Type<R::Database>,
    String: Decode<'r, R::Database> + Type<R::Database>,
    i16: Decode<'r, R::Database> + Type<R::Database>,
    i64: Decode<'r, R::Database> + Type<R::Database>,
    Json<Value>: Decode<'r, R::Database> + Type<R::Database>,
    Json<Vec<String>>: Decode<'r, R::Database> + Type<R::Database>,
    DateTime<Utc>: Decode<'r, R::Database> + Type<R::Database>,
{
    fn from_row(row: &'r R) -> sqlx::Result<Self> {
        let completed_at: Option<DateTime<Utc>> = row.try_get(4)?;
        Ok(Self {
            id: row.try_get(0)?,
            user_id: row.try_get(1)?,
            title: row.try_get(2)?,
            description: row.try_get(3)?,
            completed: completed_at.is_some(),
            completed_at,
            priority: row.try_get(5)?,
            due_date: row.try_get(6)?,
            due_time: row.try_get(7)?,
            time_zone: row.try_get(8)?,
            due_at: row.try_get(9)?,
            remind_at: row.try_get(10)?,
            recurrence: row.try_get(11)?,
            tags: row.try_get(12)?,
            position: row.try_get(13)?,
            version: row.try_get(14)?,
            created_at: row.try_get(15)?,
            updated_at: row.try_get(16)?,
        })
    }
}

fn as_text<S: Serializer>(id: &Uuid, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(id)
}

const WORDS: [&str; 5] = ["none", "low", "medium", "high", "urgent"];

fn as_word<S: Serializer>(rank: &i16, serializer: S) -> Result<S::Ok, S::Error> {
    let word = usize::try_from(*rank).ok().and_then(|rank| WORDS.get(rank));
    serializer.serialize_str(word.ok_or_else(|| S::Error::custom("no such priority"))?)
}

fn in_milliseconds<S: Serializer>(at: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&at.to_rfc3339_opts(SecondsFormat::Millis, true))
}

fn in_milliseconds_if_any<S: Serializer>(
    at: &Option<DateTime<Utc>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match at {
        Some(at) => in_milliseconds(at, serializer),
        None => serializer.serialize_none(),
    }
}
