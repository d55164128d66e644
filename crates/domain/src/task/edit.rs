//! What somebody wants changed.

use super::{Description, Due, Priority, Recurrence, Series, Tags, Task, Title};
use crate::{Date, Fault, FaultCode, FieldFault, TimeOfDay, TimeZone, Timestamp};

/// The fields to be set. What is `None` stays as it is; of what may be empty, `Some(None)` empties it (RFC 7396).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaskEdit {
    /// The new title.
    pub title: Option<Title>,
    /// The new description; the empty one clears it.
    pub description: Option<Description>,
    /// Whether the task is to be done or open.
    pub completed: Option<bool>,
    /// How much it matters.
    pub priority: Option<Priority>,
    /// The day it is due. Without one there is no time and no recurrence.
    pub due_date: Option<Option<Date>>,
    /// The time of that day.
    pub due_time: Option<Option<TimeOfDay>>,
    /// Whose clocks count; UTC where there are none.
    pub time_zone: Option<Option<TimeZone>>,
    /// When to be reminded of it.
    pub remind_at: Option<Option<Timestamp>>,
    /// How it recurs.
    pub recurrence: Option<Option<Recurrence>>,
    /// All its tags.
    pub tags: Option<Tags>,
}

/// How to change whether a task is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completion {
    /// To the other.
    Toggle,
    /// To this, whatever it was.
    Set(bool),
    /// Done, if it is still due on that day: a recurring task that has moved on is left alone.
    Done(Date),
}

impl TaskEdit {
    /// Sets the fields, whether it is done aside.
    pub(super) fn apply(&self, task: &mut Task) -> Result<(), Vec<FieldFault>> {
        if let Some(title) = &self.title {
            task.title = title.clone();
        }
        if let Some(description) = &self.description {
            task.description = description.clone();
        }
        if let Some(priority) = self.priority {
            task.priority = priority;
        }
        if let Some(tags) = &self.tags {
            task.tags = tags.clone();
        }
        if let Some(remind_at) = self.remind_at {
            task.set_reminder(remind_at);
        }
        if let Some(time_zone) = self.time_zone {
            task.time_zone = time_zone;
        }
        task.due = self.due(task)?;
        Ok(())
    }

    /// When the task is due then.
    fn due(&self, task: &Task) -> Result<Option<Due>, Vec<FieldFault>> {
        let before = task.due.as_ref();
        let Some(date) = self.due_date.unwrap_or(before.map(|due| due.date)) else {
            let needs_date = |field: &'static str| {
                let detail = format!("must be given for there to be a {field}");
                FieldFault::new("due_date", Fault::new(FaultCode::Required, detail))
            };
            let time = matches!(self.due_time, Some(Some(_))).then(|| needs_date("due_time"));
            let recurrence = matches!(self.recurrence, Some(Some(_))).then(|| needs_date("recurrence"));
            return match time.or(recurrence) {
                Some(fault) => Err(vec![fault]),
                None => Ok(None),
            };
        };
        let time = self.due_time.unwrap_or(before.and_then(|due| due.time));
        let mut due = Due {
            date,
            time,
            series: None,
        };
        due.series = self
            .series(before, &due, task.zone())
            .map_err(|fault| vec![FieldFault::new("recurrence", fault)])?;
        Ok(Some(due))
    }

    /// How it goes on then: as before where neither the rule nor the day is another one.
    fn series(&self, before: Option<&Due>, due: &Due, zone: TimeZone) -> Result<Option<Series>, Fault> {
        let known = before.and_then(|before| Some((before.date, before.series.as_ref()?)));
        let rule = match &self.recurrence {
            Some(given) => given.as_ref(),
            None => known.map(|(_, series)| series.rule()),
        };
        let Some(rule) = rule else {
            return Ok(None);
        };
        let clock = due.clock(zone);
        match known {
            Some((date, series)) if series.rule() == rule && date == due.date => Ok(Some(series.clone())),
            Some((date, series)) if series.rule() == rule => series.moved(date, due.date, clock).map(Some),
            _ => Series::new(rule.clone(), due.date, clock).map(Some),
        }
    }
}
