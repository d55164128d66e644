//! The examples of RFC 5545, section 3.8.5.3: rule, start and the days that the RFC lists. All of them are at nine
//! o'clock in New York.

use taskwell_domain::{FaultCode, Recurrence};

use crate::subject::{create, days, due_at, instants, rule, task};

/// How the list of the RFC goes on.
#[derive(Clone, Copy, PartialEq)]
enum Then {
    /// "...": without end.
    GoesOn,
    /// It does not.
    Ends,
}
use Then::{Ends, GoesOn};

/// A rule, its start, the days in short form (`199709:02,03 199710:01` for two days and one) and what comes then.
type Example = (&'static str, &'static str, &'static str, Then);

const EXAMPLES: &[Example] = &[
    // Daily for 10 occurrences.
    (
        "FREQ=DAILY;COUNT=10",
        "1997-09-02",
        "199709:02,03,04,05,06,07,08,09,10,11",
        Ends,
    ),
    // Every other day - forever.
    (
        "FREQ=DAILY;INTERVAL=2",
        "1997-09-02",
        "199709:02,04,06,08,10,12,14,16,18,20,22,24,26,28,30 199710:02,04,06,08,10,12,14,16,18,20,22,24,26,28,30 \
         199711:01,03,05,07,09,11,13,15,17,19,21,23,25,27,29 199712:01,03",
        GoesOn,
    ),
    // Every 10 days, 5 occurrences.
    (
        "FREQ=DAILY;INTERVAL=10;COUNT=5",
        "1997-09-02",
        "199709:02,12,22 199710:02,12",
        Ends,
    ),
    // Weekly for 10 occurrences.
    (
        "FREQ=WEEKLY;COUNT=10",
        "1997-09-02",
        "199709:02,09,16,23,30 199710:07,14,21,28 199711:04",
        Ends,
    ),
    // Weekly until December 24, 1997.
    (
        "FREQ=WEEKLY;UNTIL=19971224T000000Z",
        "1997-09-02",
        "199709:02,09,16,23,30 199710:07,14,21,28 199711:04,11,18,25 199712:02,09,16,23",
        Ends,
    ),
    // Every other week - forever.
    (
        "FREQ=WEEKLY;INTERVAL=2;WKST=SU",
        "1997-09-02",
        "199709:02,16,30 199710:14,28 199711:11,25 199712:09,23 199801:06,20 199802:03,17",
        GoesOn,
    ),
    // Weekly on Tuesday and Thursday for five weeks.
    (
        "FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH",
        "1997-09-02",
        "199709:02,04,09,11,16,18,23,25,30 199710:02",
        Ends,
    ),
    (
        "FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH",
        "1997-09-02",
        "199709:02,04,09,11,16,18,23,25,30 199710:02",
        Ends,
    ),
    // Every other week on Monday, Wednesday, and Friday until December 24, 1997, starting on Monday, September 1.
    (
        "FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR",
        "1997-09-01",
        "199709:01,03,05,15,17,19,29 199710:01,03,13,15,17,27,29,31 199711:10,12,14,24,26,28 199712:08,10,12,22",
        Ends,
    ),
    // Every other week on Tuesday and Thursday, for 8 occurrences.
    (
        "FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH",
        "1997-09-02",
        "199709:02,04,16,18,30 199710:02,14,16",
        Ends,
    ),
    // Monthly on the first Friday for 10 occurrences.
    (
        "FREQ=MONTHLY;COUNT=10;BYDAY=1FR",
        "1997-09-05",
        "199709:05 199710:03 199711:07 199712:05 199801:02 199802:06 199803:06 199804:03 199805:01 199806:05",
        Ends,
    ),
    // Monthly on the first Friday until December 24, 1997.
    (
        "FREQ=MONTHLY;UNTIL=19971224T000000Z;BYDAY=1FR",
        "1997-09-05",
        "199709:05 199710:03 199711:07 199712:05",
        Ends,
    ),
    // Every other month on the first and last Sunday of the month for 10 occurrences.
    (
        "FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU",
        "1997-09-07",
        "199709:07,28 199711:02,30 199801:04,25 199803:01,29 199805:03,31",
        Ends,
    ),
    // Monthly on the second-to-last Monday of the month for 6 months.
    (
        "FREQ=MONTHLY;COUNT=6;BYDAY=-2MO",
        "1997-09-22",
        "199709:22 199710:20 199711:17 199712:22 199801:19 199802:16",
        Ends,
    ),
    // Monthly on the third-to-the-last day of the month, forever.
    (
        "FREQ=MONTHLY;BYMONTHDAY=-3",
        "1997-09-28",
        "199709:28 199710:29 199711:28 199712:29 199801:29 199802:26",
        GoesOn,
    ),
    // Monthly on the 2nd and 15th of the month for 10 occurrences.
    (
        "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15",
        "1997-09-02",
        "199709:02,15 199710:02,15 199711:02,15 199712:02,15 199801:02,15",
        Ends,
    ),
    // Monthly on the first and last day of the month for 10 occurrences.
    (
        "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1",
        "1997-09-30",
        "199709:30 199710:01,31 199711:01,30 199712:01,31 199801:01,31 199802:01",
        Ends,
    ),
    // Every 18 months on the 10th thru 15th of the month for 10 occurrences.
    (
        "FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15",
        "1997-09-10",
        "199709:10,11,12,13,14,15 199903:10,11,12,13",
        Ends,
    ),
    // Every Tuesday, every other month.
    (
        "FREQ=MONTHLY;INTERVAL=2;BYDAY=TU",
        "1997-09-02",
        "199709:02,09,16,23,30 199711:04,11,18,25 199801:06,13,20,27 199803:03,10,17,24,31",
        GoesOn,
    ),
    // Yearly in June and July for 10 occurrences.
    (
        "FREQ=YEARLY;COUNT=10;BYMONTH=6,7",
        "1997-06-10",
        "199706:10 199707:10 199806:10 199807:10 199906:10 199907:10 200006:10 200007:10 200106:10 200107:10",
        Ends,
    ),
    // Every other year on January, February, and March for 10 occurrences.
    (
        "FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3",
        "1997-03-10",
        "199703:10 199901:10 199902:10 199903:10 200101:10 200102:10 200103:10 200301:10 200302:10 200303:10",
        Ends,
    ),
    // Every third year on the 1st, 100th, and 200th day for 10 occurrences.
    (
        "FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200",
        "1997-01-01",
        "199701:01 199704:10 199707:19 200001:01 200004:09 200007:18 200301:01 200304:10 200307:19 200601:01",
        Ends,
    ),
    // Every 20th Monday of the year, forever.
    (
        "FREQ=YEARLY;BYDAY=20MO",
        "1997-05-19",
        "199705:19 199805:18 199905:17",
        GoesOn,
    ),
    // Monday of week number 20 (where the default start of the week is Monday), forever.
    (
        "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO",
        "1997-05-12",
        "199705:12 199805:11 199905:17",
        GoesOn,
    ),
    // Every Thursday in March, forever.
    (
        "FREQ=YEARLY;BYMONTH=3;BYDAY=TH",
        "1997-03-13",
        "199703:13,20,27 199803:05,12,19,26 199903:04,11,18,25",
        GoesOn,
    ),
    // Every Thursday, but only during June, July, and August, forever.
    (
        "FREQ=YEARLY;BYDAY=TH;BYMONTH=6,7,8",
        "1997-06-05",
        "199706:05,12,19,26 199707:03,10,17,24,31 199708:07,14,21,28 199806:04,11,18,25 \
         199807:02,09,16,23,30 199808:06,13,20,27 199906:03,10,17,24 199907:01,08,15,22,29 199908:05,12,19,26",
        GoesOn,
    ),
    // The first Saturday that follows the first Sunday of the month, forever.
    (
        "FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13",
        "1997-09-13",
        "199709:13 199710:11 199711:08 199712:13 199801:10 199802:07 199803:07 199804:11 199805:09 199806:13",
        GoesOn,
    ),
    // U.S. Presidential Election day.
    (
        "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
        "1996-11-05",
        "199611:05 200011:07 200411:02",
        GoesOn,
    ),
    // The third instance into the month of one of Tuesday, Wednesday, or Thursday, for the next 3 months.
    (
        "FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3",
        "1997-09-04",
        "199709:04 199710:07 199711:06",
        Ends,
    ),
    // The second-to-last weekday of the month.
    (
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2",
        "1997-09-29",
        "199709:29 199710:30 199711:27 199712:30 199801:29 199802:26 199803:30",
        GoesOn,
    ),
    // Where the days generated make a difference because of a different WKST value.
    (
        "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO",
        "1997-08-05",
        "199708:05,10,19,24",
        Ends,
    ),
    (
        "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU",
        "1997-08-05",
        "199708:05,17,19,31",
        Ends,
    ),
    // Where an invalid date (i.e., February 30) is ignored.
    (
        "FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5",
        "2007-01-15",
        "200701:15,30 200702:15 200703:15,30",
        Ends,
    ),
];

/// The days of the short form.
fn written_out(short: &str) -> Vec<String> {
    let months = short
        .split_whitespace()
        .map(|month| month.split_once(':').expect("a month"));
    months
        .flat_map(|(month, days)| {
            let (year, month) = month.split_at(4);
            days.split(',').map(move |day| format!("{year}-{month}-{day}"))
        })
        .collect()
}

fn at_nine(rule_text: &str, start: &str) -> taskwell_domain::Task {
    task(due_at(start, "09:00", "America/New_York", rule(rule_text)))
}

#[test]
fn the_examples_of_the_rfc_give_the_days_that_it_lists() {
    for (rule, start, expected, then) in EXAMPLES {
        let expected = written_out(expected);
        let mut found = days(&at_nine(rule, start), expected.len() + 1);
        assert_eq!(found.len() > expected.len(), *then == GoesOn, "{rule}: {found:?}");
        found.truncate(expected.len());
        assert_eq!(found, expected, "{rule}");
    }
}

#[test]
fn a_rule_until_an_instant_ends_on_the_clocks_of_its_zone() {
    // Daily until December 24, 1997: on the 24th nine o'clock is past midnight in UTC.
    let daily = days(&at_nine("FREQ=DAILY;UNTIL=19971224T000000Z", "1997-09-02"), 999);
    // 29 days of September, 31, 30, 23.
    assert_eq!(daily.len(), 113);
    assert_eq!(daily[112], "1997-12-23");
}

#[test]
fn every_day_in_january_for_three_years_is_the_same_yearly_and_daily() {
    let mut expected = Vec::new();
    for year in [1998, 1999, 2000] {
        expected.extend((1..=31).map(|day| format!("{year}-01-{day:02}")));
    }
    for rule in [
        "FREQ=YEARLY;UNTIL=20000131T140000Z;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA",
        "FREQ=DAILY;UNTIL=20000131T140000Z;BYMONTH=1",
    ] {
        assert_eq!(days(&at_nine(rule, "1998-01-01"), 999), expected, "{rule}");
    }
}

#[test]
fn friday_the_13th_comes_after_a_start_that_is_none() {
    // The RFC takes the start out by EXDATE; a task is due on it all the same.
    let friday = at_nine("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "1997-09-02");
    let expected = [
        "1997-09-02",
        "1998-02-13",
        "1998-03-13",
        "1998-11-13",
        "1999-08-13",
        "2000-10-13",
    ];
    assert_eq!(days(&friday, 6), expected);
}

#[test]
fn nine_oclock_is_an_hour_later_in_utc_once_daylight_saving_ends() {
    let weekly = at_nine("FREQ=WEEKLY;COUNT=10", "1997-09-02");
    let found = instants(&weekly, 10);
    // "(1997 9:00 AM EDT) September 2,9,16,23,30;October 7,14,21", "(1997 9:00 AM EST) October 28;November 4".
    assert_eq!(found[7], "1997-10-21T13:00:00.000Z");
    assert_eq!(found[8], "1997-10-28T14:00:00.000Z");
}

#[test]
fn the_examples_of_hours_and_minutes_are_refused() {
    for rule in [
        "FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T170000Z",
        "FREQ=MINUTELY;INTERVAL=15;COUNT=6",
        "FREQ=MINUTELY;INTERVAL=90;COUNT=4",
        "FREQ=DAILY;BYHOUR=9,10,11,12,13,14,15,16;BYMINUTE=0,20,40",
        "FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,10,11,12,13,14,15,16",
    ] {
        let refused = Recurrence::parse(rule).expect_err("it must not pass");
        assert_eq!(refused.code, FaultCode::InvalidValue, "{rule}");
    }
}

#[test]
fn the_start_counts_even_if_the_rule_does_not_name_it() {
    // RFC 5545, section 3.3.10, COUNT: "The DTSTART property value always counts as the first occurrence."
    let wednesday = at_nine("FREQ=WEEKLY;BYDAY=MO;COUNT=3", "2026-01-07");
    assert_eq!(days(&wednesday, 9), ["2026-01-07", "2026-01-12", "2026-01-19"]);
}

#[test]
fn a_week_without_a_day_has_that_of_the_start() {
    let thursday = at_nine("FREQ=YEARLY;BYWEEKNO=20", "1997-05-15");
    assert_eq!(days(&thursday, 3), ["1997-05-15", "1998-05-14", "1999-05-20"]);
}

#[test]
fn weekdays_with_and_without_a_number_add_up() {
    let mixed = at_nine("FREQ=MONTHLY;BYDAY=MO,-1FR", "2026-01-05");
    let expected = [
        "2026-01-05",
        "2026-01-12",
        "2026-01-19",
        "2026-01-26",
        "2026-01-30",
        "2026-02-02",
    ];
    assert_eq!(days(&mixed, 6), expected);
}

#[test]
fn a_numbered_weekday_is_refused_where_there_is_nothing_to_number() {
    for rule in [
        "FREQ=DAILY;BYDAY=1MO",
        "FREQ=WEEKLY;BYDAY=TU,-1MO",
        "FREQ=YEARLY;BYWEEKNO=20;BYDAY=1MO",
    ] {
        let refused = Recurrence::parse(rule).map(|rule| create(due_at("2026-01-05", "09:00", "UTC", rule)));
        assert_eq!(
            refused.expect_err("it must not pass").code,
            FaultCode::InvalidValue,
            "{rule}"
        );
    }
}

#[test]
fn what_the_grammar_of_the_rfc_does_not_have_is_refused() {
    for rule in [
        "FREQ=MONTHLY;BYMONTHDAY=0",
        "FREQ=MONTHLY;BYMONTHDAY=0,5",
        "FREQ=MONTHLY;BYDAY=0MO,1TU",
        "FREQ=WEEKLY;BYDAY=XMO",
        "FREQ=MONTHLY;BYDAY=99999MO",
        "FREQ=MONTHLY;BYMONTHDAY=",
        "FREQ=WEEKLY;BYDAY=",
        "FREQ=WEEKLY;BYWEEKDAY=MO",
        "FREQ=YEARLY;BYEASTER=0",
        "FREQ=DAILY;",
    ] {
        let refused = Recurrence::parse(rule).expect_err(rule);
        assert_eq!(refused.code, FaultCode::InvalidFormat, "{rule}");
    }
}
