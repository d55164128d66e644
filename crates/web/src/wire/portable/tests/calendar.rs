//! The files as another implementation reads them.

use icalendar::{Calendar, Component, EventLike, Todo, TodoStatus};
use proptest::{collection::vec, prelude::*};
use taskwell_domain::{
    Date, Description, ImportedTask, Priority, Recurrence, Tag, Tags, Task, TimeOfDay, TimeZone,
};

use super::given::{any_task, instant, moved_on, task, written};
use crate::wire::portable::ExportFormat;

fn todos(file: &str) -> Vec<Todo> {
    let calendar: Calendar = file.parse().unwrap();
    calendar.todos().cloned().collect()
}

fn todo(task: Task) -> Todo {
    let file = written(ExportFormat::Calendar, &[task]);
    let [todo] = <[Todo; 1]>::try_from(todos(&file)).unwrap();
    todo
}

/// The lines of the file about one task, of those properties, as they stand there.
fn lines(task: Task, names: &[&str]) -> Vec<String> {
    let file = written(ExportFormat::Calendar, &[task]);
    let lines = file
        .split("\r\n")
        .filter(|line| names.iter().any(|name| line.starts_with(name)));
    lines.map(str::to_owned).collect()
}

fn due(task: &mut ImportedTask, date: &str, time: Option<&str>, zone: Option<&str>, rule: Option<&str>) {
    let fields = &mut task.new.fields;
    fields.due_date = Some(Some(Date::parse(date).unwrap()));
    fields.due_time = Some(time.map(|time| TimeOfDay::parse(time).unwrap()));
    fields.time_zone = Some(zone.map(|zone| TimeZone::parse(zone).unwrap()));
    fields.recurrence = Some(rule.map(|rule| Recurrence::parse(rule).unwrap()));
}

#[test]
fn every_field_stands_where_calendars_look_for_it() {
    let task = task("Buy milk", |task| {
        task.completed_at = Some(instant("2026-11-21T09:30:00Z"));
        let fields = &mut task.new.fields;
        fields.description = Some(Description::parse("two;\r\nlines, and a \\").unwrap());
        fields.priority = Some(Priority::Urgent);
        let tags = ["home", "a,b;c"].map(|tag| Tag::parse(tag).unwrap());
        fields.tags = Some(Tags::new(tags.to_vec()).unwrap());
    });
    let todo = todo(task);
    assert_eq!(todo.get_uid(), Some("0192f0c1-2345-7abc-8def-0123456789ab"));
    assert_eq!(todo.get_summary(), Some("Buy milk"));
    assert_eq!(todo.get_description(), Some("two;\nlines, and a \\"));
    assert_eq!(todo.property_value("CREATED"), Some("20261120T080000Z"));
    assert_eq!(todo.property_value("LAST-MODIFIED"), Some("20261121T093000Z"));
    assert_eq!(todo.property_value("DTSTAMP"), Some("20261121T093000Z"));
    assert_eq!(todo.get_priority(), Some(1));
    assert_eq!(todo.get_status(), Some(TodoStatus::Completed));
    assert_eq!(todo.property_value("COMPLETED"), Some("20261121T093000Z"));
    assert_eq!(todo.get_percent_complete(), Some(100));
    assert_eq!(todo.get_categories().unwrap(), ["home", "a,b;c"]);
    assert_eq!(todo.get_due(), None);
}

#[test]
fn an_open_task_is_one_that_needs_action() {
    let todo = todo(task("Buy milk", |_| {}));
    assert_eq!(todo.get_status(), Some(TodoStatus::NeedsAction));
    assert_eq!(todo.get_completed(), None);
    assert_eq!(todo.get_priority(), None);
}

#[test]
fn a_task_is_due_on_a_day_or_at_an_instant() {
    let due_of = |time, zone| {
        let task = task("x", |task| due(task, "2026-11-21", time, zone, None));
        lines(task, &["DUE", "DTSTART", "RRULE"])
    };
    assert_eq!(due_of(None, None), ["DUE;VALUE=DATE:20261121"]);
    assert_eq!(due_of(None, Some("Europe/Berlin")), ["DUE;VALUE=DATE:20261121"]);
    assert_eq!(due_of(Some("09:30"), None), ["DUE:20261121T093000Z"]);
    assert_eq!(
        due_of(Some("09:30"), Some("Europe/Berlin")),
        ["DUE:20261121T083000Z"]
    );
}

