//! The change log: what happened to a user's tasks, in order.

use crate::{
    Fault, FaultCode, Task, TaskId, Timestamp,
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
        /// It went to the trash.
        Deleted => "deleted",
    }
}

/// A change that the rules have allowed and that is not yet recorded. Only the methods of [`Task`] make
/// one, so nothing reaches a storage that did not pass the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskChange {
    kind: ChangeKind,
    based_on: Option<Seq>,
    task: Task,
}

impl TaskChange {
    pub(crate) fn new(kind: ChangeKind, based_on: Option<Seq>, task: Task) -> Self {
        Self { kind, based_on, task }
    }

    /// What kind of thing happens.
    #[must_use]
    pub fn kind(&self) -> ChangeKind {
        self.kind
    }

    /// The version of the task that this was decided on; `None` where the task does not exist yet. A
    /// storage that finds another version refuses the change.
    #[must_use]
    pub fn based_on(&self) -> Option<Seq> {
        self.based_on
    }

    /// The task as it will stand, but for its version, which is the number that the change gets.
    #[must_use]
    pub fn task(&self) -> &Task {
        &self.task
    }

    /// The entry of the log once the change has its number.
    #[must_use]
    pub fn recorded_as(self, seq: Seq, origin: &Origin) -> Change {
        Change {
            seq,
            kind: self.kind,
            task: Task {
                version: seq,
                ..self.task
            },
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
    /// The task as it stood afterwards; its version is `seq`.
    pub task: Task,
    /// Who made it happen, when, by which request.
    pub origin: Origin,
}

impl Change {
    /// The task that it happened to.
    #[must_use]
    pub fn task_id(&self) -> TaskId {
        self.task.id
    }
}

/// Where a change comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Who made it.
    pub actor: ChangeActor,
    /// The request that carried it.
    pub request_id: RequestId,
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
