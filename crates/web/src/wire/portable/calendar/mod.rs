//! Tasks as iCalendar to-dos (RFC 5545, section 3.6.2), for calendars to read; there is no way back.

mod content_line;
mod recurrence;
mod zone;

use std::collections::HashSet;

use taskwell_domain::{Due, Priority, Task, TimeZone, Timestamp};

use self::{
    content_line::{push_line, text},
    zone::push_zone,
};

pub(super) const BEGIN: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Taskwell//Taskwell//EN\r\n";
const END: &str = "END:VCALENDAR\r\n";

/// The calendar, as far as it is written.
#[derive(Default)]
pub(super) struct Calendar {
    /// The zones that it tells about already: each does so once, before the first task that names it.
    zones: HashSet<TimeZone>,
}

impl Calendar {
    pub(super) fn tasks(&mut self, tasks: &[Task]) -> String {
        let mut file = String::new();
        for task in tasks {
            if let Some(zone) = zone_of(task).filter(|zone| self.zones.insert(*zone)) {
                push_zone(&mut file, zone);
            }
            push_task(&mut file, task);
        }
        file
    }
}

/// What stands behind the last task. A calendar must hold something (section 3.6): without tasks, a zone.
pub(super) fn end(has_tasks: bool) -> String {
    let mut file = String::new();
    if !has_tasks {
        push_zone(&mut file, TimeZone::UTC);
    }
    file + END
}

fn push_task(file: &mut String, task: &Task) {
    let mut push = |name: &str, value: &str| push_line(file, name, value);
    push("BEGIN", "VTODO");
    push("UID", &task.id.to_string());
    push("DTSTAMP", &utc(task.updated_at));
    push("CREATED", &utc(task.created_at));
    push("LAST-MODIFIED", &utc(task.updated_at));
    push("SUMMARY", &text(task.title.as_str()));
    if !task.description.as_str().is_empty() {
        push("DESCRIPTION", &text(task.description.as_str()));
    }
    if let Some(due) = &task.due {
        let (kind, at) = due_property(task, due);
        match task.rest_of_recurrence() {
            None => push(&format!("DUE{kind}"), &at),
            // A rule counts from the start, and nothing may be due when it starts (section 3.8.2.3): the start alone
            // says when.
            Some(rest) => {
                push(&format!("DTSTART{kind}"), &at);
                push("RRULE", &recurrence::rule(task, due, &rest));
            }
        }
    }
    if let Some(priority) = priority(task.priority) {
        push("PRIORITY", priority);
    }
    match task.completed_at {
        None => push("STATUS", "NEEDS-ACTION"),
        Some(at) => {
            push("STATUS", "COMPLETED");
            push("COMPLETED", &utc(at));
            push("PERCENT-COMPLETE", "100");
        }
    }
    let tags: Vec<String> = task.tags.iter().map(|tag| text(tag.as_str())).collect();
    if !tags.is_empty() {
        push("CATEGORIES", &tags.join(","));
    }
    push("END", "VTODO");
}

/// When the task is due: parameters and value.
fn due_property(task: &Task, due: &Due) -> (String, String) {
    let day = due.date.as_naive().format("%Y%m%d").to_string();
    match (due.time, zone_of(task)) {
        (None, _) => (";VALUE=DATE".to_owned(), day),
        (Some(time), Some(zone)) => {
            let time = time.to_string().replace(':', "");
            (format!(";TZID={zone}"), format!("{day}T{time}00"))
        }
        (Some(_), None) => (String::new(), task.due_at().map(utc).unwrap_or_default()),
    }
}

/// The zone whose clocks say when the task is due. A time is an instant in UTC; only a rule needs the clocks of a
/// zone, since they decide when it comes again.
fn zone_of(task: &Task) -> Option<TimeZone> {
    let due = task.due.as_ref()?;
    let zone = task.time_zone.filter(|zone| *zone != TimeZone::UTC);
    zone.filter(|_| due.time.is_some() && due.series.is_some())
}

fn utc(instant: Timestamp) -> String {
    instant.as_datetime().format("%Y%m%dT%H%M%SZ").to_string()
}

/// From 1, the highest, to 9, the lowest (section 3.8.1.9).
fn priority(priority: Priority) -> Option<&'static str> {
    match priority {
        Priority::None => None,
        Priority::Low => Some("9"),
        Priority::Medium => Some("5"),
        Priority::High => Some("3"),
        Priority::Urgent => Some("1"),
    }
}
