//! A task and its row.

use std::{fmt::Display, str::FromStr};

use sea_orm::prelude::{DateTimeUtc, Json, Uuid};
use sea_orm::{
    DerivePartialModel, FromQueryResult, PartialModelTrait, QueryResult, QuerySelect, QueryTrait, Select,
    sea_query::SelectStatement,
};
use taskwell_application::{
    ports::{SortKey, StoreError},
    told,
};
use taskwell_domain::{Due, Priority, Task, TaskId, Timestamp};

use super::words;
use crate::{
    database::store_error,
    entities::tasks,
    stores::{corrupt, from_stored, to_stored, user_id},
};

/// What is read of a task: all but what only serves to find it.
#[derive(DerivePartialModel)]
#[sea_orm(entity = "tasks::Entity")]
pub(super) struct Row {
    id: Uuid,
    user_id: String,
    title: String,
    description: String,
    completed_at: Option<DateTimeUtc>,
    priority: i16,
    due_date: Option<String>,
    due_time: Option<String>,
    series: Option<Json>,
    time_zone: Option<String>,
    remind_at: Option<DateTimeUtc>,
    reminded_at: Option<DateTimeUtc>,
    tags: Json,
    position: String,
    deleted_at: Option<DateTimeUtc>,
    version: i64,
    created_at: DateTimeUtc,
    updated_at: DateTimeUtc,
}

/// The statement that reads these rows.
pub(super) fn reading(tasks: Select<tasks::Entity>) -> SelectStatement {
    Row::select_cols(tasks.select_only()).into_query()
}

/// The same, and with it the sort key, where it is not among what is read.
pub(super) fn reading_with(tasks: Select<tasks::Entity>, key: SortKey) -> SelectStatement {
    let column = match key {
        SortKey::DueAt => Some(tasks::Column::DueAt),
        SortKey::Title => Some(tasks::Column::TitleKey),
        SortKey::CreatedAt | SortKey::UpdatedAt | SortKey::Priority | SortKey::Position => None,
    };
    let mut reading = reading(tasks);
    if let Some(column) = column {
        reading.column((tasks::Entity, column));
    }
    reading
}

/// The task of a row; what is wrong with one that breaks the rules names the task.
pub(super) fn read(row: &QueryResult) -> Result<Task, StoreError> {
    let task = Row::from_query_result(row, "").map_err(store_error);
    task.and_then(Task::try_from).map_err(|error| {
        let what = match error {
            StoreError::Corrupt(what) => what,
            unreadable => told(&unreadable),
        };
        match row.try_get::<Uuid>("", "id") {
            Ok(id) => corrupt(&format!("task {id}"), what),
            Err(_) => StoreError::Corrupt(what),
        }
    })
}

/// The row of a task.
pub(super) fn of(task: &Task) -> Result<tasks::Model, StoreError> {
    let due = task.due.as_ref();
    let series = due.and_then(|due| due.series.as_ref());
    Ok(tasks::Model {
        id: task.id.as_uuid(),
        user_id: task.user_id.to_string(),
        title: task.title.to_string(),
        title_key: task.title.key(),
        description: task.description.to_string(),
        completed_at: task.completed_at.map(Timestamp::as_datetime),
        priority: rank(task.priority),
        due_date: due.map(|due| due.date.to_string()),
        due_time: due.and_then(|due| due.time).map(|time| time.to_string()),
        series: series.map(json).transpose()?,
        time_zone: task.time_zone.map(|zone| zone.to_string()),
        due_at: task.due_at().map(Timestamp::as_datetime),
        remind_at: task.remind_at.map(Timestamp::as_datetime),
        reminded_at: task.reminded_at.map(Timestamp::as_datetime),
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
        updated_at: task.updated_at.as_datetime(),
    })
}

/// A value as JSON.
pub(super) fn json(value: &impl serde::Serialize) -> Result<Json, StoreError> {
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

impl TryFrom<Row> for Task {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let due = match &row.due_date {
            None => None,
            Some(date) => {
                let time = row.due_time.as_deref();
                let series = row.series.map(serde_json::from_value).transpose();
                Some(Due {
                    date: parsed("tasks.due_date", date)?,
                    time: time.map(|time| parsed("tasks.due_time", time)).transpose()?,
                    series: series.map_err(|error| corrupt("tasks.series", error))?,
                })
            }
        };
        let time_zone = row.time_zone.as_deref();
        Ok(Self {
            id: TaskId::from(row.id),
            user_id: user_id("tasks.user_id", &row.user_id)?,
            title: parsed("tasks.title", &row.title)?,
            description: parsed("tasks.description", &row.description)?,
            completed_at: row.completed_at.map(Timestamp::from),
            priority: priority(row.priority)?,
            due,
            time_zone: time_zone
                .map(|zone| parsed("tasks.time_zone", zone))
                .transpose()?,
            remind_at: row.remind_at.map(Timestamp::from),
            reminded_at: row.reminded_at.map(Timestamp::from),
            tags: serde_json::from_value(row.tags).map_err(|error| corrupt("tasks.tags", error))?,
            position: parsed("tasks.position", &row.position)?,
            deleted_at: row.deleted_at.map(Timestamp::from),
            version: from_stored("tasks.version", row.version)?,
            created_at: Timestamp::from(row.created_at),
            updated_at: Timestamp::from(row.updated_at),
        })
    }
}
