//! Random rules, compared with what python-dateutil makes of them.

use std::{
    env,
    io::Write as _,
    path::PathBuf,
    process::{Command, Stdio},
    thread,
};

use chrono::{Datelike as _, Days, NaiveDate};
use proptest::{
    prelude::*,
    sample::{select, subsequence},
    strategy::ValueTree as _,
    test_runner::TestRunner,
};
use taskwell_domain::Recurrence;

use crate::subject::{create, due};

const RULES: usize = 3_000;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/recurrence/dateutil_days.py");

const HELP: &str = "This test needs Python 3 with python-dateutil, in $TASKWELL_PYTHON, target/python/bin/python3 or \
                    python3. ./test brings it; by hand, in the root of the repository:\n  \
                    python3 -m venv target/python\n  \
                    target/python/bin/pip install -r crates/domain/tests/recurrence/requirements.txt";

const WEEKDAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

/// A part of a rule: none, or one with values such as these.
fn part<T: std::fmt::Display + std::fmt::Debug + Clone + 'static>(
    name: &'static str,
    values: Vec<T>,
    most: usize,
) -> impl Strategy<Value = String> {
    let some = subsequence(values, 1..=most).prop_map(move |values| {
        let values: Vec<String> = values.iter().map(ToString::to_string).collect();
        format!(";{name}={}", values.join(","))
    });
    prop_oneof![3 => Just(String::new()), 1 => some]
}

fn numbers(last: i32) -> Vec<i32> {
    (-last..=last).filter(|number| *number != 0).collect()
}

/// Weekdays, numbered up to there both ways.
fn numbered(last: i32) -> Vec<String> {
    let days = numbers(last)
        .into_iter()
        .flat_map(|number| WEEKDAYS.map(|day| format!("{number}{day}")));
    days.collect()
}

fn plain() -> Vec<String> {
    WEEKDAYS.map(str::to_owned).to_vec()
}

/// The weeks that may have days of two years.
fn at_turns() -> Vec<i32> {
    vec![1, 52, 53, -1, -52, -53]
}

/// Plain ones and numbered ones together: the first do not drown among the others.
fn mixed() -> Vec<String> {
    [plain(), numbered(1)].concat()
}

/// The parts that say which days.
fn by_parts() -> impl Strategy<Value = String> {
    let month = || part("BYMONTH", (1..=12).collect(), 4);
    let month_day = || part("BYMONTHDAY", numbers(31), 6);
    let position = || part("BYSETPOS", numbers(4), 2);
    prop_oneof![
        (month(), part("BYDAY", plain(), 4), month_day()).prop_map(|(a, b, c)| format!("DAILY{a}{b}{c}")),
        (month(), part("BYDAY", plain(), 4), position()).prop_map(|(a, b, c)| format!("WEEKLY{a}{b}{c}")),
        (month(), part("BYDAY", plain(), 5), month_day(), position())
            .prop_map(|(a, b, c, d)| format!("MONTHLY{a}{b}{c}{d}")),
        (month(), part("BYDAY", numbered(4), 3), position())
            .prop_map(|(a, b, c)| format!("MONTHLY{a}{b}{c}")),
        // Without positions, which dateutil cannot count through both kinds.
        (month(), part("BYDAY", mixed(), 4)).prop_map(|(a, b)| format!("MONTHLY{a}{b}")),
        (month(), part("BYDAY", mixed(), 4)).prop_map(|(a, b)| format!("YEARLY{a}{b}")),
        (month(), part("BYDAY", plain(), 3), month_day(), position())
            .prop_map(|(a, b, c, d)| format!("YEARLY{a}{b}{c}{d}")),
        part("BYDAY", numbered(52), 3).prop_map(|a| format!("YEARLY{a}")),
        (
            part("BYYEARDAY", numbers(366), 6),
            part("BYDAY", plain(), 3),
            position()
        )
            .prop_map(|(a, b, c)| format!("YEARLY{a}{b}{c}")),
        (
            part("BYWEEKNO", numbers(51), 5),
            part("BYDAY", plain(), 3),
            month(),
            position()
        )
            .prop_map(|(a, b, c, d)| format!("YEARLY{a}{b}{c}{d}")),
        // Without positions, which are refused.
        (part("BYWEEKNO", at_turns(), 3), part("BYDAY", plain(), 3))
            .prop_map(|(a, b)| format!("YEARLY{a}{b}")),
    ]
}

