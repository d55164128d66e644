//! A task and its row.

use std::{fmt::Display, str::FromStr};

use sea_orm::prelude::{DateTimeUtc, Uuid};
use sea_orm::{QueryResult, sea_query::SelectStatement};
use serde_json::Value;
use sqlx::{ColumnIndex, Decode, Type, types::Json};
use taskwell_application::ports::{SortKey, StoreError};
use taskwell_domain::{Due, Priority, Series, Tags, Task, TaskId, Timestamp};

use super::words;
use crate::{
    entities::tasks::{self, Column},
    stores::{corrupt, from_stored, to_stored, user_id},
};

/// What is read of a task, in this order: all but what only serves to find it.
const READ: [Column; 18] = [
    Column::Id,
    Column::UserId,
    Column::Title,
    Column::Description,
    Column::CompletedAt,
    Column::Priority,
    Column::DueDate,
    Column::DueTime,
    Column::Series,
    Column::TimeZone,
    Column::RemindAt,
    Column::RemindedAt,
    Column::Tags,
    Column::Position,
    Column::DeletedAt,
    Column::Version,
    Column::CreatedAt,
    Column::UpdatedAt,
];

/// The statement that reads these columns.
pub(super) fn reading(mut tasks: SelectStatement) -> SelectStatement {
    tasks
        .clear_selects()
        .columns(READ.map(|column| (tasks::Entity, column)))
        .take()
}

/// The same, and with it the sort key, where it is not among what is read.
pub(super) fn reading_with(tasks: SelectStatement, key: SortKey) -> SelectStatement {
    let column = match key {
        SortKey::DueAt => Some(Column::DueAt),
        SortKey::Title => Some(Column::TitleKey),
        SortKey::CreatedAt | SortKey::UpdatedAt | SortKey::Priority | SortKey::Position => None,
    };
    let mut reading = reading(tasks);
    if let Some(column) = column {
        reading.column((tasks::Entity, column));
    }
    reading
}

/// What changes of a row while the task goes on.
pub(super) struct Progress {
    pub(super) completed_at: Option<DateTimeUtc>,
    pub(super) due_date: Option<String>,
    pub(super) due_time: Option<String>,
    pub(super) series: Option<Value>,
    pub(super) time_zone: Option<String>,
    pub(super) due_at: Option<DateTimeUtc>,
    pub(super) remind_at: Option<DateTimeUtc>,
    pub(super) reminded_at: Option<DateTimeUtc>,
    pub(super) updated_at: DateTimeUtc,
}

impl Progress {
    pub(super) fn of(task: &Task) -> Result<Self, StoreError> {
        let due = task.due.as_ref();
        let series = due.and_then(|due| due.series.as_ref());
        Ok(Self {
            completed_at: task.completed_at.map(Timestamp::as_datetime),
            due_date: due.map(|due| due.date.to_string()),
            due_time: due.and_then(|due| due.time).map(|time| time.to_string()),
            series: series.map(json).transpose()?,
            time_zone: task.time_zone.map(|zone| zone.to_string()),
            due_at: task.due_at().map(Timestamp::as_datetime),
            remind_at: task.remind_at.map(Timestamp::as_datetime),
            reminded_at: task.reminded_at.map(Timestamp::as_datetime),
            updated_at: task.updated_at.as_datetime(),
        })
    }
}

/// The row of a task.
pub(super) fn of(task: &Task) -> Result<tasks::Model, StoreError> {
    let progress = Progress::of(task)?;
    Ok(tasks::Model {
        id: task.id.as_uuid(),
        user_id: task.user_id.to_string(),
        title: task.title.to_string(),
        title_key: task.title.key(),
        description: task.description.to_string(),
        completed_at: progress.completed_at,
        priority: rank(task.priority),
        due_date: progress.due_date,
        due_time: progress.due_time,
        series: progress.series,
        time_zone: progress.time_zone,
        due_at: progress.due_at,
        remind_at: progress.remind_at,
        reminded_at: progress.reminded_at,
        tags: json(&task.tags)?,
        position: task.position.to_string(),
        words: Some(words::words_of(
            &task.user_id,
            &task.title,
            &task.description,
            task.tags.iter(),
        )),
        deleted_at: task.deleted_at.map(Timestamp::as_datetime),
        version: to_stored(task.version),
        created_at: task.created_at.as_datetime(),
        updated_at: progress.updated_at,
    })
}

/// A value as JSON.
pub(super) fn json(value: &impl serde::Serialize) -> Result<Value, StoreError> {
    serde_json::to_value(value).map_err(|error| StoreError::Internal(Box::new(error)))
}

/// The number of a priority, in their order.
pub(super) fn rank(priority: Priority) -> i16 {
    priority as i16
}

