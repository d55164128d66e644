//! Rules that never come to pass, or rarely: how far their days are looked for is bounded.

use taskwell_domain::{FaultCode, Recurrence};

use crate::subject::{create, days, due, rule, task};

/// Each of these is looked for in at most eight centuries.
const NEVER: &[&str] = &[
    "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=WEEKLY;BYDAY=MO;BYSETPOS=2",
    "FREQ=WEEKLY;BYMONTH=2;BYDAY=MO,TU;BYSETPOS=-3",
    "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30,31",
    "FREQ=MONTHLY;BYMONTHDAY=1;BYDAY=2MO",
    "FREQ=MONTHLY;BYMONTH=4,6,9,11;BYMONTHDAY=31",
    "FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO;BYMONTH=6",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=YEARLY;BYYEARDAY=1;BYMONTHDAY=2",
    "FREQ=YEARLY;BYDAY=MO,TU,WE;BYSETPOS=200",
];

#[test]
fn what_never_comes_to_pass_is_refused() {
    for rule in NEVER {
        let faults = Recurrence::parse(rule).map(|rule| create(due("2026-01-01", rule)));
        let faults = faults.expect(rule).expect_err(rule);
        assert_eq!(faults[0].field, "recurrence", "{rule}");
        assert_eq!(faults[0].fault.code, FaultCode::InvalidValue, "{rule}");
        assert!(faults[0].fault.detail.contains("come to pass"), "{rule}");
    }
}

#[test]
fn what_is_over_before_it_begins_is_refused() {
    for text in ["FREQ=DAILY;UNTIL=20251231", "FREQ=WEEKLY;BYDAY=MO;UNTIL=20260103"] {
        let faults = create(due("2026-01-01", rule(text))).expect_err(text);
        assert_eq!(faults[0].fault.code, FaultCode::InvalidValue, "{text}");
    }
}

#[test]
fn what_comes_rarely_is_not_looked_for_beyond_eight_centuries() {
    for (text, first) in [
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO", "2044-02-29"),
        ("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO", "2044-02-29"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO", "2044-02-29"),
        ("FREQ=YEARLY;BYYEARDAY=366;BYDAY=MO", "2040-12-31"),
    ] {
        for start in ["1900-01-01", "2000-01-01", "2026-01-01", "2399-12-31"] {
            let found = days(&task(due(start, rule(text))), 1_000);
            // 97 leap years in 400, one in seven of which has it on a Monday, or nearly so.
            assert!(
                (14..32).contains(&found.len()),
                "{text} from {start}: {}",
                found.len()
            );
            if start == "2026-01-01" {
                assert_eq!(found[1], first, "{text}");
            }
        }
    }
}
