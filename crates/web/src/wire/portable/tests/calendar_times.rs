//! When recurring tasks are due, as another implementation reads it from the file.

use std::{
    env,
    io::Write as _,
    path::PathBuf,
    process::{Command, Stdio},
};

use taskwell_domain::{Date, Recurrence, Task, TimeOfDay, TimeZone};

use super::given::{moved_on, task, written};
use crate::wire::portable::ExportFormat;

const SCRIPT: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/src/wire/portable/tests/calendar_times.py"
);

const HELP: &str = "This test needs Python 3 with icalendar, in $TASKWELL_PYTHON, target/python/bin/python3 or python3. \
                    ./test brings it; by hand, in the root of the repository:\n  \
                    python3 -m venv target/python\n  \
                    target/python/bin/pip install -r crates/domain/tests/recurrence/requirements.txt";

fn recurring(zone: &str, date: &str, rule: &str) -> Task {
    task("x", |task| {
        let fields = &mut task.new.fields;
        fields.due_date = Some(Some(Date::parse(date).unwrap()));
        fields.due_time = Some(Some(TimeOfDay::parse("09:30").unwrap()));
        fields.time_zone = Some(Some(TimeZone::parse(zone).unwrap()));
        fields.recurrence = Some(Some(Recurrence::parse(rule).unwrap()));
    })
}

fn python() -> PathBuf {
    let installed = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/python/bin/python3");
    match env::var_os("TASKWELL_PYTHON") {
        Some(given) => given.into(),
        None if PathBuf::from(installed).exists() => installed.into(),
        None => "python3".into(),
    }
}

/// What the script says about the file, line by line.
fn read_by_icalendar(file: &str) -> Vec<String> {
    let python = python();
    let started = Command::new(&python)
        .arg(SCRIPT)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let mut python = started.unwrap_or_else(|error| panic!("{}: {error}\n{HELP}", python.display()));
    // It reads all before it writes.
    let mut input = python.stdin.take().unwrap();
    input.write_all(file.as_bytes()).unwrap();
    drop(input);
    let output = python.wait_with_output().unwrap();
    assert!(output.status.success(), "{SCRIPT} failed, see above.\n{HELP}");
    let told = String::from_utf8(output.stdout).unwrap();
    told.lines().map(str::to_owned).collect()
}

#[test]
fn icalendar_finds_the_same_times_by_the_clocks_of_the_file_alone() {
    let tasks = [
        recurring("Europe/Berlin", "2026-01-05", "FREQ=WEEKLY;INTERVAL=3"),
        recurring("Europe/Dublin", "2026-01-05", "FREQ=WEEKLY;BYDAY=MO,SU"),
        recurring("America/New_York", "1966-03-01", "FREQ=MONTHLY"),
        recurring("Australia/Lord_Howe", "2026-01-05", "FREQ=DAILY;INTERVAL=9"),
        recurring("Africa/Casablanca", "2026-01-05", "FREQ=DAILY;INTERVAL=9"),
        recurring("Asia/Kolkata", "1940-06-01", "FREQ=MONTHLY"),
        recurring("Africa/Monrovia", "1970-01-01", "FREQ=MONTHLY"),
        recurring("Pacific/Apia", "2010-01-04", "FREQ=MONTHLY;BYDAY=1MO"),
        recurring("Europe/Berlin", "2050-01-05", "FREQ=MONTHLY;UNTIL=20520101"),
        // Not begun anew: of a count there is less left, and the 31st is not lost in February.
        moved_on(recurring("Europe/Berlin", "2026-01-05", "FREQ=DAILY;COUNT=3"), 2),
        moved_on(
            recurring(
                "Europe/Berlin",
                "2026-01-06",
                "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,FR;COUNT=9",
            ),
            3,
        ),
        recurring("Europe/Berlin", "2026-01-31", "FREQ=MONTHLY"),
        moved_on(
            recurring("Europe/Berlin", "2026-01-31", "FREQ=MONTHLY;COUNT=20"),
            1,
        ),
        moved_on(
            recurring("Europe/Berlin", "2026-01-30", "FREQ=MONTHLY;INTERVAL=13"),
            1,
        ),
        moved_on(recurring("Europe/Berlin", "2024-02-29", "FREQ=YEARLY"), 1),
        moved_on(
            recurring("Europe/Berlin", "2026-01-31", "FREQ=YEARLY;BYMONTH=12,4,2,1"),
            1,
        ),
        moved_on(
            recurring(
                "Europe/Berlin",
                "2026-01-31",
                "FREQ=YEARLY;INTERVAL=2;BYMONTH=2,4,5",
            ),
            1,
        ),
        moved_on(
            recurring("Europe/Berlin", "2026-01-31", "FREQ=MONTHLY;BYMONTHDAY=31"),
            1,
        ),
        moved_on(
            recurring("Europe/Berlin", "2026-01-31", "FREQ=MONTHLY;UNTIL=20270101"),
            1,
        ),
    ];
    let file = written(ExportFormat::Calendar, &tasks);
    let theirs = read_by_icalendar(&file);
    assert_eq!(theirs.len(), tasks.len());
    for (task, theirs) in tasks.iter().zip(theirs) {
        let ours = task.occurrences().take(50).map(|time| time.at.to_string());
        assert_eq!(theirs, ours.collect::<Vec<_>>().join(" "), "{task:?}");
    }
}
