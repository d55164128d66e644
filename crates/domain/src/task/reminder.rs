//! When to remind of a task.

use super::Task;
use crate::{ChangeKind, TaskChange, Timestamp};

impl Task {
    /// Reminds of the task; `None` if it is not time yet, if that was done, or if there is nothing to remind of: it
    /// is completed or in the trash. Late is better than never, however long ago the time was.
    #[must_use]
    pub fn remind(&self, now: Timestamp) -> Option<TaskChange> {
        let is_due = self.reminder_is_over(now) && self.reminded_at.is_none() && self.can_remind();
        let reminded = Self {
            reminded_at: Some(now),
            ..self.clone()
        };
        is_due.then(|| self.becomes(reminded, ChangeKind::Reminded, now))
    }

    /// Sets the time; another one than before is waited for anew, also where it is over already: whoever says it
    /// now, a client that was offline perhaps, has not been reminded.
    pub(super) fn set_reminder(&mut self, remind_at: Option<Timestamp>) {
        if self.remind_at != remind_at {
            self.remind_at = remind_at;
            self.reminded_at = None;
        }
    }

    /// What is over is not caught up on: it went by while nobody wanted to be reminded.
    pub(super) fn let_reminder_pass(&mut self, now: Timestamp) {
        if self.reminder_is_over(now) {
            self.reminded_at.get_or_insert(now);
        }
    }

    /// The reminder of this task once it is `before` again. Nobody is reminded twice of one time; that what was said
    /// is taken back does not make it unsaid.
    pub(super) fn put_reminder_back(&self, before: &mut Self, now: Timestamp) {
        let is_the_same = self.remind_at == before.remind_at;
        before.reminded_at = self.reminded_at.filter(|_| is_the_same);
        if !(is_the_same && self.can_remind()) {
            before.let_reminder_pass(now);
        }
    }

    fn can_remind(&self) -> bool {
        !self.is_completed() && self.deleted_at.is_none()
    }

    fn reminder_is_over(&self, now: Timestamp) -> bool {
        self.remind_at.is_some_and(|remind_at| remind_at <= now)
    }
}
