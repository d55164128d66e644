//! A task and its row.

use sea_orm::Set;
use taskwell_application::ports::StoreError;
use taskwell_domain::{Description, Task, TaskId, Timestamp, Title, UserId};

use crate::{
    entities::tasks,
    stores::{corrupt, from_stored},
};

/// The columns that a change writes, with the number that it gets as version.
pub(super) fn written(task: &Task, seq: i64) -> tasks::ActiveModel {
    tasks::ActiveModel {
        title: Set(task.title.to_string()),
        description: Set(task.description.to_string()),
        completed_at: Set(task.completed_at.map(Timestamp::as_datetime)),
        deleted_at: Set(task.deleted_at.map(Timestamp::as_datetime)),
        version: Set(seq),
        updated_at: Set(task.updated_at.as_datetime()),
        ..Default::default()
    }
}

/// All columns, for a task that is new.
pub(super) fn new(task: &Task, seq: i64) -> tasks::ActiveModel {
    tasks::ActiveModel {
        id: Set(task.id.as_uuid()),
        user_id: Set(task.user_id.to_string()),
        created_at: Set(task.created_at.as_datetime()),
        ..written(task, seq)
    }
}

impl TryFrom<tasks::Model> for Task {
    type Error = StoreError;

    fn try_from(row: tasks::Model) -> Result<Self, StoreError> {
        let description = Description::parse(&row.description);
        Ok(Self {
            id: TaskId::from(row.id),
            user_id: UserId::parse(&row.user_id).map_err(|fault| corrupt("tasks.user_id", fault))?,
            title: Title::parse(&row.title).map_err(|fault| corrupt("tasks.title", fault))?,
            description: description.map_err(|fault| corrupt("tasks.description", fault))?,
            completed_at: row.completed_at.map(Timestamp::from),
            deleted_at: row.deleted_at.map(Timestamp::from),
            version: from_stored("tasks.version", row.version)?,
            created_at: Timestamp::from(row.created_at),
            updated_at: Timestamp::from(row.updated_at),
        })
    }
}
