//! Instants.

use std::{fmt, str::FromStr, time::Duration};

use chrono::{DateTime, SecondsFormat, SubsecRound, Utc};

/// An instant in UTC, in whole milliseconds: what every storage and the wire can keep exactly.
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
}

/// What is finer than a millisecond is cut off.
impl From<DateTime<Utc>> for Timestamp {
    fn from(instant: DateTime<Utc>) -> Self {
        Self(instant.trunc_subsecs(3))
    }
}

/// RFC 3339 in UTC, with `Z` and three digits of a second: `2026-11-21T09:30:00.000Z`.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_rfc3339_opts(SecondsFormat::Millis, true))
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
            .map(|instant| Self::from(instant.with_timezone(&Utc)))
            .map_err(|_| InvalidTimestamp)
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
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
    fn a_sum_beyond_the_calendar_is_its_end() {
        let now: Timestamp = "2026-11-21T09:30:00Z".parse().unwrap();
        assert_eq!(
            now.after(Duration::MAX),
            Timestamp::from(DateTime::<Utc>::MAX_UTC)
        );
    }
}
