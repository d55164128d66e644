use serde::Serialize;
use taskwell_domain::{
    Date, Description, Position, Priority, Recurrence, Seq, Series, Tags, Task, TaskId, TimeOfDay, TimeZone,
    Timestamp, Title, UserId,
};
use utoipa::{ToSchema, openapi::schema::ObjectBuilder};

use crate::task_fields::{priority_words, time_of_day};

/// A task.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Task)]
pub struct TaskBody {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    id: TaskId,
    /// Its owner.
    #[schema(value_type = String)]
    user_id: UserId,
    /// What is to be done.
    #[schema(value_type = String, min_length = 1, max_length = 200)]
    title: Title,
    /// More about it.
    #[schema(value_type = String, max_length = 1000)]
    description: Description,
    /// Whether it is done.
    completed: bool,
    /// When it was completed; null while it is open.
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    completed_at: Option<Timestamp>,
    #[schema(schema_with = priority)]
    priority: Priority,
    /// The day it is due; null if never.
    #[schema(value_type = Option<String>, format = Date, required = true)]
    due_date: Option<Date>,
    #[schema(schema_with = due_time, required = true)]
    due_time: Option<TimeOfDay>,
    /// Whose clocks count: the name of an IANA time zone; UTC if null.
    #[schema(value_type = Option<String>, required = true)]
    time_zone: Option<TimeZone>,
    /// When it is due, as an instant: that time there, or the last millisecond of that day there.
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    due_at: Option<Timestamp>,
    /// When to be reminded of it.
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    remind_at: Option<Timestamp>,
    /// How it recurs: an RFC 5545 RRULE without the prefix.
    #[schema(value_type = Option<String>, required = true)]
    recurrence: Option<Recurrence>,
    /// What it is found by.
    #[schema(value_type = Vec<String>, max_items = 20)]
    tags: Tags,
    /// Its place in `sort=position`: opaque, compared by code point.
    #[schema(value_type = String)]
    position: Position,
    /// Grows with every change of the task; also its entity tag.
    #[schema(value_type = u64, minimum = 1)]
    version: Seq,
    /// When it came to be.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
    /// When it went to the trash; only of a task that is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime, nullable = false)]
    deleted_at: Option<Timestamp>,
}

fn priority() -> ObjectBuilder {
    priority_words().description(Some("How much it matters."))
}

fn due_time() -> ObjectBuilder {
    time_of_day().description(Some("The time of that day; null for the end of it."))
}

impl From<Task> for TaskBody {
    fn from(task: Task) -> Self {
        let due = task.due.as_ref();
        let rule = due.and_then(|due| due.series.as_ref()).map(Series::rule);
        Self {
            completed: task.is_completed(),
            due_at: task.due_at(),
            due_date: due.map(|due| due.date),
            due_time: due.and_then(|due| due.time),
            recurrence: rule.cloned(),
            id: task.id,
            user_id: task.user_id,
            title: task.title,
            description: task.description,
            completed_at: task.completed_at,
            priority: task.priority,
            time_zone: task.time_zone,
            remind_at: task.remind_at,
            tags: task.tags,
            position: task.position,
            version: task.version,
            created_at: task.created_at,
            updated_at: task.updated_at,
            deleted_at: task.deleted_at,
        }
    }
}
