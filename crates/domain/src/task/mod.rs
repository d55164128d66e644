//! Tasks and what can happen to them.

mod description;
mod due;
mod edit;
mod position;
mod priority;
mod recurrence;
mod reminder;
mod tags;
mod title;

pub use description::Description;
pub use due::{Due, Occurrence};
pub use edit::{Completion, TaskEdit};
pub use position::Position;
pub use priority::Priority;
pub use recurrence::{Recurrence, Series};
pub use tags::{Tag, Tags};
pub use title::Title;

use chrono::TimeDelta;

use crate::{ChangeKind, FieldFault, Seq, TaskChange, TimeZone, Timestamp, UserId, id::uuid_newtype};

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
    /// How much it matters.
    pub priority: Priority,
    /// When it is due.
    pub due: Option<Due>,
    /// Whose clocks count; UTC where there are none.
    pub time_zone: Option<TimeZone>,
    /// When to be reminded of it.
    pub remind_at: Option<Timestamp>,
    /// When its owner was reminded, or when that was let pass; `None` while it is to come. Nobody outside sees it.
    pub reminded_at: Option<Timestamp>,
    /// What it is found by.
    pub tags: Tags,
    /// Its place in its owner's own order.
    pub position: Position,
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
    /// The fields that are not to be empty.
    pub fields: TaskEdit,
}

/// A task that was made elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedTask {
    /// What it starts with here.
    pub new: NewTask,
    /// When it was completed.
    pub completed_at: Option<Timestamp>,
    /// When it came to be.
    pub created_at: Option<Timestamp>,
    /// When it last changed.
    pub updated_at: Option<Timestamp>,
}

impl Task {
    /// A new task of `owner`, behind all others.
    ///
    /// # Errors
    /// Fields that do not go together.
    pub fn create(new: &NewTask, owner: UserId, now: Timestamp) -> Result<TaskChange, Vec<FieldFault>> {
        let mut task = Self {
            id: new.id,
            user_id: owner,
            title: new.title.clone(),
            description: Description::default(),
            completed_at: None,
            priority: Priority::None,
            due: None,
            time_zone: None,
            remind_at: None,
            reminded_at: None,
            tags: Tags::default(),
            position: Position::last_at(Seq::START),
            deleted_at: None,
            version: Seq::START,
            created_at: now,
            updated_at: now,
        };
        new.fields.apply(&mut task)?;
        task.completed_at = new.fields.completed.unwrap_or_default().then_some(now);
        Ok(TaskChange::creation(task))
    }

    /// A task of `owner` that was made elsewhere, with its times, behind all others. Nobody is reminded of what is
    /// over by now.
    ///
    /// # Errors
    /// Fields that do not go together.
    pub fn import(
        imported: &ImportedTask,
        owner: UserId,
        now: Timestamp,
    ) -> Result<TaskChange, Vec<FieldFault>> {
        // Not in the future, where no later change would be later.
        let created_at = imported.created_at.unwrap_or(now).min(now);
        let created = Self::create(&imported.new, owner, created_at)?;
        let is_completed = imported
            .new
            .fields
            .completed
            .unwrap_or(imported.completed_at.is_some());
        let mut task = Self {
            completed_at: is_completed.then(|| imported.completed_at.unwrap_or(now)),
            updated_at: imported.updated_at.unwrap_or(created_at).clamp(created_at, now),
            ..created.task().clone()
        };
        task.let_reminder_pass(now);
        Ok(TaskChange::creation(task))
    }

    /// Whether this task, as it stood when it was created, is what `new` asks for: the mark of a create
    /// that is sent again.
    #[must_use]
    pub fn was_created_from(&self, new: &NewTask) -> bool {
        let again = Self::create(new, self.user_id.clone(), self.created_at);
        again.is_ok_and(|again| {
            *again.task()
                == Self {
                    position: again.task().position.clone(),
                    version: again.task().version,
                    reminded_at: again.task().reminded_at,
                    ..self.clone()
                }
        })
    }

    /// Whether it is done.
    #[must_use]
    pub fn is_completed(&self) -> bool {
        self.completed_at.is_some()
    }

    /// When it is due, as an instant: its time where its clocks are, or the last millisecond of its day there.
    #[must_use]
    pub fn due_at(&self) -> Option<Timestamp> {
        self.due.as_ref().map(|due| due.at(self.zone()))
    }

    /// The times that it is due, the present one first.
    pub fn occurrences(&self) -> impl Iterator<Item = Occurrence> {
        let zone = self.zone();
        self.due.iter().flat_map(move |due| due.occurrences(zone))
    }

    /// The rule by which it recurs from the present time on (RFC 5545, section 3.3.10, *RRULE* without the prefix), for
    /// whoever knows nothing else of it: its *COUNT* is what is left of it, and where a short month has the series on
    /// its last day, the rule says so. An *UNTIL* stands as it was given.
    #[must_use]
    pub fn rest_of_recurrence(&self) -> Option<String> {
        let due = self.due.as_ref()?;
        let series = due.series.as_ref()?;
        // What was checked when the series was made holds.
        series.rest(due.date, due.clock(self.zone())).ok()
    }

    fn zone(&self) -> TimeZone {
        self.time_zone.unwrap_or(TimeZone::UTC)
    }

