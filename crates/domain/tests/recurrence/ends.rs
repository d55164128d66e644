//! The ends of months, and of series.

use taskwell_domain::{Completion, TaskEdit};

use crate::subject::{completed, date, day, days, due, edited, instant, put_off, rule, task};

#[test]
fn a_month_that_is_too_short_has_its_last_day() {
    for (text, start, expected) in [
        (
            "FREQ=MONTHLY",
            "2026-01-31",
            "2026-01-31 2026-02-28 2026-03-31 2026-04-30 2026-05-31",
        ),
        (
            "FREQ=MONTHLY",
            "2024-01-30",
            "2024-01-30 2024-02-29 2024-03-30 2024-04-30 2024-05-30",
        ),
        ("FREQ=MONTHLY", "2026-01-29", "2026-01-29 2026-02-28 2026-03-29"),
        ("FREQ=MONTHLY", "2026-02-28", "2026-02-28 2026-03-28 2026-04-28"),
        (
            "FREQ=MONTHLY;INTERVAL=3",
            "2026-08-31",
            "2026-08-31 2026-11-30 2027-02-28 2027-05-31",
        ),
        (
            "FREQ=MONTHLY;INTERVAL=12",
            "2024-02-29",
            "2024-02-29 2025-02-28 2026-02-28",
        ),
        (
            "FREQ=MONTHLY;BYMONTH=2,3",
            "2026-01-31",
            "2026-01-31 2026-02-28 2026-03-31 2027-02-28",
        ),
        (
            "FREQ=YEARLY",
            "2024-02-29",
            "2024-02-29 2025-02-28 2026-02-28 2027-02-28 2028-02-29",
        ),
        (
            "FREQ=YEARLY;INTERVAL=4",
            "2096-02-29",
            "2096-02-29 2100-02-28 2104-02-29",
        ),
        (
            "FREQ=YEARLY;BYMONTH=2",
            "2026-01-31",
            "2026-01-31 2026-02-28 2027-02-28 2028-02-29",
        ),
        (
            "FREQ=YEARLY;BYMONTH=4,2",
            "2026-01-31",
            "2026-01-31 2026-02-28 2026-04-30 2027-02-28",
        ),
        (
            "FREQ=YEARLY;INTERVAL=2;BYMONTH=2,4,5",
            "2026-05-31",
            "2026-05-31 2028-02-29 2028-04-30 2028-05-31 2030-02-28",
        ),
    ] {
        let expected: Vec<&str> = expected.split(' ').collect();
        let found = days(&task(due(start, rule(text))), expected.len());
        assert_eq!(found, expected, "{text} from {start}");
    }
}

#[test]
fn a_day_that_the_rule_names_is_left_out_of_months_without_it() {
    let named = task(due("2026-01-31", rule("FREQ=MONTHLY;BYMONTHDAY=31")));
    assert_eq!(days(&named, 3), ["2026-01-31", "2026-03-31", "2026-05-31"]);
}

#[test]
fn completing_month_by_month_comes_back_to_the_original_day() {
    let mut rent = task(due("2026-01-31", rule("FREQ=MONTHLY")));
    for next in ["2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"] {
        rent = completed(&rent, "2026-01-01T00:00:00Z");
        assert_eq!(day(&rent), next);
    }
}

#[test]
fn completing_the_last_one_completes_for_good() {
    for text in [
        "FREQ=DAILY;COUNT=3",
        "FREQ=DAILY;UNTIL=20260103",
        "FREQ=DAILY;UNTIL=20260103T235959Z",
    ] {
        let mut thrice = task(due("2026-01-01", rule(text)));
        for next in ["2026-01-02", "2026-01-03"] {
            thrice = completed(&thrice, "2026-01-01T00:00:00Z");
            assert!(!thrice.is_completed(), "{text}");
            assert_eq!(day(&thrice), next, "{text}");
        }
        let done = completed(&thrice, "2026-01-03T08:00:00Z");
        assert_eq!(done.completed_at, Some(instant("2026-01-03T08:00:00Z")), "{text}");
        assert_eq!(day(&done), "2026-01-03", "{text}");
        assert_eq!(
            done.complete(Completion::Set(true), instant("2026-01-04T00:00:00Z")),
            None,
            "{text}"
        );
    }
}

