//! When somebody is reminded of a task, and when not.
#![expect(clippy::expect_used, reason = "what the cases begin with passes the checks")]

use taskwell_domain::{
    ActorKind, ChangeActor, ChangeKind, Completion, ImportedTask, NewTask, Origin, RequestId, Seq, Task,
    TaskChange, TaskEdit, TaskId, Timestamp, Title, UserId,
};

/// That time of the first of December.
fn at(time: &str) -> Timestamp {
    on("2026-12-01", time)
}

fn on(day: &str, time: &str) -> Timestamp {
    format!("{day}T{time}Z").parse().expect("a time")
}

fn reminder(at: Timestamp) -> TaskEdit {
    TaskEdit {
        remind_at: Some(Some(at)),
        ..TaskEdit::default()
    }
}

fn new(fields: TaskEdit) -> NewTask {
    NewTask {
        id: TaskId::from(uuid::Uuid::from_u128(1)),
        title: Title::parse("Buy milk").expect("a title"),
        fields,
    }
}

fn ada() -> UserId {
    UserId::parse("ada").expect("a user id")
}

/// The task as a change leaves it that is recorded.
fn after(change: TaskChange) -> Task {
    let origin = Origin {
        actor: ChangeActor {
            kind: ActorKind::Session,
            id: "s".to_owned(),
        },
        request_id: RequestId::parse("r").expect("a request id"),
        batch: None,
        at: change.task().updated_at,
    };
    let next = change.task().version.next();
    change.recorded_as(next, &origin).task.expect("it is there")
}

/// A task made at eight, with a reminder at that time.
fn task(remind_at: Timestamp) -> Task {
    after(Task::create(&new(reminder(remind_at)), ada(), at("08:00:00")).expect("a task"))
}

fn edited(task: &Task, edit: &TaskEdit, now: Timestamp) -> Task {
    after(task.edit(edit, now).expect("it goes together").expect("a change"))
}

fn set(task: &Task, completed: bool, now: Timestamp) -> Task {
    after(task.complete(Completion::Set(completed), now).expect("a change"))
}

/// One that recurs daily, due today, with a reminder at nine.
fn daily() -> Task {
    let fields = TaskEdit {
        due_date: Some(Some("2026-12-01".parse().expect("a day"))),
        recurrence: Some(Some("FREQ=DAILY".parse().expect("a rule"))),
        ..reminder(at("09:00:00"))
    };
    after(Task::create(&new(fields), ada(), at("08:00:00")).expect("a task"))
}

fn reminds(task: &Task, now: Timestamp) -> bool {
    task.remind(now).is_some()
}

#[test]
fn a_task_reminds_from_its_time_on_and_once() {
    let task = task(at("09:00:00"));
    assert!(!reminds(&task, at("08:59:59.999")));
    for now in [at("09:00:00"), on("2027-12-01", "09:00:00")] {
        let change = task.remind(now).expect("it is time");
        assert_eq!(change.kind(), ChangeKind::Reminded);
        let reminded = after(change);
        assert_eq!(reminded.updated_at, now);
        assert!(reminded.version > task.version);
        assert!(!reminds(&reminded, now));
        assert!(!reminds(&reminded, on("2028-12-01", "09:00:00")));
    }
}

#[test]
fn a_task_without_a_time_reminds_of_nothing() {
    let task = edited(
        &task(at("09:00:00")),
        &TaskEdit {
            remind_at: Some(None),
            ..TaskEdit::default()
        },
        at("08:30:00"),
    );
    assert!(!reminds(&task, at("10:00:00")));
}

#[test]
fn what_is_set_into_the_past_reminds_at_once() {
    assert!(reminds(&task(at("07:00:00")), at("08:00:00")));
    let later = task(at("09:00:00"));
    let sooner = edited(&later, &reminder(at("07:00:00")), at("08:30:00"));
    assert!(reminds(&sooner, at("08:30:00")));
}

#[test]
fn another_time_reminds_again_and_the_same_does_not() {
    let reminded = after(task(at("09:00:00")).remind(at("09:00:01")).expect("it is time"));
    let same = TaskEdit {
        title: Some(Title::parse("Buy oat milk").expect("a title")),
        ..reminder(at("09:00:00"))
    };
    assert!(!reminds(
        &edited(&reminded, &same, at("09:01:00")),
        at("09:02:00")
    ));
    let snoozed = edited(&reminded, &reminder(at("09:30:00")), at("09:01:00"));
    assert!(!reminds(&snoozed, at("09:29:59")));
    assert!(reminds(&snoozed, at("09:30:00")));
}

#[test]
fn what_is_done_or_in_the_trash_does_not_remind() {
    let task = task(at("09:00:00"));
    assert!(!reminds(&set(&task, true, at("08:30:00")), at("09:30:00")));
    let deleted = after(task.delete(at("08:30:00")).expect("a change"));
    assert!(!reminds(&deleted, at("09:30:00")));
}

