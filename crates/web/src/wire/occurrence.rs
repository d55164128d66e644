use serde::Serialize;
use taskwell_domain::{Date, Occurrence, TimeOfDay, Timestamp};
use utoipa::{ToSchema, openapi::schema::ObjectBuilder};

use super::task_fields::time_of_day;

/// One time that a task is due.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Occurrence)]
pub(crate) struct OccurrenceBody {
    /// The day.
    #[schema(value_type = String, format = Date)]
    due_date: Date,
    #[schema(schema_with = due_time, required = true)]
    due_time: Option<TimeOfDay>,
    /// The instant.
    #[schema(value_type = String, format = DateTime)]
    due_at: Timestamp,
}

fn due_time() -> ObjectBuilder {
    time_of_day().description(Some("The time of that day; null for the end of it."))
}

impl From<Occurrence> for OccurrenceBody {
    fn from(occurrence: Occurrence) -> Self {
        Self {
            due_date: occurrence.date,
            due_time: occurrence.time,
            due_at: occurrence.at,
        }
    }
}