#[test]
fn a_recurring_task_begins_when_it_is_due_and_keeps_the_time_of_its_clocks() {
    let rule_of = |time, zone, rule| {
        let task = task("x", |task| due(task, "2026-11-21", time, zone, Some(rule)));
        // Behind the zone.
        let lines = lines(task, &["BEGIN:VTODO", "DUE", "DTSTART", "RRULE"]);
        let own = lines.into_iter().skip_while(|line| line != "BEGIN:VTODO");
        own.skip(1).collect::<Vec<_>>()
    };
    assert_eq!(
        rule_of(None, None, "FREQ=DAILY"),
        ["DTSTART;VALUE=DATE:20261121", "RRULE:FREQ=DAILY"]
    );
    assert_eq!(
        rule_of(Some("09:30"), Some("Europe/Berlin"), "FREQ=DAILY"),
        ["DTSTART;TZID=Europe/Berlin:20261121T093000", "RRULE:FREQ=DAILY",]
    );
    assert_eq!(
        rule_of(Some("09:30"), Some("UTC"), "FREQ=DAILY"),
        ["DTSTART:20261121T093000Z", "RRULE:FREQ=DAILY"]
    );
}

#[test]
fn a_task_that_has_moved_on_begins_where_it_stands_with_what_is_left() {
    let stands = |date, rule, times| {
        let first = task("x", |task| due(task, date, None, None, Some(rule)));
        lines(moved_on(first, times), &["DTSTART", "RRULE"])
    };
    assert_eq!(
        stands("2026-11-21", "FREQ=DAILY;COUNT=3", 2),
        ["DTSTART;VALUE=DATE:20261123", "RRULE:FREQ=DAILY;COUNT=1"]
    );
    assert_eq!(
        stands("2026-01-31", "FREQ=MONTHLY", 1),
        [
            "DTSTART;VALUE=DATE:20260228",
            "RRULE:FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1"
        ]
    );
}

#[test]
fn the_end_of_a_rule_has_the_form_of_its_start() {
    let end = |time, until: &str| {
        let rule = format!("FREQ=DAILY;UNTIL={until};INTERVAL=2");
        let task = task("x", |task| {
            due(task, "2026-11-21", time, Some("Europe/Berlin"), Some(&rule));
        });
        let [line] = <[String; 1]>::try_from(lines(task, &["RRULE"])).unwrap();
        line.strip_prefix("RRULE:FREQ=DAILY;UNTIL=")
            .unwrap()
            .strip_suffix(";INTERVAL=2")
            .unwrap()
            .to_owned()
    };
    assert_eq!(end(None, "20261231"), "20261231");
    assert_eq!(end(None, "20261231T120000"), "20261231");
    // The next day has begun in Berlin.
    assert_eq!(end(None, "20261231T233000Z"), "20270101");
    assert_eq!(end(Some("09:30"), "20261231"), "20261231T083000Z");
    assert_eq!(end(Some("09:30"), "20261231T120059"), "20261231T110000Z");
    assert_eq!(end(Some("09:30"), "20261231T120059Z"), "20261231T120059Z");
}

/// The lines about zones.
fn zones(tasks: &[Task]) -> Vec<String> {
    let file = written(ExportFormat::Calendar, tasks);
    let mut lines: Vec<String> = file
        .replace("\r\n ", "")
        .split("\r\n")
        .map(str::to_owned)
        .collect();
    lines.retain(|line| line.starts_with("BEGIN:") || line.starts_with("TZID:"));
    lines
}

