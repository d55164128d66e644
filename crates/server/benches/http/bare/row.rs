//! A row, and a task as it is sent.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Serialize, Serializer, ser::Error};
use serde_json::Value;
use sqlx::{ColumnIndex, Decode, FromRow, Row, Type, types::Json};
use uuid::Uuid;

/// What Taskwell reads of a task, in its order.
pub(super) const COLUMNS: &str = "\
id, user_id, title, description, completed_at, priority, due_date, due_time, series, time_zone, remind_at, reminded_at,
tags, position, deleted_at, version, created_at, updated_at";

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
            recurrence: row.try_get(8)?,
            time_zone: row.try_get(9)?,
            // It follows from the date, and no task here has one.
            due_at: None,
            remind_at: row.try_get(10)?,
            tags: row.try_get(12)?,
            position: row.try_get(13)?,
            version: row.try_get(15)?,
            created_at: row.try_get(16)?,
            updated_at: row.try_get(17)?,
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
