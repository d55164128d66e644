//! Instants.

use std::{fmt, str::FromStr, time::Duration};

use chrono::{DateTime, Datelike, SecondsFormat, SubsecRound, Utc};

/// An instant in UTC, in whole milliseconds of the years 0000 to 9999: what every storage and the wire can keep
/// exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(DateTime<Utc>);

impl Timestamp {
    /// This instant moved on by `duration`; the end of the calendar if that lies beyond it.
    #[must_use]
    pub fn after(self, duration: Duration) -> Self {
        let moved = chrono::TimeDelta::from_std(duration)
            .ok()
            .and_then(|delta| self.0.checked_add_signed(delta));
        Self::from(moved.unwrap_or(DateTime::<Utc>::MAX_UTC))
    }

    /// This instant moved back by `duration`; the beginning of the calendar if that lies before it.
    #[must_use]
    pub fn before(self, duration: Duration) -> Self {
        let moved = chrono::TimeDelta::from_std(duration)
            .ok()
            .and_then(|delta| self.0.checked_sub_signed(delta));
        Self::from(moved.unwrap_or(DateTime::<Utc>::MIN_UTC))
    }

    /// The beginning of the second that it lies in.
    #[must_use]
    pub fn whole_second(self) -> Self {
        Self(self.0.trunc_subsecs(0))
    }

    /// Seconds since 1970-01-01T00:00:00Z, rounded down (RFC 7519 *NumericDate*).
    #[must_use]
    pub fn unix_seconds(self) -> i64 {
        self.0.timestamp()
    }

    /// The instant as `chrono` has it.
    #[must_use]
    pub fn as_datetime(self) -> DateTime<Utc> {
        self.0
    }

    fn text(self) -> String {
        self.0.to_rfc3339_opts(SecondsFormat::Millis, true)
    }
}

/// What is finer than a millisecond is cut off, and what lies beyond the years brought back to their ends.
impl From<DateTime<Utc>> for Timestamp {
    fn from(instant: DateTime<Utc>) -> Self {
        // 0000-01-01T00:00:00.000Z and 9999-12-31T23:59:59.999Z.
        const FIRST: i64 = -62_167_219_200_000;
        const LAST: i64 = 253_402_300_799_999;
        let millis = instant.timestamp_millis().clamp(FIRST, LAST);
        Self(DateTime::from_timestamp_millis(millis).unwrap_or(instant))
    }
}

/// RFC 3339 in UTC, with `Z` and three digits of a second: `2026-11-21T09:30:00.000Z`.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

/// The text is not an RFC 3339 instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be an RFC 3339 instant such as 2026-11-21T09:30:00.000Z")]
pub struct InvalidTimestamp;

impl FromStr for Timestamp {
    type Err = InvalidTimestamp;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        DateTime::parse_from_rfc3339(text)
            .map(|instant| instant.with_timezone(&Utc))
            .ok()
            // In UTC it can lie in a year that RFC 3339 has no digits for.
            .filter(|instant| (0..=9999).contains(&instant.year()))
            .map(Self::from)
            .ok_or(InvalidTimestamp)
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text())
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Timestamp {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <String as serde::Deserialize>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_written_in_utc_with_three_digits() {
        let instant: Timestamp = "2026-11-21T10:30:00+01:00".parse().unwrap();
        assert_eq!(instant.to_string(), "2026-11-21T09:30:00.000Z");
    }

    #[test]
    fn what_is_finer_than_a_millisecond_is_cut_off() {
        let fine: Timestamp = "2026-11-21T09:30:00.123999Z".parse().unwrap();
        assert_eq!(fine, "2026-11-21T09:30:00.123Z".parse().unwrap());
    }

    #[test]
    fn every_instant_can_be_written_and_read_back() {
        let first: Timestamp = "0000-01-01T00:00:00Z".parse().unwrap();
        let last: Timestamp = "9999-12-31T23:59:59.999Z".parse().unwrap();
        assert_eq!(Timestamp::from(DateTime::<Utc>::MIN_UTC), first);
        assert_eq!(Timestamp::from(DateTime::<Utc>::MAX_UTC), last);
        for instant in [first, last] {
            assert_eq!(instant.to_string().parse(), Ok(instant));
        }
        // In UTC these lie in a year of five digits and in one before the first.
        for text in ["9999-12-31T23:59:59-01:00", "0000-01-01T00:00:00+01:00"] {
            assert_eq!(text.parse::<Timestamp>(), Err(InvalidTimestamp), "{text}");
        }
    }

    #[test]
    fn a_sum_beyond_the_calendar_is_its_end() {
        let now: Timestamp = "2026-11-21T09:30:00Z".parse().unwrap();
        assert_eq!(
            now.after(Duration::MAX),
            Timestamp::from(DateTime::<Utc>::MAX_UTC)
        );
    }
}
