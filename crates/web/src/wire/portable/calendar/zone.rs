//! Time zones in the file, as the database of `chrono-tz` has them. The crate `icalendar` makes none (0.17.17), and
//! `vtimezones-rs` has a licence that is not for us (GPL-3.0).

use std::collections::BTreeMap;

use taskwell_domain::{ClockChange, TimeZone};

use super::content_line::push_line;

/// Appends how the clocks of the zone go (RFC 5545, section 3.6.5).
pub(super) fn push_zone(file: &mut String, zone: TimeZone) {
    // Changes that are alike are one observance, whose times stand in a list.
    let mut observances: BTreeMap<(i32, i32, bool), Vec<String>> = BTreeMap::new();
    for change in zone.clock_changes() {
        let alike = observances.entry(kind(&change)).or_default();
        alike.push(change.at.format("%Y%m%dT%H%M%S").to_string());
    }
    push_line(file, "BEGIN", "VTIMEZONE");
    push_line(file, "TZID", &zone.to_string());
    for ((before, after, is_daylight_saving), times) in &observances {
        let name = if *is_daylight_saving {
            "DAYLIGHT"
        } else {
            "STANDARD"
        };
        push_line(file, "BEGIN", name);
        if let Some((first, others)) = times.split_first() {
            push_line(file, "DTSTART", first);
            if !others.is_empty() {
                push_line(file, "RDATE", &others.join(","));
            }
        }
        push_line(file, "TZOFFSETFROM", &offset(*before));
        push_line(file, "TZOFFSETTO", &offset(*after));
        push_line(file, "END", name);
    }
    push_line(file, "END", "VTIMEZONE");
}

fn kind(change: &ClockChange) -> (i32, i32, bool) {
    (change.before, change.after, change.is_daylight_saving)
}

/// So many seconds ahead of UTC, as hours and minutes, and seconds where there are any (section 3.3.14).
fn offset(seconds: i32) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let ahead = seconds.abs();
    let (hours, minutes, seconds) = (ahead / 3_600, ahead / 60 % 60, ahead % 60);
    match seconds {
        0 => format!("{sign}{hours:02}{minutes:02}"),
        _ => format!("{sign}{hours:02}{minutes:02}{seconds:02}"),
    }
}
