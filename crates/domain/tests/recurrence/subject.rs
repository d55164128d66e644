//! A recurring task, made and asked in words.

use taskwell_domain::{
    Completion, Date, FieldFault, NewTask, Recurrence, Task, TaskEdit, TaskId, TimeOfDay, TimeZone,
    Timestamp, Title, UserId,
};

pub(crate) fn date(text: &str) -> Date {
    Date::parse(text).expect("a day")
}

pub(crate) fn instant(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

pub(crate) fn rule(text: &str) -> Recurrence {
    Recurrence::parse(text).expect(text)
}

/// What a task that is due then is created with.
pub(crate) fn due(day: &str, rule: Recurrence) -> TaskEdit {
    TaskEdit {
        due_date: Some(Some(date(day))),
        recurrence: Some(Some(rule)),
        ..TaskEdit::default()
    }
}

/// The same at a time of day somewhere.
pub(crate) fn due_at(day: &str, time: &str, zone: &str, rule: Recurrence) -> TaskEdit {
    TaskEdit {
        due_time: Some(Some(TimeOfDay::parse(time).expect("a time"))),
        time_zone: Some(Some(TimeZone::parse(zone).expect("a zone"))),
        ..due(day, rule)
    }
}

pub(crate) fn create(fields: TaskEdit) -> Result<Task, Vec<FieldFault>> {
    let new = NewTask {
        id: TaskId::from(uuid::Uuid::from_u128(1)),
        title: Title::parse("Water the flowers").expect("a title"),
        fields,
    };
    let owner = UserId::parse("ada").expect("a user id");
    Task::create(&new, owner, instant("1990-01-01T00:00:00Z")).map(|change| change.task().clone())
}

pub(crate) fn task(fields: TaskEdit) -> Task {
    create(fields).expect("fields that go together")
}

/// The first days that it is due.
pub(crate) fn days(task: &Task, count: usize) -> Vec<String> {
    let occurrences = task.occurrences().take(count);
    occurrences
        .map(|occurrence| occurrence.date.to_string())
        .collect()
}

/// The day that it is due at present.
pub(crate) fn day(task: &Task) -> String {
    days(task, 1).remove(0)
}

/// The first instants that it is due.
pub(crate) fn instants(task: &Task, count: usize) -> Vec<String> {
    let occurrences = task.occurrences().take(count);
    occurrences.map(|occurrence| occurrence.at.to_string()).collect()
}

pub(crate) fn completed(task: &Task, now: &str) -> Task {
    let change = task.complete(Completion::Set(true), instant(now));
    change.expect("it was open").task().clone()
}

pub(crate) fn edited(task: &Task, edit: &TaskEdit) -> Task {
    let change = task.edit(edit, instant("1990-01-01T00:00:00Z"));
    change
        .expect("fields that go together")
        .expect("a change")
        .task()
        .clone()
}

pub(crate) fn put_off(task: &Task, day: &str) -> Task {
    edited(
        task,
        &TaskEdit {
            due_date: Some(Some(date(day))),
            ..TaskEdit::default()
        },
    )
}