#[test]
fn completing_when_the_series_is_over_completes_for_good() {
    let thrice = task(due("2026-01-01", rule("FREQ=DAILY;COUNT=3")));
    assert!(!completed(&thrice, "2026-01-03T12:00:00Z").is_completed());
    assert!(completed(&thrice, "2026-01-04T12:00:00Z").is_completed());
}

#[test]
fn the_same_occurrence_is_completed_once() {
    let daily = task(due("2026-01-01", rule("FREQ=DAILY")));
    let first = Completion::Done(date("2026-01-01"));
    let now = instant("2026-01-01T12:00:00Z");
    let next = daily.complete(first, now).expect("it is that one").task().clone();
    assert_eq!(day(&next), "2026-01-02");
    assert_eq!(next.complete(first, now), None);
}

#[test]
fn a_series_that_is_put_off_goes_on_counting() {
    let weekly = task(due("2026-01-05", rule("FREQ=WEEKLY;COUNT=3")));
    let second = completed(&weekly, "2026-01-05T12:00:00Z");
    let later = put_off(&second, "2026-01-14");
    assert_eq!(days(&later, 9), ["2026-01-14", "2026-01-21"]);
    let twice = put_off(&later, "2026-01-15");
    assert_eq!(days(&twice, 9), ["2026-01-15", "2026-01-22"]);
}

#[test]
fn a_series_that_is_put_off_to_a_day_that_the_rule_does_not_name_goes_on_counting() {
    let mondays = task(due("2026-01-05", rule("FREQ=WEEKLY;BYDAY=MO;COUNT=3")));
    let tuesday = put_off(&mondays, "2026-01-06");
    assert_eq!(days(&tuesday, 9), ["2026-01-06", "2026-01-12", "2026-01-19"]);
    let second = completed(&tuesday, "2026-01-06T12:00:00Z");
    let later = put_off(&second, "2026-01-14");
    assert_eq!(days(&later, 9), ["2026-01-14", "2026-01-19"]);
    let last = completed(&later, "2026-01-14T12:00:00Z");
    let later = put_off(&last, "2026-01-20");
    assert_eq!(days(&later, 9), ["2026-01-20"]);
    assert!(completed(&later, "2026-01-20T12:00:00Z").is_completed());
}

#[test]
fn the_last_one_can_be_put_off_beyond_the_end() {
    let weekly = task(due("2026-01-05", rule("FREQ=WEEKLY;UNTIL=20260112")));
    let last = completed(&weekly, "2026-01-05T12:00:00Z");
    let later = put_off(&last, "2026-01-13");
    assert_eq!(days(&later, 9), ["2026-01-13"]);
    assert!(completed(&later, "2026-01-13T12:00:00Z").is_completed());
}

#[test]
fn another_rule_counts_from_the_present_day() {
    let thrice = task(due("2026-01-05", rule("FREQ=WEEKLY;COUNT=3")));
    let second = completed(&thrice, "2026-01-05T12:00:00Z");
    let edit = TaskEdit {
        recurrence: Some(Some(rule("FREQ=DAILY;COUNT=3"))),
        ..TaskEdit::default()
    };
    assert_eq!(
        days(&edited(&second, &edit), 9),
        ["2026-01-12", "2026-01-13", "2026-01-14"]
    );
}

#[test]
fn no_day_lies_beyond_the_last_one_of_the_calendar() {
    for text in ["FREQ=DAILY", "FREQ=WEEKLY", "FREQ=MONTHLY", "FREQ=YEARLY"] {
        let late = task(due("9999-12-01", rule(text)));
        assert!(days(&late, 99).iter().all(|day| day.len() == 10), "{text}");
    }
    let far = task(due("2026-01-01", rule("FREQ=YEARLY;INTERVAL=7974")));
    assert_eq!(days(&far, 9), ["2026-01-01"]);
}
