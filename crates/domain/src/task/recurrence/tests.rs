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
fn the_rest_of_a_rule_goes_on_like_the_rule() {
    for (rule, start) in [
        ("FREQ=DAILY;COUNT=9", "2026-01-01"),
        (
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH,SU;WKST=SU;COUNT=20",
            "2026-01-01",
        ),
        ("FREQ=MONTHLY;BYDAY=1MO,-1SU;COUNT=12", "2026-01-05"),
        ("FREQ=MONTHLY", "2026-01-31"),
        ("FREQ=MONTHLY;BYMONTH=1,2,4;COUNT=15", "2026-01-30"),
        ("FREQ=YEARLY", "2024-02-29"),
        ("FREQ=YEARLY", "2023-01-31"),
        ("FREQ=YEARLY;INTERVAL=2;BYMONTH=12,2,1,4,5", "2023-01-31"),
        ("FREQ=MONTHLY;UNTIL=20270331", "2026-01-31"),
    ] {
        let whole = series(rule, start, UTC);
        let days: Vec<NaiveDate> = whole.days(UTC).unwrap().take(20).collect();
        for (passed, day) in days.iter().enumerate() {
            let rest = whole.rest(Date::from(*day), UTC).unwrap();
            let rest = series(&rest, &Date::from(*day).to_string(), UTC);
            let goes_on: Vec<NaiveDate> = rest.days(UTC).unwrap().take(20 - passed).collect();
            assert_eq!(goes_on, days[passed..], "{rule} from {day}");
        }
    }
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
        "FREQ=MONTHLY;BYDAY=-5MO",
    ] {
        let code = refused(rule, "2026-01-01");
        assert!(
            matches!(code, FaultCode::InvalidValue | FaultCode::InvalidFormat),
            "{rule}: {code}"
        );
    }
    assert_eq!(refused("FREQ=DAILY", "1899-12-31"), FaultCode::InvalidValue);
}

#[test]
fn weeks_at_the_turn_of_a_year_have_days_of_both_years() {
    let start = NaiveDate::from_ymd_opt(1990, 1, 1).unwrap();
    for number in [1, 52, 53, -1, -52, -53] {
        let rule = format!("FREQ=YEARLY;BYWEEKNO={number};BYDAY=MO,TU,WE,TH,FR,SA,SU");
        let calendar = start.iter_days().take(40 * 366).filter(|day| {
            let last_week = NaiveDate::from_ymd_opt(day.iso_week().year(), 12, 28).unwrap();
            let (week, last) = (day.iso_week().week(), last_week.iso_week().week());
            i64::from(week) == number || i64::from(week) - i64::from(last) - 1 == number
        });
        let expected: Vec<String> = std::iter::once(start)
            .chain(calendar.skip_while(|day| *day == start))
            .map(|day| Date::from(day).to_string())
            .take(40)
            .collect();
        assert_eq!(days(&rule, "1990-01-01", UTC, 40), expected, "{rule}");
    }
}

#[test]
fn positions_are_counted_through_the_whole_first_week() {
    // A Thursday: the first of the days of its week was on Monday.
    let first = days("FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=1", "2026-01-01", UTC, 3);
    assert_eq!(first, ["2026-01-01", "2026-01-05", "2026-01-12"]);
    let every_other = days(
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR;BYSETPOS=-1;COUNT=3",
        "2026-01-01",
        UTC,
        9,
    );
    assert_eq!(every_other, ["2026-01-01", "2026-01-02", "2026-01-16"]);
}

#[test]
fn positions_among_the_days_of_a_week_of_two_years_are_refused() {
    for week in ["52", "53", "-53", "20,-52"] {
        let rule = format!("FREQ=YEARLY;BYWEEKNO={week};BYDAY=MO,FR;BYSETPOS=1");
        assert_eq!(refused(&rule, "2026-01-01"), FaultCode::InvalidValue, "{rule}");
    }
}