#[test]
fn a_zone_is_told_about_once_before_the_first_task_that_names_it() {
    let in_zone = |time, zone, rule| task("x", |task| due(task, "2026-11-21", time, zone, rule));
    let daily = Some("FREQ=DAILY");
    let tasks = [
        in_zone(Some("09:30"), Some("Europe/Berlin"), None),
        in_zone(None, Some("Europe/Berlin"), daily),
        in_zone(Some("09:30"), Some("Asia/Dubai"), daily),
        in_zone(Some("09:30"), Some("Asia/Dubai"), daily),
        in_zone(Some("09:30"), Some("UTC"), daily),
    ];
    assert_eq!(
        zones(&tasks),
        [
            "BEGIN:VCALENDAR",
            "BEGIN:VTODO",
            "BEGIN:VTODO",
            "BEGIN:VTIMEZONE",
            "TZID:Asia/Dubai",
            "BEGIN:STANDARD",
            "BEGIN:STANDARD",
            "BEGIN:VTODO",
            "BEGIN:VTODO",
            "BEGIN:VTODO",
        ]
    );
}

#[test]
fn a_calendar_without_tasks_holds_a_zone() {
    let file = written(ExportFormat::Calendar, &[]);
    let expected = "BEGIN:VCALENDAR|VERSION:2.0|PRODID:-//Taskwell//Taskwell//EN|BEGIN:VTIMEZONE|TZID:UTC|\
                    BEGIN:STANDARD|DTSTART:19000101T000000|TZOFFSETFROM:+0000|TZOFFSETTO:+0000|END:STANDARD|\
                    END:VTIMEZONE|END:VCALENDAR|";
    assert_eq!(file.replace("\r\n", "|"), expected);
}

#[test]
fn a_zone_has_each_change_of_its_clocks() {
    let berlin = task("x", |task| {
        due(
            task,
            "2026-11-21",
            Some("09:30"),
            Some("Europe/Berlin"),
            Some("FREQ=DAILY"),
        );
    });
    let file = written(ExportFormat::Calendar, &[berlin]).replace("\r\n ", "");
    let observance = |begin: &str, offsets: &str| {
        let observances = file.split("BEGIN:").filter(|part| part.starts_with(begin));
        let [one] = <[&str; 1]>::try_from(
            observances
                .filter(|part| part.contains(offsets))
                .collect::<Vec<_>>(),
        )
        .unwrap();
        one.to_owned()
    };
    let summer = observance("DAYLIGHT", "TZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\n");
    assert!(
        summer.contains("DTSTART:19160430T230000\r\n") && summer.contains(",20260329T020000,"),
        "{summer}"
    );
    let winter = observance("STANDARD", "TZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\n");
    assert!(
        winter.contains("DTSTART:19161001T010000\r\n") && winter.contains(",20261025T030000,"),
        "{winter}"
    );
    let first = observance("STANDARD", "TZOFFSETFROM:+0100\r\nTZOFFSETTO:+0100\r\n");
    assert!(first.contains("DTSTART:19000101T010000\r\nTZ"), "{first}");
}

proptest! {
    /// What breaks other writers: long runs of spaces, characters of many bytes, line breaks of all kinds.
    #[test]
    fn any_text_comes_back_from_lines_of_at_most_75_bytes(
        tasks in vec(any_task(), 1..3),
        long in "(🎉| |\t|x|,|\\\\|é){0,150}",
    ) {
        let mut tasks = tasks;
        tasks[0].description = Description::parse(&long).unwrap();
        let file = written(ExportFormat::Calendar, &tasks);
        for line in file.split("\r\n") {
            prop_assert!(line.len() <= 75 && !line.contains(['\r', '\n']), "{line:?}");
        }
        let todos = todos(&file);
        prop_assert_eq!(todos.len(), tasks.len());
        for (todo, task) in todos.iter().zip(&tasks) {
            prop_assert_eq!(todo.get_summary(), Some(task.title.as_str()));
            let description = task.description.as_str().replace("\r\n", "\n").replace('\r', "\n");
            prop_assert_eq!(todo.get_description().unwrap_or_default(), description);
            let tags: Vec<String> = task.tags.iter().map(ToString::to_string).collect();
            prop_assert_eq!(todo.get_categories().unwrap_or_default(), tags);
        }
    }
}
