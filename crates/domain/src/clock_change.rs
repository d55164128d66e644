//! When clocks are put forward and back.

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime, Offset as _, TimeDelta, TimeZone as _};
use chrono_tz::OffsetComponents as _;

use crate::TimeZone;

/// Clocks are looked at in such steps: in no zone have they ever been changed twice within so many days.
const STEP: Days = Days::new(4);

/// A change of the clocks of a time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockChange {
    /// What they show when it comes, as they went before.
    pub at: NaiveDateTime,
    /// How many seconds ahead of UTC they were.
    pub before: i32,
    /// How many seconds ahead of UTC they are from then on.
    pub after: i32,
    /// Whether that is daylight saving.
    pub is_daylight_saving: bool,
}

impl TimeZone {
    /// How its clocks go: first how they went in 1900, as a change of nothing, and then every change since, up to the
    /// end of this century, where the rules of today end in the database.
    #[must_use]
    pub fn clock_changes(self) -> Vec<ClockChange> {
        let midnight = |year| NaiveDate::from_ymd_opt(year, 1, 1).map(|day| day.and_time(NaiveTime::MIN));
        let (Some(begin), Some(end)) = (midnight(1900), midnight(2101)) else {
            return Vec::new();
        };
        let mut changes = vec![change(begin, self.clocks(begin), self.clocks(begin))];
        let mut known = begin;
        while known < end {
            let next = known + STEP;
            let (before, after) = (self.clocks(known), self.clocks(next));
            if before != after {
                changes.push(change(self.first_without(before, known, next), before, after));
            }
            known = next;
        }
        changes
    }

    /// The first second, in UTC, at which clocks no longer go so: they do at `known`, and at `end` no longer.
    fn first_without(self, clocks: Clocks, known: NaiveDateTime, end: NaiveDateTime) -> NaiveDateTime {
        let (mut known, mut end) = (known, end);
        while end - known > TimeDelta::seconds(1) {
            let middle = known + TimeDelta::seconds((end - known).num_seconds() / 2);
            match self.clocks(middle) == clocks {
                true => known = middle,
                false => end = middle,
            }
        }
        end
    }

    /// How clocks go at that time of UTC.
    fn clocks(self, utc: NaiveDateTime) -> Clocks {
        let offset = self.as_tz().offset_from_utc_datetime(&utc);
        Clocks {
            offset: offset.fix().local_minus_utc(),
            save_daylight: !offset.dst_offset().is_zero(),
        }
    }
}

/// How clocks go.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Clocks {
    /// How many seconds ahead of UTC.
    offset: i32,
    save_daylight: bool,
}

/// The change at that time of UTC.
fn change(utc: NaiveDateTime, before: Clocks, after: Clocks) -> ClockChange {
    ClockChange {
        at: utc + TimeDelta::seconds(before.offset.into()),
        before: before.offset,
        after: after.offset,
        is_daylight_saving: after.save_daylight,
    }
}

#[cfg(test)]
mod tests {
    use proptest::{prelude::*, sample::select};

    use super::*;

    fn changes(zone: &str) -> Vec<String> {
        let changes = TimeZone::parse(zone).unwrap().clock_changes();
        let told = changes.iter().map(|change| {
            let season = if change.is_daylight_saving {
                "summer"
            } else {
                "winter"
            };
            format!("{} {} {} {season}", change.at, change.before, change.after)
        });
        told.collect()
    }

    #[test]
    fn they_are_told_to_the_second_by_the_clocks_that_are_changed() {
        let berlin = changes("Europe/Berlin");
        assert_eq!(berlin[0], "1900-01-01 01:00:00 3600 3600 winter");
        assert_eq!(berlin[1], "1916-04-30 23:00:00 3600 7200 summer");
        let of_2026 = berlin.iter().filter(|change| change.starts_with("2026"));
        assert_eq!(
            of_2026.collect::<Vec<_>>(),
            [
                "2026-03-29 02:00:00 3600 7200 summer",
                "2026-10-25 03:00:00 7200 3600 winter"
            ]
        );
        // Local mean time, and never anything else but a whole hour.
        assert_eq!(
            changes("Asia/Dubai")[1..],
            ["1920-01-01 00:00:00 13272 14400 winter"]
        );
        assert_eq!(changes("UTC"), ["1900-01-01 00:00:00 0 0 winter"]);
    }

    proptest! {
        #[test]
        fn the_last_change_says_how_clocks_go(
            zone in select(&chrono_tz::TZ_VARIANTS[..]),
            days in 0..200 * 365_u64,
            seconds in 0..24 * 60 * 60_i64,
        ) {
            let begin = NaiveDate::from_ymd_opt(1900, 1, 1).unwrap().and_time(NaiveTime::MIN);
            let utc = begin + Days::new(days) + TimeDelta::seconds(seconds);
            let changes = TimeZone::parse(zone.name()).unwrap().clock_changes();
            let last = changes.iter().rfind(|change| change.at - TimeDelta::seconds(change.before.into()) <= utc);
            let offset = zone.offset_from_utc_datetime(&utc).fix().local_minus_utc();
            prop_assert_eq!(last.unwrap().after, offset);
        }
    }
}
