//! The change log: what happened to a user's tasks, in order.

use crate::{
    Fault, FaultCode, Position, Task, TaskId, Timestamp,
    id::uuid_newtype,
    text::{check_length, text_newtype},
    words,
};

/// A number in a user's change log. The log counts from 1, in the order of commits, without gaps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(transparent)
)]
pub struct Seq(u64);

impl Seq {
    /// Before the first change.
    pub const START: Self = Self(0);

    /// The number itself.
    #[must_use]
    pub fn get(self) -> u64 {
        self.0
    }

    /// The number after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl From<u64> for Seq {
    fn from(number: u64) -> Self {
        Self(number)
    }
}

impl std::fmt::Display for Seq {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

words! {
    /// What kind of thing happened to a task.
    pub enum ChangeKind {
        /// It came to be.
        Created => "created",
        /// Some fields changed, `completed` not among them.
        Updated => "updated",
        /// It was completed, perhaps along with other fields.
        Completed => "completed",
        /// It was opened again, perhaps along with other fields.
        Reopened => "reopened",
        /// It got another place.
        Moved => "moved",
        /// It went to the trash.
        Deleted => "deleted",
        /// It came back from the trash.
        Restored => "restored",
        /// It went from the trash for good.
        Purged => "purged",
        /// Its owner was reminded of it.
        Reminded => "reminded",
    }
}

/// What a change was decided on. A storage that finds something else refuses the change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    /// The task is not there yet.
    Nothing,
    /// This version of it.
    Version(Seq),
    /// The change of the same task that is recorded just before, together with this one.
    Earlier,
}

/// A change that the rules have allowed and that is not yet recorded. Only the methods of [`Task`] make
/// one, so nothing reaches a storage that did not pass the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskChange {
    kind: ChangeKind,
    base: Base,
    task: Task,
    moves: bool,
    goes_last: bool,
    of_progress: bool,
}

impl TaskChange {
    /// Makes `task` of what stands.
    pub(crate) fn new(kind: ChangeKind, stands: &Task, task: Task) -> Self {
        Self {
            kind,
            base: Base::Version(stands.version),
            moves: task.position != stands.position,
            of_progress: task.title == stands.title
                && task.description == stands.description
                && task.tags == stands.tags
                && task.priority == stands.priority
                && task.position == stands.position
                && task.deleted_at == stands.deleted_at,
            task,
            goes_last: false,
        }
    }

    pub(crate) fn creation(task: Task) -> Self {
        Self {
            kind: ChangeKind::Created,
            base: Base::Nothing,
            task,
            moves: true,
            goes_last: true,
            of_progress: false,
        }
    }

    pub(crate) fn going_last(self) -> Self {
        Self {
            moves: true,
            goes_last: true,
            of_progress: false,
            ..self
        }
    }

    /// The same change, decided on what another change of the task makes of it that is recorded together
    /// with this one.
    #[must_use]
    pub fn after_earlier(self) -> Self {
        Self {
            base: Base::Earlier,
            ..self
        }
    }

    /// What kind of thing happens.
    #[must_use]
    pub fn kind(&self) -> ChangeKind {
        self.kind
    }

    /// What this was decided on.
    #[must_use]
    pub fn base(&self) -> Base {
        self.base
    }

    /// The task as it will stand, but for its version, which is the number that the change gets, and for its
    /// place if it goes last.
    #[must_use]
    pub fn task(&self) -> &Task {
        &self.task
    }

    /// Whether the task gets a place that it did not have. Until the change is recorded, another task may have it.
    #[must_use]
    pub fn moves(&self) -> bool {
        self.moves
    }

    /// Whether the task gets the place behind all others, which the number of the change tells.
    #[must_use]
    pub fn goes_last(&self) -> bool {
        self.goes_last
    }

    /// Whether the task stays what it is and where it is: nothing changes but when it was done, is due, and is reminded of.
    #[must_use]
    pub fn is_of_progress(&self) -> bool {
        self.of_progress
    }

    /// The entry of the log once the change has its number.
    #[must_use]
    pub fn recorded_as(self, seq: Seq, origin: &Origin) -> Change {
        let position = match self.goes_last {
            true => Position::last_at(seq),
            false => self.task.position.clone(),
        };
        let task = Task {
            version: seq,
            position,
            ..self.task
        };
        Change {
            seq,
            kind: self.kind,
            task_id: task.id,
            task: Some(task).filter(|_| self.kind != ChangeKind::Purged),
            origin: origin.clone(),
        }
    }
}

/// An entry of the change log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its number in the log of the task's owner.
    pub seq: Seq,
    /// What happened.
    pub kind: ChangeKind,
    /// The task that it happened to.
    pub task_id: TaskId,
    /// The task as it stood afterwards; its version is `seq`. `None` once it is purged.
    pub task: Option<Task>,
    /// Who made it happen, when, by which request.
    pub origin: Origin,
}

uuid_newtype! {
    /// The id of changes that were made together.
    BatchId
}

/// Where a change comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Who made it.
    pub actor: ChangeActor,
    /// The request that carried it.
    pub request_id: RequestId,
    /// What it was made together with, if it was.
    pub batch: Option<BatchId>,
    /// When it was decided.
    pub at: Timestamp,
}

/// Who made a change: a kind of door, and which one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ChangeActor {
    /// The kind of door.
    pub kind: ActorKind,
    /// Its id: the session's or the token's, and the name of the issuer for somebody who logged in elsewhere.
    pub id: String,
}

words! {
    /// The kinds of doors through which changes come.
    pub enum ActorKind {
        /// Somebody who logged in.
        Session => "session",
        /// A program with a token of its own.
        Token => "token",
        /// An assistant, with the token of one of these two.
        Mcp => "mcp",
        /// The server itself.
        System => "system",
    }
}

/// The id by which a request is found again in logs: 1 to 128 of `A-Za-z0-9._-`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RequestId(String);

text_newtype!(RequestId);

impl RequestId {
    /// Checks and keeps the text as it stands.
    ///
    /// # Errors
    /// [`FaultCode::TooShort`], [`FaultCode::TooLong`], or [`FaultCode::InvalidFormat`] for any other character.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        check_length(text, 1, 128)?;
        if text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
        {
            Ok(Self(text.to_owned()))
        } else {
            Err(Fault::new(
                FaultCode::InvalidFormat,
                "must have only A-Z, a-z, 0-9, dot, underscore and hyphen",
            ))
        }
    }
}

/// The ids of requests that brought none.
impl From<uuid::Uuid> for RequestId {
    fn from(id: uuid::Uuid) -> Self {
        Self(id.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_id_is_safe_in_a_header_and_in_a_log() {
        assert!(RequestId::parse("Az09._-").is_ok());
        let long = "x".repeat(129);
        for text in ["", "a b", "a\r\nb", "é", long.as_str()] {
            assert!(RequestId::parse(text).is_err(), "{text:?}");
        }
    }
}
