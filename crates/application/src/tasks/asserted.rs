use taskwell_domain::{Position, Task, TaskId, Timestamp, UserId};

use crate::{Error, read_only};

/// What the caller believes of the fields that nobody can set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asserted {
    /// The id.
    pub id: Option<TaskId>,
    /// The owner.
    pub user_id: Option<UserId>,
    /// When it was completed; `Some(None)` says that it is open.
    pub completed_at: Option<Option<Timestamp>>,
    /// When it is due, as an instant; `Some(None)` says never.
    pub due_at: Option<Option<Timestamp>>,
    /// Its place.
    pub position: Option<Position>,
    /// When it came to be.
    pub created_at: Option<Timestamp>,
    /// When it last changed.
    pub updated_at: Option<Timestamp>,
}

impl Asserted {
    /// Whether all of it is so.
    pub(super) fn check(&self, task: &Task) -> Result<(), Error> {
        read_only::check([
            ("id", self.id.is_some_and(|id| id != task.id)),
            (
                "user_id",
                self.user_id.as_ref().is_some_and(|id| *id != task.user_id),
            ),
            (
                "completed_at",
                self.completed_at.is_some_and(|at| at != task.completed_at),
            ),
            ("due_at", self.due_at.is_some_and(|at| at != task.due_at())),
            (
                "position",
                self.position
                    .as_ref()
                    .is_some_and(|position| *position != task.position),
            ),
            (
                "created_at",
                self.created_at.is_some_and(|at| at != task.created_at),
            ),
            (
                "updated_at",
                self.updated_at.is_some_and(|at| at != task.updated_at),
            ),
        ])
    }
}
