use taskwell_domain::Task;

use crate::{Error, ports::StoreError, told};

/// What could not be done for some of many tasks, which holds up none of the others.
#[derive(Debug, Default, thiserror::Error)]
#[error("{}", .0.join("; "))]
pub(super) struct Failures(Vec<String>);

impl Failures {
    /// Of a task that cannot be read: the storage names it.
    pub(super) fn note(&mut self, error: &StoreError) {
        self.0.push(told(error));
    }

    /// Of that task.
    pub(super) fn note_of(&mut self, task: &Task, error: &StoreError) {
        self.0.push(format!("task {}: {}", task.id, told(error)));
    }

    /// How many things were done, unless others failed.
    ///
    /// # Errors
    /// [`Error::Internal`] with all that failed.
    pub(super) fn unless_any(self, done: u64) -> Result<u64, Error> {
        match self.0.is_empty() {
            true => Ok(done),
            false => Err(Error::Internal(Box::new(self))),
        }
    }
}
