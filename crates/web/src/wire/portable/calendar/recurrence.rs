use taskwell_domain::{Date, Due, Task, TimeOfDay, TimeZone, Timestamp};

use super::utc;

/// The rest of its rule as iCalendar has it: its end is a day where the start is one, else an instant in UTC (RFC 5545, section
/// 3.3.10).
pub(super) fn rule(task: &Task, due: &Due, rest: &str) -> String {
    let parts: Vec<String> = rest
        .split(';')
        .map(|part| match part.strip_prefix("UNTIL=") {
            Some(until) => format!("UNTIL={}", end(task, due, until).unwrap_or(until.to_owned())),
            None => part.to_owned(),
        })
        .collect();
    parts.join(";")
}

/// The end in the form of the start; `None` for one that has no form at all.
fn end(task: &Task, due: &Due, until: &str) -> Option<String> {
    let date = format!("{}-{}-{}", until.get(..4)?, until.get(4..6)?, until.get(6..8)?);
    let time = until.get(9..13).and_then(|time| time.split_at_checked(2));
    let time = time.map(|(hour, minute)| format!("{hour}:{minute}"));
    match (due.time, time) {
        (None, Some(time)) if until.ends_with('Z') => {
            let instant: Timestamp = format!("{date}T{time}:00Z").parse().ok()?;
            let day = task.time_zone.unwrap_or(TimeZone::UTC).day_of(instant);
            Some(day.as_naive().format("%Y%m%d").to_string())
        }
        (None, _) => until.get(..8).map(str::to_owned),
        (Some(_), Some(_)) if until.ends_with('Z') => Some(until.to_owned()),
        // Times of a task have no seconds: without those of the end, it excludes nothing more.
        (Some(own), time) => {
            let time = time.map_or(Some(own), |time| TimeOfDay::parse(&time).ok())?;
            let last = Task {
                due: Some(Due {
                    date: Date::parse(&date).ok()?,
                    time: Some(time),
                    series: None,
                }),
                ..task.clone()
            };
            last.due_at().map(utc)
        }
    }
}
