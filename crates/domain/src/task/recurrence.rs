//! Recurrence.

use std::str::FromStr;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use rrule::{Frequency, NWeekday, RRule, RRuleSet, Tz, Unvalidated};

use crate::{
    Date, Fault, FaultCode, TimeOfDay, TimeZone, Timestamp,
    text::{check_length, text_newtype},
};

/// The earliest year that a series can begin in: from then on every day can be counted through.
const EARLIEST: i32 = 1900;

/// The last year of a day ([`Date`]).
const LATEST: i32 = 9999;

/// After so many years the calendar repeats itself, weekdays included.
const CYCLE_YEARS: i32 = 400;

/// As many years, in days.
const CYCLE_DAYS: i64 = 146_097;

/// A recurrence rule (RFC 5545, section 3.3.10, *RRULE* without the prefix), daily to yearly, in upper case.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Recurrence(String);

text_newtype!(Recurrence);

impl Recurrence {
    /// Checks the rule as far as that can be done without knowing when it begins.
    ///
    /// # Errors
    /// [`FaultCode::TooLong`] beyond 500 characters, [`FaultCode::InvalidFormat`] for what is no rule,
    /// [`FaultCode::InvalidValue`] for one of hours, minutes or seconds, and for a numbered weekday (`2MO`) where
    /// there is nothing to number.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        check_length(text, 0, 500)?;
        let rule = Self(text.to_ascii_uppercase());
        let parsed = Parsed::of(&rule.0)?;
        let is_daily_to_yearly = matches!(
            parsed.rule.get_freq(),
            Frequency::Daily | Frequency::Weekly | Frequency::Monthly | Frequency::Yearly
        );
        let names_times = ["BYHOUR", "BYMINUTE", "BYSECOND"]
            .iter()
            .any(|part| rule.0.contains(part));
        if !is_daily_to_yearly || names_times {
            let detail = "must be DAILY, WEEKLY, MONTHLY or YEARLY, without BYHOUR, BYMINUTE and BYSECOND";
            return Err(Fault::new(FaultCode::InvalidValue, detail));
        }
        let has_numbered = parsed.rule.get_by_weekday().iter().any(is_numbered);
        let is_daily_or_weekly = matches!(parsed.rule.get_freq(), Frequency::Daily | Frequency::Weekly);
        if has_numbered && (is_daily_or_weekly || !parsed.rule.get_by_week_no().is_empty()) {
            let detail = "must number weekdays only if MONTHLY or YEARLY, and without BYWEEKNO";
            return Err(Fault::new(FaultCode::InvalidValue, detail));
        }
        Ok(rule)
    }
}

/// What a rule says, and until when it says so, which for tasks depends on their time zone.
struct Parsed {
    rule: RRule<Unvalidated>,
    until: Option<Until>,
}

/// The end of a series (RFC 5545 *UNTIL*), itself included.
#[derive(Clone, Copy)]
enum Until {
    /// A day.
    Day(NaiveDate),
    /// A time on the clocks of the task's zone.
    Local(NaiveDateTime),
    /// An instant.
    Instant(Timestamp),
}

impl Parsed {
    fn of(text: &str) -> Result<Self, Fault> {
        // The parser takes whole iCalendar lines, and slices texts between characters.
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"=;,+-".contains(&byte);
        if !text.bytes().all(is_plain) {
            return Err(malformed());
        }
        if !text.split(';').all(is_sound) {
            return Err(malformed());
        }
        let (until, others): (Vec<&str>, Vec<&str>) =
            text.split(';').partition(|part| part.starts_with("UNTIL="));
        let until = match until.as_slice() {
            [] => None,
            [part] => Some(Until::parse(&part["UNTIL=".len()..]).ok_or_else(malformed)?),
            _ => return Err(malformed()),
        };
        let rule = RRule::from_str(&others.join(";")).map_err(|_| malformed())?;
        if rule.get_interval() == 0
            || rule.get_count() == Some(0)
            || until.is_some() && rule.get_count().is_some()
        {
            return Err(malformed());
        }
        Ok(Self { rule, until })
    }
}