    /// Changes what `edit` names; `None` if that leaves the task as it is.
    ///
    /// # Errors
    /// Fields that do not go together, or not with what the task has.
    pub fn edit(&self, edit: &TaskEdit, now: Timestamp) -> Result<Option<TaskChange>, Vec<FieldFault>> {
        let mut edited = self.clone();
        edit.apply(&mut edited)?;
        let kind = match edit.completed {
            Some(completed) if completed != edited.is_completed() => edited.set_completed(completed, now),
            _ => ChangeKind::Updated,
        };
        Ok((edited != *self).then(|| self.becomes(edited, kind, now)))
    }

    /// Completes or opens the task; `None` if it is so already. A recurring task stays open and moves on to its
    /// next day that is not before today; after its last it is completed for good.
    #[must_use]
    pub fn complete(&self, completion: Completion, now: Timestamp) -> Option<TaskChange> {
        let completed = match completion {
            Completion::Toggle => !self.is_completed(),
            Completion::Set(completed) => completed,
            Completion::Done(date) => {
                self.due.as_ref().filter(|due| due.date == date)?;
                true
            }
        };
        let mut changed = self.clone();
        (completed != self.is_completed()).then(|| {
            let kind = changed.set_completed(completed, now);
            self.becomes(changed, kind, now)
        })
    }

    fn set_completed(&mut self, completed: bool, now: Timestamp) -> ChangeKind {
        if !completed {
            self.completed_at = None;
            self.let_reminder_pass(now);
            return ChangeKind::Reopened;
        }
        match self.due.as_ref().and_then(|due| due.next(self.zone(), now)) {
            Some(next) => {
                self.put_off(next);
                self.let_reminder_pass(now);
            }
            None => self.completed_at = Some(now),
        }
        ChangeKind::Completed
    }

    /// The reminder goes along: as many days as the day, at the same time of the clocks there.
    fn put_off(&mut self, next: Due) {
        let zone = self.zone();
        if let (Some(due), Some(remind_at)) = (&self.due, self.remind_at) {
            let days = TimeDelta::days(next.date.days_after(due.date));
            let moved = zone.local(remind_at).checked_add_signed(days);
            self.set_reminder(moved.map(|moved| zone.instant(moved)));
        }
        self.due = Some(next);
    }

    /// Gives the task another place; `None` if it is there already.
    #[must_use]
    pub fn move_to(&self, place: Place, now: Timestamp) -> Option<TaskChange> {
        match place {
            Place::Last => Some(self.becomes(self.clone(), ChangeKind::Moved, now).going_last()),
            Place::At(position) if position == self.position => None,
            Place::At(position) => {
                let moved = Self {
                    position,
                    ..self.clone()
                };
                Some(self.becomes(moved, ChangeKind::Moved, now))
            }
        }
    }

    /// Puts the task into the trash; `None` if it is there.
    #[must_use]
    pub fn delete(&self, now: Timestamp) -> Option<TaskChange> {
        let deleted = Self {
            deleted_at: Some(now),
            ..self.clone()
        };
        (self.deleted_at.is_none()).then(|| self.becomes(deleted, ChangeKind::Deleted, now))
    }

    /// Takes the task out of the trash; `None` if it is not there.
    #[must_use]
    pub fn restore(&self, now: Timestamp) -> Option<TaskChange> {
        self.deleted_at?;
        let mut restored = Self {
            deleted_at: None,
            ..self.clone()
        };
        restored.let_reminder_pass(now);
        Some(self.becomes(restored, ChangeKind::Restored, now))
    }

    /// Forgets a task in the trash for good; `None` if it is not there.
    #[must_use]
    pub fn purge(&self, now: Timestamp) -> Option<TaskChange> {
        self.deleted_at?;
        Some(self.becomes(self.clone(), ChangeKind::Purged, now))
    }

    /// Makes the task what it was `before` its last change, or puts it into the trash if it was not there yet;
    /// `None` if that is how it stands.
    #[must_use]
    pub fn put_back(&self, before: Option<&Self>, now: Timestamp) -> Option<TaskChange> {
        let Some(before) = before else {
            return self.delete(now);
        };
        let mut back = Self {
            version: self.version,
            updated_at: self.updated_at,
            ..before.clone()
        };
        self.put_reminder_back(&mut back, now);
        let kind = match (self, &back) {
            (now, back) if now == back => return None,
            (now, back) if now.deleted_at.is_some() && back.deleted_at.is_none() => ChangeKind::Restored,
            (now, back) if now.deleted_at.is_none() && back.deleted_at.is_some() => ChangeKind::Deleted,
            (now, back) if !now.is_completed() && back.is_completed() => ChangeKind::Completed,
            (now, back) if now.is_completed() && !back.is_completed() => ChangeKind::Reopened,
            (now, back) if now.position != back.position => ChangeKind::Moved,
            _ => ChangeKind::Updated,
        };
        Some(self.becomes(back, kind, now))
    }

    fn becomes(&self, task: Self, kind: ChangeKind, now: Timestamp) -> TaskChange {
        let task = Self {
            // The clock of another server may be behind.
            updated_at: now.max(self.updated_at),
            ..task
        };
        TaskChange::new(kind, self, task)
    }
}

/// A place in the owner's own order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Behind all others, those included that come at the same time.
    Last,
    /// Here.
    At(Position),
}
