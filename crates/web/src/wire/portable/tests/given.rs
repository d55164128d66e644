//! Tasks and files for the tests.

use std::time::Duration;

use proptest::{collection::vec, option, prelude::*, sample::select};
use taskwell_application::tasks::ImportTasks;
use taskwell_domain::{
    Completion, Description, Fault, ImportedTask, NewTask, Priority, Recurrence, Tag, Tags, Task, TaskEdit,
    TaskId, TimeOfDay, TimeZone, Timestamp, Title, UserId,
};

use crate::{
    problem::Failure,
    wire::portable::{ExportFile, ExportFormat, ImportFile, ImportFormat, RowProblem},
};

pub(super) fn ada() -> UserId {
    UserId::parse("ada").unwrap()
}

pub(super) fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A task with these fields.
pub(super) fn task(title: &str, change: impl FnOnce(&mut ImportedTask)) -> Task {
    let mut task = ImportedTask {
        new: NewTask {
            id: TaskId::parse("0192f0c1-2345-7abc-8def-0123456789ab").unwrap(),
            title: Title::parse(title).unwrap(),
            fields: TaskEdit::default(),
        },
        completed_at: None,
        created_at: Some(instant("2026-11-20T08:00:00.123Z")),
        updated_at: Some(instant("2026-11-21T09:30:00.456Z")),
    };
    change(&mut task);
    made(&task)
}

/// The task as it stands once it was imported.
pub(super) fn made(task: &ImportedTask) -> Task {
    let change = Task::import(task, ada(), instant("2026-11-22T00:00:00Z"));
    change.unwrap().task().clone()
}

/// The task once it was completed so many times, each on the day that it was due.
pub(super) fn moved_on(task: Task, times: usize) -> Task {
    (0..times).fold(task, |task, _| {
        let now = task.due_at().unwrap();
        let change = task.complete(Completion::Set(true), now).unwrap();
        change.task().clone()
    })
}

/// What is in a file with these tasks.
pub(super) fn written(format: ExportFormat, tasks: &[Task]) -> String {
    let mut file = ExportFile::new(format);
    let mut content = file.begin(instant("2026-11-22T12:00:00Z")).unwrap();
    content.extend(file.tasks(Vec::new()).unwrap());
    for task in tasks {
        content.extend(file.tasks(vec![task.clone()]).unwrap());
    }
    content.extend(file.end());
    String::from_utf8(content).unwrap()
}

/// What is read from such a file.
pub(super) fn read(format: ImportFormat, content: &str) -> Result<(ImportTasks, Vec<RowProblem>), Failure> {
    let content = content.to_owned().into();
    ImportFile { format, content }.read(&ada())
}

/// The tasks of a file in which nothing is wrong.
#[track_caller]
pub(super) fn tasks(format: ImportFormat, content: &str) -> Vec<Task> {
    let (import, problems) = read(format, content).unwrap();
    assert_eq!(problems, []);
    import
        .rows
        .iter()
        .map(|row| made(row.task.as_ref().unwrap()))
        .collect()
}

/// Each fault of a file: row, pointer, code.
#[track_caller]
pub(super) fn problems(format: ImportFormat, content: &str) -> Vec<(u64, String, &'static str)> {
    let (_, problems) = read(format, content).unwrap();
    problems
        .into_iter()
        .map(|at| (at.row, at.pointer, at.code))
        .collect()
}

fn checked<T: std::fmt::Debug>(
    text: &'static str,
    parse: fn(&str) -> Result<T, Fault>,
) -> impl Strategy<Value = T> {
    text.prop_filter_map("not allowed", move |text: String| parse(&text).ok())
}

/// Instants that the wire can have, to the millisecond.
fn instants() -> impl Strategy<Value = Timestamp> {
    (0..4_000_000_000_000_u64)
        .prop_map(|millis| instant("1970-01-01T00:00:00Z").after(Duration::from_millis(millis)))
}

/// Any task that a user can have.
pub(super) fn any_task() -> impl Strategy<Value = Task> {
    let texts = (
        // What means something to files, more often than all other characters.
        checked("([=+@＝'\",;\\\\ -]|\\PC){1,40}", Title::parse),
        checked("([=+@＝'\"\t\r\n,;\\\\-]|\\PC){0,60}", Description::parse),
        vec(checked("([=+@＝'\",;-]|\\PC){1,10}", Tag::parse), 0..5),
    );
    let due = option::of((
        0..20_000_u64,
        option::of((0..24_u8, 0..60_u8)),
        option::of(select(vec![
            "FREQ=DAILY",
            "FREQ=MONTHLY;COUNT=3",
            "FREQ=YEARLY;INTERVAL=2",
        ])),
    ));
    let zone = option::of(select(vec![
        "UTC",
        "Europe/Berlin",
        "America/Argentina/Buenos_Aires",
    ]));
    let times = (
        option::of(instants()),
        option::of(instants()),
        instants(),
        instants(),
    );
    (any::<u128>(), texts, select(Priority::ALL), due, zone, times).prop_map(
        |(id, (title, description, tags), priority, due, zone, (remind_at, completed_at, a, b))| {
            let day = |days: u64| {
                let first = instant("1970-01-01T00:00:00Z");
                TimeZone::UTC.day_of(first.after(Duration::from_secs(days * 24 * 60 * 60)))
            };
            let fields = TaskEdit {
                description: Some(description),
                priority: Some(priority),
                due_date: Some(due.as_ref().map(|(days, ..)| day(*days))),
                due_time: Some(due.as_ref().and_then(|(_, time, _)| {
                    time.map(|(hour, minute)| TimeOfDay::parse(&format!("{hour:02}:{minute:02}")).unwrap())
                })),
                recurrence: Some(
                    due.as_ref()
                        .and_then(|(.., rule)| rule.map(|rule| Recurrence::parse(rule).unwrap())),
                ),
                time_zone: Some(zone.map(|zone| TimeZone::parse(zone).unwrap())),
                remind_at: Some(remind_at),
                tags: Some(Tags::new(tags).unwrap()),
                ..TaskEdit::default()
            };
            made(&ImportedTask {
                new: NewTask {
                    id: TaskId::from(uuid::Uuid::from_u128(id)),
                    title,
                    fields,
                },
                completed_at,
                created_at: Some(a.min(b)),
                updated_at: Some(a.max(b)),
            })
        },
    )
}
