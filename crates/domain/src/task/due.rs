//! When a task is due.

use super::{Series, recurrence::Clock};
use crate::{Date, TimeOfDay, TimeZone, Timestamp};

/// When a task is due, and when again.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Due {
    /// The day.
    pub date: Date,
    /// The time of that day; without one, the task is due by the end of it.
    pub time: Option<TimeOfDay>,
    /// How it goes on, for a task that recurs.
    pub series: Option<Series>,
}

/// One time that a recurring task is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// The day.
    pub date: Date,
    /// The time of that day.
    pub time: Option<TimeOfDay>,
    /// The instant.
    pub at: Timestamp,
}

impl Due {
    /// The instant: that time there, or the last millisecond of that day there.
    pub(super) fn at(&self, zone: TimeZone) -> Timestamp {
        match self.time {
            Some(time) => zone.instant(self.date.as_naive().and_time(time.as_naive())),
            None => zone.end_of(self.date),
        }
    }

    pub(super) fn clock(&self, zone: TimeZone) -> Clock {
        Clock {
            time: self.time,
            zone,
        }
    }

    /// The same on another day.
    pub(super) fn on(&self, date: Date) -> Self {
        Self { date, ..self.clone() }
    }

    /// Once this is done at `now`: when it is due again, if ever.
    pub(super) fn next(&self, zone: TimeZone, now: Timestamp) -> Option<Self> {
        let next = self
            .series
            .as_ref()?
            .next(self.date, zone.day_of(now), self.clock(zone))?;
        Some(self.on(next))
    }

    /// This and the next times.
    pub(super) fn occurrences(&self, zone: TimeZone) -> impl Iterator<Item = Occurrence> {
        let later = self
            .series
            .iter()
            .flat_map(move |series| series.after(self.date, self.clock(zone)));
        std::iter::once(self.date).chain(later).map(move |date| {
            let due = self.on(date);
            Occurrence {
                date,
                time: due.time,
                at: due.at(zone),
            }
        })
    }
}
