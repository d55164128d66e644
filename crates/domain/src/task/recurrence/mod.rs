//! Recurrence.

mod library;
mod rule;
#[cfg(test)]
mod tests;
mod weeks;

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, Utc};
use rrule::{RRule, RRuleSet, Tz, Unvalidated};

pub use self::rule::Recurrence;
use self::{
    library::{begin, by_weekdays, clamped, without_weeks},
    rule::Parsed,
};
use crate::{Date, Fault, FaultCode, TimeOfDay, TimeZone};

/// The earliest year that a series can begin in: from then on every day can be counted through.
const EARLIEST: i32 = 1900;

/// The last year of a day ([`Date`]).
const LATEST: i32 = 9999;

/// After so many years the calendar repeats itself, weekdays included.
const CYCLE_YEARS: i32 = 400;

/// As many years, in days.
const CYCLE_DAYS: i64 = 146_097;

/// At which time of the day, and where, the occurrences of a series are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Clock {
    pub(crate) time: Option<TimeOfDay>,
    pub(crate) zone: TimeZone,
}

/// A rule and where it began: the days on which a task is due one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Series {
    /// The rule.
    rule: Recurrence,
    /// The day from which it is counted (RFC 5545 *DTSTART*).
    start: Date,
    /// How many occurrences of its *COUNT* had been used up before `start`.
    used: u32,
}

impl Series {
    /// The series that begins on that day.
    ///
    /// # Errors
    /// [`FaultCode::InvalidValue`] where the rule cannot begin then, or never comes to pass.
    pub(crate) fn new(rule: Recurrence, start: Date, clock: Clock) -> Result<Self, Fault> {
        let series = Self { rule, start, used: 0 };
        series.check_start()?;
        let first = series.named(clock)?.next();
        first.map(|_| series).ok_or_else(|| {
            let detail = "must come to pass, from due_date on, at least once";
            Fault::new(FaultCode::InvalidValue, detail)
        })
    }

    /// The same rule from another day on, once the occurrence on `current` has been put off to it.
    pub(crate) fn moved(&self, current: Date, start: Date, clock: Clock) -> Result<Self, Fault> {
        let series = Self {
            rule: self.rule.clone(),
            start,
            used: self.used_before(current, clock)?,
        };
        series.check_start()?;
        Ok(series)
    }

    /// The rule from the occurrence on `current` on, for whoever begins to count there: its *COUNT* is what is left
    /// of it, and short months have the day that they have here.
    pub(crate) fn rest(&self, current: Date, clock: Clock) -> Result<String, Fault> {
        let rule = Parsed::of(self.rule.as_str())?.rule;
        // In its own words: the library writes the first Monday (`1MO`) as each.
        let mut parts: Vec<String> = self.rule.as_str().split(';').map(str::to_owned).collect();
        let mut put = |name: &str, value: String| {
            parts.retain(|part| part.split_once('=').is_none_or(|(other, _)| other != name));
            parts.push(format!("{name}={value}"));
        };
        if let Some(count) = rule.get_count() {
            let left = count.saturating_sub(self.used_before(current, clock)?);
            put("COUNT", left.max(1).to_string());
        }
        let clamped = clamped(rule.clone(), self.start.as_naive());
        if clamped != rule {
            if !clamped.get_by_month().is_empty() {
                put("BYMONTH", list(clamped.get_by_month()));
            }
            put("BYMONTHDAY", list(clamped.get_by_month_day()));
            put("BYSETPOS", list(clamped.get_by_set_pos()));
        }
        Ok(parts.join(";"))
    }

    /// How many occurrences there were before the one on `current`.
    fn used_before(&self, current: Date, clock: Clock) -> Result<u32, Fault> {
        let days = self.days(clock)?;
        let passed = days.take_while(|day| *day < current.as_naive()).count();
        let passed = u32::try_from(passed).unwrap_or(u32::MAX);
        Ok(self.used.saturating_add(passed))
    }

    fn check_start(&self) -> Result<(), Fault> {
        if self.start.as_naive().year() < EARLIEST {
            let detail = format!("needs a due_date in {EARLIEST} or later");
            return Err(Fault::new(FaultCode::InvalidValue, detail));
        }
        Ok(())
    }

    /// The rule.
    #[must_use]
    pub fn rule(&self) -> &Recurrence {
        &self.rule
    }

    /// The first day after `current` that is not before `not_before`; `None` after the last one.
    pub(crate) fn next(&self, current: Date, not_before: Date, clock: Clock) -> Option<Date> {
        self.after(current, clock).find(|day| *day >= not_before)
    }

    /// The days after `current`.
    pub(crate) fn after(&self, current: Date, clock: Clock) -> impl Iterator<Item = Date> + use<> {
        // What was checked when the series was made holds.
        let days = self.days(clock).into_iter().flatten();
        days.skip_while(move |day| *day <= current.as_naive())
            .map(Date::from)
    }

    /// Its days. The start is the first of them, and counts, even if the rule does not name it (RFC 5545,
    /// section 3.3.10, *COUNT*).
    fn days(&self, clock: Clock) -> Result<impl Iterator<Item = NaiveDate> + use<>, Fault> {
        let start = self.start.as_naive();
        let left = Parsed::of(self.rule.as_str())?.rule.get_count().map(|count| {
            let left = count.saturating_sub(self.used).max(1);
            usize::try_from(left).unwrap_or(usize::MAX)
        });
        let later = self.named(clock)?.skip_while(move |day| *day <= start);
        Ok(std::iter::once(start)
            .chain(later)
            .take(left.unwrap_or(usize::MAX)))
    }

    /// The days from the start on that the rule names, up to 400 years and more after the start. They are counted
    /// as midnights in UTC, which has no daylight saving.
    fn named(&self, clock: Clock) -> Result<impl Iterator<Item = NaiveDate> + use<>, Fault> {
        let Parsed { rule, until } = Parsed::of(self.rule.as_str())?;
        let start = self.start.as_naive();
        // The library searches until the year 10000 for days that may not exist. Whole cycles later it has less
        // than two of them before it, and finds the same.
        let cycles = (LATEST - start.year()) / CYCLE_YEARS - 1;
        let shift = TimeDelta::days(CYCLE_DAYS * i64::from(cycles));
        let first = midnight(begin(&rule, start) + shift);
        let validated = |rule: RRule<Unvalidated>| {
            rule.validate(first).map_err(|_| {
                let detail = "has parts that exclude each other or lie outside their range";
                Fault::new(FaultCode::InvalidValue, detail)
            })
        };
        validated(rule.clone())?;
        // Not all that the library finds is a day of the series, so the count is not left to it.
        let rule = rule.count(u32::MAX);
        let (rule, weeks) = without_weeks(by_weekdays(rule, start));
        let set = RRuleSet::new(first)
            .limit()
            .rrule(validated(clamped(rule, start))?);
        let last = until.map(|until| until.last_day(clock));
        let days = set.into_iter().map(move |at| at.naive_utc().date() - shift);
        Ok(days
            .take_while(move |day| day.year() <= LATEST && last.is_none_or(|last| *day <= last))
            .filter(move |day| *day >= start && weeks.as_ref().is_none_or(|weeks| weeks.have(*day))))
    }
}

fn list(numbers: &[impl ToString]) -> String {
    let numbers: Vec<String> = numbers.iter().map(ToString::to_string).collect();
    numbers.join(",")
}

fn midnight(day: NaiveDate) -> DateTime<Tz> {
    DateTime::<Utc>::from_naive_utc_and_offset(day.and_time(NaiveTime::MIN), Utc).with_timezone(&Tz::UTC)
}