/// Whether the RFC has a part like this. The library also takes parts without a value, a name of its own, and zeros
/// and anything else before a weekday, all of which it leaves out.
fn is_sound(part: &str) -> bool {
    match part.split_once('=') {
        Some(("BYDAY", days)) => days.split(',').all(|day| {
            let number = &day[..day.len().saturating_sub(2)];
            number.is_empty() || number.parse::<i16>().is_ok_and(|number| number != 0)
        }),
        Some(("BYMONTHDAY", days)) => days
            .split(',')
            .all(|day| day.parse::<i8>().is_ok_and(|day| day != 0)),
        Some(("BYWEEKDAY", _)) | None => false,
        Some((_, value)) => !value.is_empty(),
    }
}

/// Whether it is one Monday, say, of a month or year, not each.
fn is_numbered(day: &NWeekday) -> bool {
    matches!(day, NWeekday::Nth(..))
}

fn malformed() -> Fault {
    let detail = "must be an RFC 5545 recurrence rule such as FREQ=WEEKLY;BYDAY=MO,FR";
    Fault::new(FaultCode::InvalidFormat, detail)
}

impl Until {
    fn parse(text: &str) -> Option<Self> {
        if text.len() == 8 {
            return NaiveDate::parse_from_str(text, "%Y%m%d").ok().map(Self::Day);
        }
        let local = |text: &str| NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%S").ok();
        match text.strip_suffix('Z') {
            Some(utc) => local(utc).map(|at| Self::Instant(Timestamp::from(at.and_utc()))),
            None => local(text).map(Self::Local),
        }
    }

    /// The last day that lies before the end for something at that time of day.
    fn last_day(self, clock: Clock) -> NaiveDate {
        let end = match self {
            Self::Day(day) => return day,
            Self::Local(end) => end,
            Self::Instant(end) => clock.zone.local(end),
        };
        match clock.time {
            Some(time) if time.as_naive() > end.time() => end.date() - TimeDelta::days(1),
            _ => end.date(),
        }
    }
}

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
        let passed = self
            .days(clock)?
            .take_while(|day| *day < current.as_naive())
            .count();
        let series = Self {
            rule: self.rule.clone(),
            start,
            used: self
                .used
                .saturating_add(u32::try_from(passed).unwrap_or(u32::MAX)),
        };
        series.check_start()?;
        Ok(series)
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
        let first = midnight(start + shift);
        let rules: Result<Vec<_>, _> = clamped(by_weekdays(rule, start), start)
            .into_iter()
            .map(|rule| rule.validate(first))
            .collect();
        let rules = rules.map_err(|_| {
            let detail = "has parts that exclude each other or lie outside their range";
            Fault::new(FaultCode::InvalidValue, detail)
        })?;
        let set = RRuleSet::new(first).limit().set_rrules(rules);
        let last = until.map(|until| until.last_day(clock));
        let days = set.into_iter().map(move |at| at.naive_utc().date() - shift);
        Ok(days.take_while(move |day| day.year() <= LATEST && last.is_none_or(|last| *day <= last)))
    }
}

fn midnight(day: NaiveDate) -> DateTime<Tz> {
    DateTime::<Utc>::from_naive_utc_and_offset(day.and_time(NaiveTime::MIN), Utc).with_timezone(&Tz::UTC)
}

/// The rule with its weekdays as the library must have them to mean what the RFC does.
fn by_weekdays(rule: RRule<Unvalidated>, start: NaiveDate) -> RRule<Unvalidated> {
    let days = rule.get_by_weekday();
    // A week alone says no day; the start does.
    if !rule.get_by_week_no().is_empty()
        && days.is_empty()
        && rule.get_by_month_day().is_empty()
        && rule.get_by_year_day().is_empty()
    {
        return rule.by_weekday(vec![NWeekday::Every(start.weekday())]);
    }
    // Numbered weekdays and others would exclude each other.
    if !days.iter().any(is_numbered) {
        return rule;
    }
    let is_of_year = rule.get_freq() == Frequency::Yearly && rule.get_by_month().is_empty();
    let most = if is_of_year { 53 } else { 5 };
    let numbered = days.iter().flat_map(|day| match *day {
        NWeekday::Every(day) => (1..=most).map(|number| NWeekday::Nth(number, day)).collect(),
        numbered => vec![numbered],
    });
    let numbered = numbered.collect();
    rule.by_weekday(numbered)
}

