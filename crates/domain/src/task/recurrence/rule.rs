use std::str::FromStr;

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use rrule::{Frequency, NWeekday, RRule, Unvalidated};

use super::Clock;
use crate::{
    Fault, FaultCode, Timestamp,
    text::{check_length, text_newtype},
};

/// A recurrence rule (RFC 5545, section 3.3.10, *RRULE* without the prefix), daily to yearly, in upper case.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Recurrence(String);

text_newtype!(Recurrence);

impl Recurrence {
    /// Checks the rule as far as that can be done without knowing when it begins.
    ///
    /// # Errors
    /// [`FaultCode::TooLong`] beyond 500 characters, [`FaultCode::InvalidFormat`] for what is no rule,
    /// [`FaultCode::InvalidValue`] for one of hours, minutes or seconds, for a numbered weekday (`2MO`) where
    /// there is nothing to number, and for positions among days of the weeks at the turn of a year.
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
        let is_at_a_turn = |week: &i8| week.unsigned_abs() > 51;
        if !parsed.rule.get_by_set_pos().is_empty() && parsed.rule.get_by_week_no().iter().any(is_at_a_turn) {
            let detail = "must not have BYSETPOS together with weeks 52 and 53, of which two years have days";
            return Err(Fault::new(FaultCode::InvalidValue, detail));
        }
        Ok(rule)
    }
}

/// What a rule says, and until when it says so, which for tasks depends on their time zone.
pub(super) struct Parsed {
    pub(super) rule: RRule<Unvalidated>,
    pub(super) until: Option<Until>,
}

/// The end of a series (RFC 5545 *UNTIL*), itself included.
#[derive(Clone, Copy)]
pub(super) enum Until {
    /// A day.
    Day(NaiveDate),
    /// A time on the clocks of the task's zone.
    Local(NaiveDateTime),
    /// An instant.
    Instant(Timestamp),
}

impl Parsed {
    pub(super) fn of(text: &str) -> Result<Self, Fault> {
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
pub(super) fn is_numbered(day: &NWeekday) -> bool {
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
    pub(super) fn last_day(self, clock: Clock) -> NaiveDate {
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
