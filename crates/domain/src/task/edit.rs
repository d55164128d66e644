//! What somebody wants changed.

use super::{Description, Title};

/// The fields to be set. What is `None` stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaskEdit {
    /// The new title.
    pub title: Option<Title>,
    /// The new description; the empty one clears it.
    pub description: Option<Description>,
    /// Whether the task is to be done or open.
    pub completed: Option<bool>,
}

/// How to change whether a task is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completion {
    /// To the other.
    Toggle,
    /// To this, whatever it was.
    Set(bool),
}
