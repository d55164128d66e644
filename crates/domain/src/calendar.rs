//! Days, times of day and time zones, as people mean them.

use chrono::{
    DateTime, Datelike, Days, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone as _,
    Timelike, Utc,
};
use chrono_tz::Tz;

use crate::{Fault, FaultCode, Timestamp, text::text_form};

/// A calendar day, from 0001-01-01 to 9999-12-31.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(NaiveDate);

text_form!(Date, made);

impl Date {
    /// Reads `YYYY-MM-DD` (RFC 3339 *full-date*).
    ///
    /// # Errors
    /// [`FaultCode::InvalidFormat`] for any other text, and for a day that no calendar has.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let fault = || Fault::new(FaultCode::InvalidFormat, "must be a day such as 2026-11-21");
        let is_padded = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
        date.filter(|date| is_padded && date.year() >= 1)
            .map(Self)
            .ok_or_else(fault)
    }

    /// The day as `chrono` has it.
    #[must_use]
    pub fn as_naive(self) -> NaiveDate {
        self.0
    }

    /// How many days later than `other` it is.
    pub(crate) fn days_after(self, other: Self) -> i64 {
        self.0.signed_duration_since(other.0).num_days()
    }
}

impl From<NaiveDate> for Date {
    fn from(date: NaiveDate) -> Self {
        Self(date)
    }
}

impl std::fmt::Display for Date {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{:04}-{:02}-{:02}",
            self.0.year(),
            self.0.month(),
            self.0.day()
        )
    }
}

/// A time of day, to the minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeOfDay(NaiveTime);

text_form!(TimeOfDay, made);

impl TimeOfDay {
    /// Reads `HH:MM`, from `00:00` to `23:59`.
    ///
    /// # Errors
    /// [`FaultCode::InvalidFormat`] for any other text.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let is_padded = text.len() == 5 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b':');
        let time = NaiveTime::parse_from_str(text, "%H:%M").ok();
        time.filter(|_| is_padded)
            .map(Self)
            .ok_or_else(|| Fault::new(FaultCode::InvalidFormat, "must be a time such as 09:30"))
    }

    pub(crate) fn as_naive(self) -> NaiveTime {
        self.0
    }
}

impl std::fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:02}:{:02}", self.0.hour(), self.0.minute())
    }
}

/// A time zone of the IANA time zone database, such as `Europe/Berlin`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TimeZone(Tz);

text_form!(TimeZone, made);

impl TimeZone {
    /// UTC.
    pub const UTC: Self = Self(Tz::UTC);

    /// Finds the zone of that name.
    ///
    /// # Errors
    /// [`FaultCode::InvalidValue`] for a name that the database does not have.
    pub fn parse(name: &str) -> Result<Self, Fault> {
        name.parse().map(Self).map_err(|_| {
            let detail = "must be the name of an IANA time zone such as Europe/Berlin";
            Fault::new(FaultCode::InvalidValue, detail)
        })
    }

    /// The zone as `chrono` has it.
    pub(crate) fn as_tz(self) -> Tz {
        self.0
    }

    /// What the calendar says there at that instant.
    pub(crate) fn local(self, instant: Timestamp) -> NaiveDateTime {
        instant.as_datetime().with_timezone(&self.0).naive_local()
    }

    /// The day there at that instant.
    #[must_use]
    pub fn day_of(self, instant: Timestamp) -> Date {
        Date(self.local(instant).date())
    }

    /// The instant that clocks there show so. A time that is skipped when clocks go forward moves on by as
    /// much as they do; of one that comes twice it is the first.
    pub(crate) fn instant(self, local: NaiveDateTime) -> Timestamp {
        Timestamp::from(self.utc(local))
    }

    fn utc(self, local: NaiveDateTime) -> DateTime<Utc> {
        match self.0.from_local_datetime(&local) {
            LocalResult::Single(instant) | LocalResult::Ambiguous(instant, _) => instant.with_timezone(&Utc),
            LocalResult::None => self.after_gap(local),
        }
    }

    /// Where clocks skip that time: read on a clock that was not put forward. The day before, it was not.
    fn after_gap(self, local: NaiveDateTime) -> DateTime<Utc> {
        let day_before = local.checked_sub_signed(TimeDelta::days(1)).unwrap_or(local);
        let offset = match self.0.from_local_datetime(&day_before) {
            LocalResult::Single(before) | LocalResult::Ambiguous(before, _) => {
                local.signed_duration_since(before.naive_utc()) - local.signed_duration_since(day_before)
            }
            LocalResult::None => TimeDelta::zero(),
        };
        (local - offset).and_utc()
    }

