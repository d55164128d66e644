use serde::Serialize;
use taskwell_domain::{Description, Seq, Task, TaskId, Timestamp, Title, UserId};
use utoipa::ToSchema;

/// A task.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Task)]
pub(crate) struct TaskBody {
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
    /// Grows with every change of the task; also its entity tag.
    #[schema(value_type = u64, minimum = 1)]
    version: Seq,
    /// When it came to be.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

impl From<Task> for TaskBody {
    fn from(task: Task) -> Self {
        Self {
            completed: task.is_completed(),
            id: task.id,
            user_id: task.user_id,
            title: task.title,
            description: task.description,
            completed_at: task.completed_at,
            version: task.version,
            created_at: task.created_at,
            updated_at: task.updated_at,
        }
    }
}
