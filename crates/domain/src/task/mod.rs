//! Tasks and what can happen to them.

mod description;
mod edit;
mod title;

pub use description::Description;
pub use edit::{Completion, TaskEdit};
pub use title::Title;

use crate::{ChangeKind, Seq, TaskChange, Timestamp, UserId, id::uuid_newtype};

uuid_newtype! {
    /// The id of a task. Ids made here are UUIDv7; a client may bring any UUID.
    TaskId
}

/// A task. What happens to it is decided by its methods, each of which gives the change to be recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Task {
    /// Its id, unique among the tasks of its owner.
    pub id: TaskId,
    /// Its owner.
    pub user_id: UserId,
    /// What is to be done.
    pub title: Title,
    /// More about it.
    pub description: Description,
    /// When it was completed; `None` while it is open.
    pub completed_at: Option<Timestamp>,
    /// When it went to the trash; `None` while it has not.
    pub deleted_at: Option<Timestamp>,
    /// The number of its last change in its owner's log.
    pub version: Seq,
    /// When it came to be.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// What a new task starts with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTask {
    /// Its id.
    pub id: TaskId,
    /// What is to be done.
    pub title: Title,
    /// More about it.
    pub description: Description,
    /// Whether it is done already.
    pub completed: bool,
}

impl Task {
    /// A new task of `owner`.
    #[must_use]
    pub fn create(new: NewTask, owner: UserId, now: Timestamp) -> TaskChange {
        let task = Self {
            id: new.id,
            user_id: owner,
            title: new.title,
            description: new.description,
            completed_at: new.completed.then_some(now),
            deleted_at: None,
            version: Seq::START,
            created_at: now,
            updated_at: now,
        };
        TaskChange::new(ChangeKind::Created, None, task)
    }

    /// Whether this task, as it stood when it was created, is what `new` asks for: the mark of a create
    /// that is sent again.
    #[must_use]
    pub fn was_created_from(&self, new: &NewTask) -> bool {
        let Self {
            id,
            title,
            description,
            ..
        } = self;
        (id, title, description, self.is_completed())
            == (&new.id, &new.title, &new.description, new.completed)
    }

    /// Whether it is done.
    #[must_use]
    pub fn is_completed(&self) -> bool {
        self.completed_at.is_some()
    }

    /// Changes what `edit` names; `None` if that leaves the task as it is.
    #[must_use]
    pub fn edit(&self, edit: &TaskEdit, now: Timestamp) -> Option<TaskChange> {
        let mut edited = self.clone();
        if let Some(title) = &edit.title {
            edited.title = title.clone();
        }
        if let Some(description) = &edit.description {
            edited.description = description.clone();
        }
        let mut kind = ChangeKind::Updated;
        if let Some(completed) = edit.completed.filter(|c| *c != self.is_completed()) {
            edited.completed_at = completed.then_some(now);
            kind = if completed {
                ChangeKind::Completed
            } else {
                ChangeKind::Reopened
            };
        }
        (edited != *self).then(|| self.becomes(edited, kind, now))
    }

    /// Completes or opens the task; `None` if it is so already.
    #[must_use]
    pub fn complete(&self, completion: Completion, now: Timestamp) -> Option<TaskChange> {
        let completed = match completion {
            Completion::Toggle => !self.is_completed(),
            Completion::Set(completed) => completed,
        };
        let edit = TaskEdit {
            completed: Some(completed),
            ..TaskEdit::default()
        };
        self.edit(&edit, now)
    }

    /// Puts the task into the trash.
    #[must_use]
    pub fn delete(&self, now: Timestamp) -> TaskChange {
        let deleted = Self {
            deleted_at: Some(now),
            ..self.clone()
        };
        self.becomes(deleted, ChangeKind::Deleted, now)
    }

    fn becomes(&self, task: Self, kind: ChangeKind, now: Timestamp) -> TaskChange {
        let task = Self {
            // The clock of another server may be behind.
            updated_at: now.max(self.updated_at),
            ..task
        };
        TaskChange::new(kind, Some(self.version), task)
    }
}
