//! Recurrence rules: the first line is the rule, the next ones the day, the time and the zone of the task.

use chrono::{Datelike, NaiveDate};
use taskwell_domain::{
    Completion, Date, NewTask, Occurrence, Recurrence, Task, TaskEdit, TaskId, TimeOfDay, TimeZone,
    Timestamp, Title, UserId,
};

/// As many occurrences as can be asked for at once.
const MOST: usize = 100;

pub(crate) fn try_out(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let mut lines = text.lines();
    let Ok(rule) = Recurrence::parse(lines.next().unwrap_or_default()) else {
        return;
    };
    assert_eq!(
        Recurrence::parse(rule.as_str()),
        Ok(rule.clone()),
        "what was read is read again"
    );
    let day = lines.next().and_then(|day| Date::parse(day).ok());
    let fields = TaskEdit {
        due_date: Some(Some(
            day.unwrap_or(Date::from(NaiveDate::MIN.with_year(2026).unwrap())),
        )),
        due_time: lines.next().map(|time| TimeOfDay::parse(time).ok()),
        time_zone: lines.next().map(|zone| TimeZone::parse(zone).ok()),
        recurrence: Some(Some(rule.clone())),
        ..TaskEdit::default()
    };
    if let Some(task) = create(fields) {
        let days = occur(&task, &rule);
        complete(&task, &days);
        count_anew(&task, &days);
    }
}

fn create(fields: TaskEdit) -> Option<Task> {
    let new = NewTask {
        id: TaskId::from(uuid::Uuid::from_u128(1)),
        title: Title::parse("Water the flowers").unwrap(),
        fields,
    };
    let owner = UserId::parse("ada").unwrap();
    let created = Task::create(&new, owner, now("1990-01-01T00:00:00Z")).ok()?;
    Some(created.task().clone())
}

fn now(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// One after the other, no more than there are. A day that a zone has left out begins and ends at once.
fn occur(task: &Task, rule: &Recurrence) -> Vec<Date> {
    let occurrences: Vec<Occurrence> = task.occurrences().take(MOST).collect();
    let due = task.due.as_ref().unwrap();
    assert_eq!(occurrences[0].date, due.date, "{rule:?}");
    assert_eq!(Some(occurrences[0].at), task.due_at(), "{rule:?}");
    for (one, next) in occurrences.iter().zip(&occurrences[1..]) {
        assert!(
            one.date < next.date && one.at <= next.at,
            "{one:?}, {next:?}: {rule:?}"
        );
    }
    let part = |name: &str| rule.as_str().split(';').find_map(|part| part.strip_prefix(name));
    if let Some(count) = part("COUNT=") {
        assert!(occurrences.len() <= count.parse::<usize>().unwrap(), "{rule:?}");
    }
    if let Some(until) = part("UNTIL=").and_then(|until| until.get(..8)?.parse::<u64>().ok()) {
        // In another zone it may be a day later.
        let last = occurrences.last().unwrap().date.as_naive().pred_opt().unwrap();
        let last = last.format("%Y%m%d").to_string();
        assert!(
            occurrences.len() == 1 || last.parse::<u64>().unwrap() <= until,
            "{rule:?}"
        );
    }
    occurrences.iter().map(|occurrence| occurrence.date).collect()
}

/// What is done goes on with the next occurrence, or is done for good.
fn complete(task: &Task, days: &[Date]) {
    let mut task = task.clone();
    for next in days.iter().skip(1).take(3) {
        let done = task.complete(Completion::Set(true), now("1890-01-01T00:00:00Z"));
        task = done.unwrap().task().clone();
        assert!(!task.is_completed());
        assert_eq!(task.due.as_ref().unwrap().date, *next, "{task:?}");
    }
    if days.len() == 1 {
        let done = task.complete(Completion::Set(true), now("1890-01-01T00:00:00Z"));
        assert!(done.unwrap().task().is_completed());
    }
}

/// Whoever takes over the rest of the rule has the same days.
fn count_anew(task: &Task, days: &[Date]) {
    let rest = task.rest_of_recurrence().unwrap();
    // What is written out is longer.
    let Ok(rest) = Recurrence::parse(&rest) else {
        assert!(rest.len() > 500, "{rest}");
        return;
    };
    let fields = TaskEdit {
        due_date: Some(Some(days[0])),
        due_time: Some(task.due.as_ref().unwrap().time),
        time_zone: Some(task.time_zone),
        recurrence: Some(Some(rest.clone())),
        ..TaskEdit::default()
    };
    let anew = create(fields).unwrap();
    let same: Vec<Date> = anew
        .occurrences()
        .take(MOST)
        .map(|occurrence| occurrence.date)
        .collect();
    assert_eq!(same, days, "{rest:?}");
}
