//! Clocks that are put forward and back, and completing late.

use taskwell_domain::TaskEdit;

use crate::subject::{completed, day, days, due, due_at, instant, instants, rule, task};

#[test]
fn the_time_on_the_clock_stays_and_the_instant_moves() {
    let daily = task(due_at("2026-03-28", "09:00", "Europe/Berlin", rule("FREQ=DAILY")));
    let expected = [
        "2026-03-28T08:00:00.000Z",
        "2026-03-29T07:00:00.000Z",
        "2026-03-30T07:00:00.000Z",
    ];
    assert_eq!(instants(&daily, 3), expected);
    let weekly = task(due_at(
        "2026-10-24",
        "09:00",
        "Europe/Berlin",
        rule("FREQ=WEEKLY"),
    ));
    let next = completed(&weekly, "2026-10-24T12:00:00Z");
    assert_eq!(next.due_at(), Some(instant("2026-10-31T08:00:00Z")));
    assert_eq!(
        next.due.expect("it recurs").time,
        weekly.due.expect("it recurs").time
    );
}

#[test]
fn a_time_that_is_skipped_on_one_day_is_back_on_the_next() {
    // On 29 March clocks in Berlin went from 2 to 3.
    let daily = task(due_at("2026-03-28", "02:30", "Europe/Berlin", rule("FREQ=DAILY")));
    let expected = [
        "2026-03-28T01:30:00.000Z",
        "2026-03-29T01:30:00.000Z",
        "2026-03-30T00:30:00.000Z",
    ];
    assert_eq!(instants(&daily, 3), expected);
    let after_gap = completed(&completed(&daily, "2026-03-28T12:00:00Z"), "2026-03-29T12:00:00Z");
    assert_eq!(instants(&after_gap, 1), expected[2..]);
}

#[test]
fn a_time_that_comes_twice_is_due_once_the_first_time() {
    // On 1 November clocks in New York went from 2 back to 1.
    let daily = task(due_at(
        "2026-10-31",
        "01:30",
        "America/New_York",
        rule("FREQ=DAILY"),
    ));
    let expected = [
        "2026-10-31T05:30:00.000Z",
        "2026-11-01T05:30:00.000Z",
        "2026-11-02T06:30:00.000Z",
    ];
    assert_eq!(instants(&daily, 3), expected);
}

#[test]
fn without_a_time_each_day_ends_at_its_own_midnight() {
    let fields = TaskEdit {
        due_time: None,
        ..due_at("2026-03-28", "09:00", "Europe/Berlin", rule("FREQ=DAILY"))
    };
    let expected = ["2026-03-28T22:59:59.999Z", "2026-03-29T21:59:59.999Z"];
    assert_eq!(instants(&task(fields), 2), expected);
}

#[test]
fn a_day_that_a_zone_left_out_is_due_when_it_would_have_been() {
    // Samoa had no 30 December 2011.
    let daily = task(due_at("2011-12-29", "12:00", "Pacific/Apia", rule("FREQ=DAILY")));
    let expected = [
        "2011-12-29T22:00:00.000Z",
        "2011-12-30T22:00:00.000Z",
        "2011-12-30T22:00:00.000Z",
    ];
    assert_eq!(instants(&daily, 3), expected);
}

#[test]
fn the_reminder_goes_along_by_the_clock() {
    // A quarter of an hour before, and the evening before, across the night in which clocks went forward.
    for (remind_at, moved) in [
        ("2026-03-28T07:45:00Z", "2026-03-29T06:45:00Z"),
        ("2026-03-27T19:00:00Z", "2026-03-28T19:00:00Z"),
    ] {
        let fields = TaskEdit {
            remind_at: Some(Some(instant(remind_at))),
            ..due_at("2026-03-28", "09:00", "Europe/Berlin", rule("FREQ=DAILY"))
        };
        let next = completed(&task(fields), "2026-03-28T12:00:00Z");
        assert_eq!(next.remind_at, Some(instant(moved)));
    }
}

#[test]
fn the_reminder_goes_along_by_as_many_days_as_the_task() {
    let fields = TaskEdit {
        remind_at: Some(Some(instant("2026-01-30T09:00:00Z"))),
        ..due("2026-01-31", rule("FREQ=MONTHLY"))
    };
    let february = completed(&task(fields), "2026-01-31T12:00:00Z");
    assert_eq!(february.remind_at, Some(instant("2026-02-27T09:00:00Z")));
    let may = completed(&february, "2026-05-03T12:00:00Z");
    assert_eq!(day(&may), "2026-05-31");
    assert_eq!(may.remind_at, Some(instant("2026-05-30T09:00:00Z")));
}

#[test]
fn completing_late_leads_to_the_first_day_that_is_not_before_today() {
    let daily = task(due("2026-01-01", rule("FREQ=DAILY;INTERVAL=7")));
    for (now, next) in [
        ("2025-06-01T00:00:00Z", "2026-01-08"),
        ("2026-01-08T23:59:59Z", "2026-01-08"),
        ("2026-01-09T00:00:00Z", "2026-01-15"),
        ("2031-01-01T00:00:00Z", "2031-01-02"),
    ] {
        assert_eq!(day(&completed(&daily, now)), next, "{now}");
    }
}

#[test]
fn today_is_the_day_in_the_zone_of_the_task() {
    // At that instant it is the 9th in Auckland, the 8th in UTC and New York.
    let now = "2026-01-08T12:00:00Z";
    for (zone, next) in [
        ("Pacific/Auckland", "2026-01-09"),
        ("UTC", "2026-01-08"),
        ("America/New_York", "2026-01-08"),
    ] {
        let daily = task(due_at("2026-01-01", "00:00", zone, rule("FREQ=DAILY")));
        assert_eq!(day(&completed(&daily, now)), next, "{zone}");
    }
}

#[test]
fn another_zone_leaves_the_days_as_they_are() {
    let rule = || rule("FREQ=WEEKLY;BYDAY=MO,FR;COUNT=5");
    let [west, east] = ["Pacific/Honolulu", "Pacific/Kiritimati"]
        .map(|zone| days(&task(due_at("2026-01-05", "23:30", zone, rule())), 9));
    assert_eq!(
        west,
        [
            "2026-01-05",
            "2026-01-09",
            "2026-01-12",
            "2026-01-16",
            "2026-01-19"
        ]
    );
    assert_eq!(east, west);
}