#[test]
fn what_comes_back_in_time_reminds() {
    let task = task(at("09:00:00"));
    let opened = set(&set(&task, true, at("08:30:00")), false, at("08:40:00"));
    let deleted = after(task.delete(at("08:30:00")).expect("a change"));
    let restored = after(deleted.restore(at("08:40:00")).expect("a change"));
    for back in [opened, restored] {
        assert!(!reminds(&back, at("08:59:59")));
        assert!(reminds(&back, at("09:00:00")));
    }
}

#[test]
fn what_went_by_while_a_task_was_away_is_not_caught_up_on() {
    let task = task(at("09:00:00"));
    let done = set(&task, true, at("08:30:00"));
    let deleted = after(task.delete(at("08:30:00")).expect("a change"));
    for back in [
        set(&done, false, at("09:30:00")),
        after(deleted.restore(at("09:30:00")).expect("a change")),
        after(done.put_back(Some(&task), at("09:30:00")).expect("a change")),
        after(deleted.put_back(Some(&task), at("09:30:00")).expect("a change")),
    ] {
        assert!(!reminds(&back, at("09:30:00")));
        // Another time is.
        let later = edited(&back, &reminder(at("10:00:00")), at("09:30:00"));
        assert!(reminds(&later, at("10:00:00")));
    }
}

#[test]
fn the_next_occurrence_reminds_again() {
    let reminded = after(daily().remind(at("09:00:00")).expect("it is time"));
    for today in [reminded, daily()] {
        let tomorrow = set(&today, true, at("09:30:00"));
        assert_eq!(tomorrow.remind_at, Some(on("2026-12-02", "09:00:00")));
        assert!(!reminds(&tomorrow, on("2026-12-02", "08:59:59")));
        assert!(reminds(&tomorrow, on("2026-12-02", "09:00:00")));
    }
}

#[test]
fn an_occurrence_whose_reminder_is_over_when_it_comes_does_not_remind() {
    // Yesterday's is done today at noon: today's was to be reminded of at nine.
    let noon = on("2026-12-02", "12:00:00");
    let next = set(&daily(), true, noon);
    assert_eq!(next.remind_at, Some(on("2026-12-02", "09:00:00")));
    assert!(!reminds(&next, noon));
}

#[test]
fn what_is_imported_reminds_only_of_what_is_to_come() {
    let import = |remind_at: Timestamp| {
        let imported = ImportedTask {
            new: new(reminder(remind_at)),
            completed_at: None,
            created_at: Some(on("2020-01-01", "00:00:00")),
            updated_at: None,
        };
        after(Task::import(&imported, ada(), at("08:00:00")).expect("a task"))
    };
    assert!(!reminds(&import(at("07:59:59")), at("09:00:00")));
    assert!(reminds(&import(at("09:00:00")), at("09:00:00")));
    assert!(import(at("07:00:00")).was_created_from(&new(reminder(at("07:00:00")))));
}

#[test]
fn a_reminder_is_not_taken_back() {
    let task = task(at("09:00:00"));
    let reminded = after(task.remind(at("09:00:00")).expect("it is time"));
    assert_eq!(reminded.put_back(Some(&task), at("09:01:00")), None);
}

#[test]
fn what_is_put_back_keeps_a_reminder_that_is_to_come_or_is_about_to_be_sent() {
    let task = task(at("09:00:00"));
    let renamed = TaskEdit {
        title: Some(Title::parse("Buy oat milk").expect("a title")),
        ..TaskEdit::default()
    };
    let renamed = edited(&task, &renamed, at("08:30:00"));
    for now in [at("08:31:00"), at("09:00:00.500")] {
        let back = after(renamed.put_back(Some(&task), now).expect("a change"));
        assert!(reminds(&back, at("09:00:01")), "{now}");
    }
}

#[test]
fn a_time_that_is_put_back_reminds_if_it_is_to_come() {
    let task = task(at("09:00:00"));
    let later = edited(&task, &reminder(at("11:00:00")), at("08:30:00"));
    let back = |now| after(later.put_back(Some(&task), now).expect("a change"));
    assert!(reminds(&back(at("08:31:00")), at("09:00:00")));
    assert!(!reminds(&back(at("09:30:00")), at("09:30:00")));
    // And one that was said already is not said again.
    let reminded = after(task.remind(at("09:00:00")).expect("it is time"));
    let snoozed = edited(&reminded, &reminder(at("11:00:00")), at("09:30:00"));
    let unsnoozed = after(
        snoozed
            .put_back(Some(&reminded), at("09:31:00"))
            .expect("a change"),
    );
    assert!(!reminds(&unsnoozed, at("12:00:00")));
}

#[test]
fn a_reminder_rests_on_the_version_that_was_read() {
    let task = task(at("09:00:00"));
    let change = task.remind(at("09:00:00")).expect("it is time");
    assert_eq!(
        change.base(),
        taskwell_domain::Base::Version(Seq::from(task.version.get()))
    );
}