fn priority(rank: i16) -> Result<Priority, StoreError> {
    usize::try_from(rank)
        .ok()
        .and_then(|rank| Priority::ALL.get(rank))
        .copied()
        .ok_or_else(|| corrupt("tasks.priority", "no such priority"))
}

fn parsed<T: FromStr<Err: Display>>(column: &str, text: &str) -> Result<T, StoreError> {
    text.parse().map_err(|fault| corrupt(column, fault))
}

/// The task in a row that begins with what [`reading`] reads; what is wrong with one that breaks the rules names it.
pub(super) fn task(row: &QueryResult) -> Result<Task, StoreError> {
    read(row).map_err(|error| match (error, row.try_get_by_index::<Uuid>(0)) {
        (StoreError::Corrupt(what), Ok(id)) => corrupt(&format!("task {id}"), what),
        (unnamed, _) => unnamed,
    })
}

fn read(row: &QueryResult) -> Result<Task, StoreError> {
    let row = match (row.try_as_pg_row(), row.try_as_sqlite_row()) {
        (Some(row), _) => Row::read(row),
        (None, Some(row)) => Row::read(row),
        (None, None) => return Err(corrupt("tasks", "a row of some other database")),
    };
    row.map_err(|error| corrupt("tasks", error))?.try_into()
}

struct Row<'r> {
    id: Uuid,
    user_id: &'r str,
    title: &'r str,
    description: &'r str,
    completed_at: Option<DateTimeUtc>,
    priority: i16,
    due_date: Option<&'r str>,
    due_time: Option<&'r str>,
    series: Option<Json<Series>>,
    time_zone: Option<&'r str>,
    remind_at: Option<DateTimeUtc>,
    reminded_at: Option<DateTimeUtc>,
    tags: Json<Tags>,
    position: &'r str,
    deleted_at: Option<DateTimeUtc>,
    version: i64,
    created_at: DateTimeUtc,
    updated_at: DateTimeUtc,
}

impl<'r> Row<'r> {
    /// By place: to look each column of each row up by its name costs more than all the rest of reading it.
    fn read<R: sqlx::Row>(row: &'r R) -> sqlx::Result<Self>
    where
        usize: ColumnIndex<R>,
        Uuid: Decode<'r, R::Database> + Type<R::Database>,
        &'r str: Decode<'r, R::Database> + Type<R::Database>,
        DateTimeUtc: Decode<'r, R::Database> + Type<R::Database>,
        i16: Decode<'r, R::Database> + Type<R::Database>,
        i64: Decode<'r, R::Database> + Type<R::Database>,
        Json<Series>: Decode<'r, R::Database> + Type<R::Database>,
        Json<Tags>: Decode<'r, R::Database> + Type<R::Database>,
    {
        Ok(Self {
            id: row.try_get(0)?,
            user_id: row.try_get(1)?,
            title: row.try_get(2)?,
            description: row.try_get(3)?,
            completed_at: row.try_get(4)?,
            priority: row.try_get(5)?,
            due_date: row.try_get(6)?,
            due_time: row.try_get(7)?,
            series: row.try_get(8)?,
            time_zone: row.try_get(9)?,
            remind_at: row.try_get(10)?,
            reminded_at: row.try_get(11)?,
            tags: row.try_get(12)?,
            position: row.try_get(13)?,
            deleted_at: row.try_get(14)?,
            version: row.try_get(15)?,
            created_at: row.try_get(16)?,
            updated_at: row.try_get(17)?,
        })
    }
}

impl TryFrom<Row<'_>> for Task {
    type Error = StoreError;

    fn try_from(row: Row<'_>) -> Result<Self, StoreError> {
        let due = match row.due_date {
            None => None,
            Some(date) => Some(Due {
                date: parsed("tasks.due_date", date)?,
                time: row
                    .due_time
                    .map(|time| parsed("tasks.due_time", time))
                    .transpose()?,
                series: row.series.map(|Json(series)| series),
            }),
        };
        Ok(Self {
            id: TaskId::from(row.id),
            user_id: user_id("tasks.user_id", row.user_id)?,
            title: parsed("tasks.title", row.title)?,
            description: parsed("tasks.description", row.description)?,
            completed_at: row.completed_at.map(Timestamp::from),
            priority: priority(row.priority)?,
            due,
            time_zone: row
                .time_zone
                .map(|zone| parsed("tasks.time_zone", zone))
                .transpose()?,
            remind_at: row.remind_at.map(Timestamp::from),
            reminded_at: row.reminded_at.map(Timestamp::from),
            tags: row.tags.0,
            position: parsed("tasks.position", row.position)?,
            deleted_at: row.deleted_at.map(Timestamp::from),
            version: from_stored("tasks.version", row.version)?,
            created_at: Timestamp::from(row.created_at),
            updated_at: Timestamp::from(row.updated_at),
        })
    }
}