/// Where the rule takes the day of the month from the start, months that are shorter have the series on their
/// last day. The RFC would leave them out, which is not what somebody means who pays rent on the 31st. Each month
/// of a year needs a last day, and so a rule, of its own.
fn clamped(rule: RRule<Unvalidated>, start: NaiveDate) -> Vec<RRule<Unvalidated>> {
    let names_days = !rule.get_by_weekday().is_empty()
        || !rule.get_by_month_day().is_empty()
        || !rule.get_by_year_day().is_empty()
        || !rule.get_by_week_no().is_empty();
    let day = i8::try_from(start.day()).unwrap_or(i8::MAX);
    if day <= 28 || names_days || !rule.get_by_set_pos().is_empty() {
        return vec![rule];
    }
    let last_of = |rule: RRule<Unvalidated>| rule.by_month_day((28..=day).collect()).by_set_pos(vec![-1]);
    match rule.get_freq() {
        Frequency::Monthly => vec![last_of(rule)],
        Frequency::Yearly => {
            let of_start = u8::try_from(start.month()).ok();
            let months: Vec<u8> = match rule.get_by_month() {
                [] => of_start.into_iter().collect(),
                named => named.to_vec(),
            };
            let months = months
                .into_iter()
                .filter_map(|month| chrono::Month::try_from(month).ok());
            months
                .map(|month| last_of(rule.clone().by_month(&[month])))
                .collect()
        }
        _ => vec![rule],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UTC: Clock = Clock {
        time: None,
        zone: TimeZone::UTC,
    };

    fn date(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    fn series(rule: &str, start: &str, clock: Clock) -> Series {
        Series::new(Recurrence::parse(rule).unwrap(), date(start), clock).unwrap()
    }

    /// The first days from the start on.
    fn days(rule: &str, start: &str, clock: Clock, count: usize) -> Vec<String> {
        let series = series(rule, start, clock);
        let days = series.days(clock).unwrap();
        days.take(count).map(|day| Date::from(day).to_string()).collect()
    }

    fn refused(rule: &str, start: &str) -> FaultCode {
        let rule = match Recurrence::parse(rule) {
            Err(fault) => return fault.code,
            Ok(rule) => rule,
        };
        Series::new(rule, date(start), UTC).unwrap_err().code
    }

    #[test]
    fn the_day_of_the_start_is_clamped_to_short_months() {
        let monthly = days("FREQ=MONTHLY", "2026-01-31", UTC, 4);
        assert_eq!(monthly, ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]);
        let yearly = days("FREQ=YEARLY", "2024-02-29", UTC, 5);
        assert_eq!(
            yearly,
            [
                "2024-02-29",
                "2025-02-28",
                "2026-02-28",
                "2027-02-28",
                "2028-02-29"
            ]
        );
        let of_months = days("FREQ=YEARLY;BYMONTH=2,4,5", "2026-01-31", UTC, 4);
        assert_eq!(
            of_months,
            ["2026-01-31", "2026-02-28", "2026-04-30", "2026-05-31"]
        );
        let every_other = days("FREQ=MONTHLY;INTERVAL=13;COUNT=2", "2026-01-30", UTC, 9);
        assert_eq!(every_other, ["2026-01-30", "2027-02-28"]);
    }

    #[test]
    fn a_day_that_the_rule_names_is_left_out_of_months_without_it() {
        let days = days("FREQ=MONTHLY;BYMONTHDAY=31", "2026-01-31", UTC, 3);
        assert_eq!(days, ["2026-01-31", "2026-03-31", "2026-05-31"]);
    }

    #[test]
    fn the_end_is_an_instant_and_counts_on_the_clocks_of_the_zone() {
        // RFC 5545, section 3.8.5.3: 9 o'clock in New York until 24 December, midnight in UTC.
        let morning = Clock {
            time: Some(TimeOfDay::parse("09:00").unwrap()),
            zone: TimeZone::parse("America/New_York").unwrap(),
        };
        let until = "FREQ=DAILY;UNTIL=19971224T000000Z";
        assert_eq!(
            days(until, "1997-09-02", morning, 999).last().unwrap(),
            "1997-12-23"
        );
        let evening = Clock {
            time: Some(TimeOfDay::parse("19:00").unwrap()),
            ..morning
        };
        assert_eq!(
            days(until, "1997-09-02", evening, 999).last().unwrap(),
            "1997-12-23"
        );
        let later = Clock {
            time: Some(TimeOfDay::parse("19:01").unwrap()),
            ..morning
        };
        assert_eq!(
            days(until, "1997-09-02", later, 999).last().unwrap(),
            "1997-12-22"
        );
        let day = days("FREQ=DAILY;UNTIL=19970904", "1997-09-02", morning, 999);
        assert_eq!(day.last().unwrap(), "1997-09-04");
    }

    #[test]
    fn a_series_that_is_moved_goes_on_counting() {
        let thrice = series("FREQ=DAILY;COUNT=3", "2026-01-01", UTC);
        let second = thrice.next(date("2026-01-01"), date("2026-01-01"), UTC).unwrap();
        let moved = thrice.moved(second, date("2026-02-01"), UTC).unwrap();
        assert_eq!(
            moved.next(date("2026-02-01"), date("2026-02-01"), UTC),
            Some(date("2026-02-02"))
        );
        assert_eq!(moved.next(date("2026-02-02"), date("2026-02-02"), UTC), None);
    }

    #[test]
    fn the_next_day_is_not_before_the_one_that_is_asked_for() {
        let weekly = series("freq=weekly", "2026-01-01", UTC);
        let next = |not_before: &str| weekly.next(date("2026-01-01"), date(not_before), UTC);
        assert_eq!(next("2026-01-01"), Some(date("2026-01-08")));
        assert_eq!(next("2026-01-08"), Some(date("2026-01-08")));
        assert_eq!(next("2026-01-09"), Some(date("2026-01-15")));
    }

    #[test]
    fn what_is_no_rule_is_refused() {
        for rule in [
            "",
            "x",
            "DAILY",
            "RRULE:FREQ=DAILY",
            "FREQ=DAILY\nDTSTART:20260101",
            "FREQ=",
            "FREQ=DAILY;COUNT=0",
            "FREQ=DAILY;INTERVAL=0",
            "FREQ=DAILY;COUNT=1;UNTIL=20270101",
            "FREQ=DAILY;UNTIL=2027",
            "FREQ=DAILY;BYDAY=é",
            "FREQ=DAILY;BYDAY=XX",
            "FREQ=DAILY;FREQ=DAILY",
            "FREQ=DAILY;COUNT=99999999999",
        ] {
            assert_eq!(refused(rule, "2026-01-01"), FaultCode::InvalidFormat, "{rule}");
        }
        assert_eq!(
            refused(&format!("FREQ=DAILY;X={}", "x".repeat(500)), "2026-01-01"),
            FaultCode::TooLong
        );
    }

    #[test]
    fn what_never_comes_to_pass_is_refused() {
        for rule in [
            "FREQ=HOURLY",
            "FREQ=SECONDLY",
            "FREQ=DAILY;BYHOUR=9",
            "FREQ=WEEKLY;BYMONTHDAY=1",
            "FREQ=DAILY;UNTIL=20251231",
            "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
            "FREQ=MONTHLY;BYMONTHDAY=32",
            "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31",
            "FREQ=YEARLY;BYMONTH=13",
        ] {
            let code = refused(rule, "2026-01-01");
            assert!(
                matches!(code, FaultCode::InvalidValue | FaultCode::InvalidFormat),
                "{rule}: {code}"
            );
        }
        assert_eq!(refused("FREQ=DAILY", "1899-12-31"), FaultCode::InvalidValue);
    }
}