    /// The last millisecond of that day there.
    pub(crate) fn end_of(self, day: Date) -> Timestamp {
        let next = day.0 + Days::new(1);
        // Not yet a timestamp: the last day of all is followed by none.
        let midnight = self.utc(next.and_time(NaiveTime::MIN));
        Timestamp::from(midnight - TimeDelta::milliseconds(1))
    }
}

impl std::fmt::Display for TimeZone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instant(zone: &str, day: &str, time: &str) -> String {
        let zone = TimeZone::parse(zone).unwrap();
        let time = TimeOfDay::parse(time).unwrap();
        zone.instant(Date::parse(day).unwrap().0.and_time(time.0))
            .to_string()
    }

    fn end(zone: &str, day: &str) -> String {
        let zone = TimeZone::parse(zone).unwrap();
        zone.end_of(Date::parse(day).unwrap()).to_string()
    }

    #[test]
    fn a_day_has_ten_characters_and_is_in_the_calendar() {
        for text in ["0001-01-01", "2024-02-29", "9999-12-31"] {
            assert_eq!(Date::parse(text).unwrap().to_string(), text);
        }
        for text in [
            "",
            "2026-2-1",
            "2025-02-29",
            "2026-13-01",
            "0000-01-01",
            "+026-01-01",
            "20260101",
            "2026-01-01T00:00",
            " 2026-01-01",
            "٢٠٢٦-01-01",
            "10000-01-01",
        ] {
            assert_eq!(
                Date::parse(text).unwrap_err().code,
                FaultCode::InvalidFormat,
                "{text:?}"
            );
        }
    }

    #[test]
    fn a_time_of_day_has_five_characters() {
        for text in ["00:00", "09:30", "23:59"] {
            assert_eq!(TimeOfDay::parse(text).unwrap().to_string(), text);
        }
        for text in ["", "9:30", "24:00", "23:60", "09:30:00", "0930", "+9:30"] {
            assert!(TimeOfDay::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_zone_has_a_name_in_the_database() {
        for text in ["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires"] {
            assert_eq!(TimeZone::parse(text).unwrap().to_string(), text);
        }
        for text in ["", "Berlin", "europe/berlin", "+01:00", "UTC+1"] {
            assert_eq!(
                TimeZone::parse(text).unwrap_err().code,
                FaultCode::InvalidValue,
                "{text:?}"
            );
        }
    }

    #[test]
    fn a_time_that_is_skipped_moves_on_by_the_gap() {
        // At 2 o'clock clocks go to 3.
        assert_eq!(
            instant("Europe/Berlin", "2026-03-29", "01:59"),
            "2026-03-29T00:59:00.000Z"
        );
        assert_eq!(
            instant("Europe/Berlin", "2026-03-29", "02:30"),
            "2026-03-29T01:30:00.000Z"
        );
        assert_eq!(
            instant("Europe/Berlin", "2026-03-29", "03:30"),
            "2026-03-29T01:30:00.000Z"
        );
        // Half an hour only.
        assert_eq!(
            instant("Australia/Lord_Howe", "2026-10-04", "02:15"),
            "2026-10-03T15:45:00.000Z"
        );
        // A whole day: Samoa went from 29 to 31 December.
        assert_eq!(
            instant("Pacific/Apia", "2011-12-30", "12:00"),
            "2011-12-30T22:00:00.000Z"
        );
    }

    #[test]
    fn of_a_time_that_comes_twice_the_first_is_meant() {
        assert_eq!(
            instant("Europe/Berlin", "2026-10-25", "02:30"),
            "2026-10-25T00:30:00.000Z"
        );
    }

    #[test]
    fn a_day_ends_a_millisecond_before_the_next_one() {
        assert_eq!(end("UTC", "2026-11-21"), "2026-11-21T23:59:59.999Z");
        assert_eq!(end("Asia/Tokyo", "2026-11-21"), "2026-11-21T14:59:59.999Z");
        // 23 and 25 hours long.
        assert_eq!(end("Europe/Berlin", "2026-03-29"), "2026-03-29T21:59:59.999Z");
        assert_eq!(end("Europe/Berlin", "2026-10-25"), "2026-10-25T22:59:59.999Z");
        // The next day begins at 1 o'clock.
        assert_eq!(end("America/Asuncion", "2023-09-30"), "2023-10-01T03:59:59.999Z");
        assert_eq!(end("UTC", "9999-12-31"), "9999-12-31T23:59:59.999Z");
    }
}