/// The first day of a task, and its rule.
fn rule() -> impl Strategy<Value = (NaiveDate, String)> {
    let start = prop_oneof![
        // The days that short months do not have, as often as all others.
        (1990_i32..2040, 1_u32..=12, 28_u32..=31),
        (1990_i32..2040, 1_u32..=12, 1_u32..=31),
    ]
    .prop_filter_map("a day of the calendar", |(year, month, day)| {
        NaiveDate::from_ymd_opt(year, month, day)
    });
    let interval = prop_oneof![Just(1), 2..14];
    let end = prop_oneof![
        Just(None),
        (1_u64..15).prop_map(|count| Some((count, "COUNT"))),
        (0_u64..4_000).prop_map(|days| Some((days, "UNTIL"))),
    ];
    let week_start = prop_oneof![3 => Just(None), 1 => select(WEEKDAYS.to_vec()).prop_map(Some)];
    (start, by_parts(), interval, end, week_start).prop_map(|(start, by_parts, interval, end, week_start)| {
        let mut rule = format!("FREQ={by_parts}");
        if interval > 1 {
            rule.push_str(&format!(";INTERVAL={interval}"));
        }
        match end {
            Some((count, "COUNT")) => rule.push_str(&format!(";COUNT={count}")),
            Some((days, _)) => {
                let until = start.checked_add_days(Days::new(days)).expect("in the calendar");
                rule.push_str(&until.format(";UNTIL=%Y%m%d").to_string());
            }
            None => (),
        }
        if let Some(day) = week_start {
            rule.push_str(&format!(";WKST={day}"));
        }
        (start, rule)
    })
}

/// The first twenty days before the year 2400; none where the rule is refused because it never comes to pass.
fn ours(start: NaiveDate, text: &str) -> String {
    let rule = Recurrence::parse(text).expect(text);
    match create(due(&start.to_string(), rule)) {
        Ok(task) => {
            let days = task.occurrences().take(20).map(|occurrence| occurrence.date);
            let days = days.take_while(|day| day.as_naive().year() < 2400);
            days.map(|day| day.to_string()).collect::<Vec<_>>().join(" ")
        }
        Err(faults) => {
            let detail = &faults[0].fault.detail;
            // Positions must be of something.
            let is_lone = text.contains("BYSETPOS") && detail.contains("exclude each other");
            assert!(is_lone || detail.contains("come to pass"), "{text}: {detail}");
            String::new()
        }
    }
}

fn python() -> PathBuf {
    let installed = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/python/bin/python3");
    match env::var_os("TASKWELL_PYTHON") {
        Some(given) => given.into(),
        None if PathBuf::from(installed).exists() => installed.into(),
        None => "python3".into(),
    }
}

/// The answers to these questions, line by line.
fn dateutil(questions: String) -> Vec<String> {
    let python = python();
    let started = Command::new(&python)
        .arg(SCRIPT)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let mut python = started.unwrap_or_else(|error| panic!("{}: {error}\n{HELP}", python.display()));
    let mut input = python.stdin.take().expect("it is piped");
    // Its answers are read meanwhile: else both would wait once a pipe is full.
    let asking = thread::spawn(move || input.write_all(questions.as_bytes()));
    let output = python.wait_with_output().expect("it has been started");
    assert!(output.status.success(), "{SCRIPT} failed, see above.\n{HELP}");
    asking.join().expect("it does not panic").expect("it reads all");
    let answers = String::from_utf8(output.stdout).expect("it writes ASCII");
    answers.lines().map(str::to_owned).collect()
}

#[test]
fn thousands_of_rules_give_the_days_that_dateutil_finds() {
    let mut runner = TestRunner::deterministic();
    let rules: Vec<(NaiveDate, String)> = std::iter::repeat_with(|| {
        let made = rule().new_tree(&mut runner).expect("a rule");
        made.current()
    })
    .take(RULES)
    .collect();
    let questions = rules
        .iter()
        .map(|(start, rule)| format!("{start} {rule}\n"))
        .collect();
    let answers = dateutil(questions);
    assert_eq!(answers.len(), RULES);
    let coming_to_pass = answers.iter().filter(|days| !days.is_empty()).count();
    assert!(coming_to_pass > RULES / 2, "{coming_to_pass} only");
    let differing: Vec<String> = rules
        .iter()
        .zip(answers)
        .map(|((start, rule), theirs)| (start, rule, ours(*start, rule), theirs))
        .filter(|(.., ours, theirs)| ours != theirs)
        .map(|(start, rule, ours, theirs)| {
            format!("{rule} from {start}\n  ours:   {ours}\n  theirs: {theirs}")
        })
        .collect();
    assert!(
        differing.is_empty(),
        "{} differ:\n{}",
        differing.len(),
        differing.join("\n")
    );
}
