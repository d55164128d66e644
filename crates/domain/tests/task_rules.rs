//! The rules of tasks as properties: they hold for any edit at any time.
#![expect(clippy::expect_used, reason = "what the strategies make passes the checks")]

use chrono::{NaiveDate, TimeZone as _, Utc};
use proptest::prelude::*;
use taskwell_domain::{
    ActorKind, Base, ChangeActor, ChangeKind, Completion, Date, Description, NewTask, Origin, Place,
    Position, Priority, Recurrence, RequestId, Seq, Tag, Tags, Task, TaskChange, TaskEdit, TaskId, TimeOfDay,
    TimeZone, Timestamp, Title, UserId,
};

fn instant() -> impl Strategy<Value = Timestamp> {
    (0_i64..4_102_444_800_000)
        .prop_map(|millis| Timestamp::from(Utc.timestamp_millis_opt(millis).single().expect("in range")))
}

fn title() -> impl Strategy<Value = Title> {
    "[a-c]{1,3}".prop_map(|text| Title::parse(&text).expect("a title"))
}

fn description() -> impl Strategy<Value = Description> {
    "[a-c]{0,2}".prop_map(|text| Description::parse(&text).expect("a description"))
}

fn priority() -> impl Strategy<Value = Priority> {
    proptest::sample::select(Priority::ALL)
}

fn tags() -> impl Strategy<Value = Tags> {
    proptest::collection::vec("[a-cA-C]{1,2}", 0..4).prop_map(|texts| {
        let tags = texts.iter().map(|text| Tag::parse(text).expect("a tag"));
        Tags::new(tags.collect()).expect("few tags")
    })
}

fn date() -> impl Strategy<Value = Date> {
    (2_000_i32..2_040, 1_u32..=12, 1_u32..=31)
        .prop_filter_map("a day of the calendar", |(year, month, day)| {
            NaiveDate::from_ymd_opt(year, month, day)
        })
        .prop_map(Date::from)
}

fn time() -> impl Strategy<Value = TimeOfDay> {
    (0_u32..24, 0_u32..60)
        .prop_map(|(hour, minute)| TimeOfDay::parse(&format!("{hour:02}:{minute:02}")).expect("a time"))
}

fn zone() -> impl Strategy<Value = TimeZone> {
    let names = [
        "UTC",
        "Europe/Berlin",
        "America/New_York",
        "Asia/Kathmandu",
        "Australia/Lord_Howe",
    ];
    proptest::sample::select(names.to_vec()).prop_map(|name| TimeZone::parse(name).expect("a zone"))
}

fn recurrence() -> impl Strategy<Value = Recurrence> {
    let rules = [
        "FREQ=DAILY",
        "FREQ=DAILY;INTERVAL=3;COUNT=4",
        "FREQ=WEEKLY;BYDAY=MO,FR",
        "FREQ=MONTHLY",
        "FREQ=MONTHLY;BYDAY=-1FR",
        "FREQ=YEARLY",
        "FREQ=MONTHLY;COUNT=2",
    ];
    proptest::sample::select(rules.to_vec()).prop_map(|rule| Recurrence::parse(rule).expect("a rule"))
}

/// Any edit, also one that cannot be made of any task.
fn edit() -> impl Strategy<Value = TaskEdit> {
    use proptest::option::of;
    let plain = (
        of(title()),
        of(description()),
        of(any::<bool>()),
        of(priority()),
        of(tags()),
    );
    let when = (
        of(of(date())),
        of(of(time())),
        of(of(zone())),
        of(of(instant())),
        of(of(recurrence())),
    );
    (plain, when).prop_map(
        |(
            (title, description, completed, priority, tags),
            (due_date, due_time, time_zone, remind_at, recurrence),
        )| {
            TaskEdit {
                title,
                description,
                completed,
                priority,
                due_date,
                due_time,
                time_zone,
                remind_at,
                recurrence,
                tags,
            }
        },
    )
}

fn origin(at: Timestamp) -> Origin {
    Origin {
        actor: ChangeActor {
            kind: ActorKind::Session,
            id: "s1".to_owned(),
        },
        request_id: RequestId::parse("r1").expect("a request id"),
        batch: None,
        at,
    }
}

fn owner() -> UserId {
    UserId::parse("ada").expect("a user id")
}

fn new_task() -> impl Strategy<Value = NewTask> {
    (any::<u128>(), title(), edit()).prop_map(|(id, title, edit)| NewTask {
        id: TaskId::from(uuid::Uuid::from_u128(id)),
        fields: TaskEdit { title: None, ..edit },
        title,
    })
}

fn task() -> impl Strategy<Value = Task> {
    (new_task(), instant(), 1_u64..1_000).prop_filter_map("fields that go together", |(new, now, seq)| {
        let created = Task::create(&new, owner(), now).ok()?;
        created.recorded_as(Seq::from(seq), &origin(now)).task
    })
}

/// The task once the edit is made, if it can be.
fn edited(task: &Task, edit: &TaskEdit, now: Timestamp) -> Option<Task> {
    let change = task.edit(edit, now).ok()?;
    Some(change.map_or_else(|| task.clone(), |change| change.task().clone()))
}

proptest! {
    #[test]
    fn an_absent_field_stays_and_a_given_one_is_set(task in task(), edit in edit(), now in instant()) {
        let edit = TaskEdit { completed: None, ..edit };
        if let Some(edited) = edited(&task, &edit, now) {
            prop_assert_eq!(&edited.title, edit.title.as_ref().unwrap_or(&task.title));
            prop_assert_eq!(&edited.description, edit.description.as_ref().unwrap_or(&task.description));
            prop_assert_eq!(edited.priority, edit.priority.unwrap_or(task.priority));
            prop_assert_eq!(&edited.tags, edit.tags.as_ref().unwrap_or(&task.tags));
            prop_assert_eq!(edited.remind_at, edit.remind_at.unwrap_or(task.remind_at));
            prop_assert_eq!(edited.time_zone, edit.time_zone.unwrap_or(task.time_zone));
            prop_assert_eq!(edited.completed_at, task.completed_at);
            let before = task.due.as_ref();
            let date = edit.due_date.unwrap_or(before.map(|due| due.date));
            prop_assert_eq!(edited.due.as_ref().map(|due| due.date), date);
            let time = edit.due_time.unwrap_or(before.and_then(|due| due.time)).filter(|_| date.is_some());
            prop_assert_eq!(edited.due.as_ref().and_then(|due| due.time), time);
            let rule = |task: &Task| Some(task.due.as_ref()?.series.as_ref()?.rule().clone());
            let expected = edit.recurrence.clone().unwrap_or_else(|| rule(&task)).filter(|_| date.is_some());
            prop_assert_eq!(rule(&edited), expected);
            prop_assert_eq!((edited.id, &edited.user_id, edited.created_at), (task.id, &task.user_id, task.created_at));
            prop_assert_eq!(&edited.position, &task.position);
        }
    }

    #[test]
    fn a_time_or_a_recurrence_without_a_day_is_refused(task in task(), edit in edit(), now in instant()) {
        let day = edit.due_date.unwrap_or(task.due.as_ref().map(|due| due.date));
        let needs_day = matches!(edit.due_time, Some(Some(_))) || matches!(edit.recurrence, Some(Some(_)));
        if day.is_none() && needs_day {
            let faults = task.edit(&edit, now).expect_err("a day is needed");
            prop_assert_eq!(faults[0].field, "due_date");
        }
    }

    #[test]
    fn the_same_edit_again_changes_nothing(task in task(), edit in edit(), now in instant(), later in instant()) {
        // Completing a recurring task leaves it open: that again is another occurrence.
        let edit = TaskEdit { completed: None, ..edit };
        if let Some(edited) = edited(&task, &edit, now) {
            prop_assert_eq!(edited.edit(&edit, later), Ok(None));
        }
    }

    #[test]
    fn a_task_that_is_sent_back_as_it_was_read_does_not_change(task in task(), now in instant()) {
        let due = task.due.as_ref();
        let same = TaskEdit {
            title: Some(task.title.clone()),
            description: Some(task.description.clone()),
            completed: Some(task.is_completed()),
            priority: Some(task.priority),
            due_date: Some(due.map(|due| due.date)),
            due_time: Some(due.and_then(|due| due.time)),
            time_zone: Some(task.time_zone),
            remind_at: Some(task.remind_at),
            recurrence: Some(due.and_then(|due| Some(due.series.as_ref()?.rule().clone()))),
            tags: Some(task.tags.clone()),
        };
        prop_assert_eq!(task.edit(&same, now), Ok(None));
    }

    #[test]
    fn a_change_rests_on_the_version_that_was_read(task in task(), edit in edit(), now in instant()) {
        if let Ok(Some(change)) = task.edit(&edit, now) {
            prop_assert_eq!(change.base(), Base::Version(task.version));
        }
        prop_assert_eq!(task.delete(now).map(|change| change.base()), Some(Base::Version(task.version)));
    }

    #[test]
    fn a_change_of_progress_leaves_what_the_task_is_and_where(task in task(), edit in edit(), now in instant()) {
        let toggled = task.complete(Completion::Toggle, now);
        let deleted = task.delete(now);
        let edited = task.edit(&edit, now).ok().flatten();
        prop_assert!(toggled.as_ref().is_some_and(TaskChange::is_of_progress));
        for change in [toggled, deleted, edited].into_iter().flatten() {
            let after = change.task();
            let gone_on = Task {
                completed_at: after.completed_at,
                due: after.due.clone(),
                time_zone: after.time_zone,
                remind_at: after.remind_at,
                reminded_at: after.reminded_at,
                updated_at: after.updated_at,
                ..task.clone()
            };
            prop_assert_eq!(change.is_of_progress(), gone_on == *after);
        }
    }

    #[test]
    fn the_kind_tells_what_happened_to_completed(task in task(), edit in edit(), now in instant()) {
        if let Ok(Some(change)) = task.edit(&edit, now) {
            let expected = match (task.is_completed(), edit.completed) {
                (false, Some(true)) => ChangeKind::Completed,
                (true, Some(false)) => ChangeKind::Reopened,
                _ => ChangeKind::Updated,
            };
            prop_assert_eq!(change.kind(), expected);
        }
    }

    #[test]
    fn completing_moves_a_recurring_task_on_until_its_last(task in task(), now in instant()) {
        let Some(change) = task.complete(Completion::Set(true), now) else {
            prop_assert!(task.is_completed());
            return Ok(());
        };
        let done = change.task();
        if done.is_completed() {
            prop_assert_eq!(&done.due, &task.due);
            prop_assert_eq!(done.complete(Completion::Set(true), now), None);
        } else {
            let [before, after] = [&task, done].map(|task| task.due.clone().expect("it recurs"));
            prop_assert!(after.date > before.date);
            let today = task.time_zone.unwrap_or(TimeZone::UTC).day_of(now);
            prop_assert!(after.date >= today);
            prop_assert_eq!(after.time, before.time);
            // The same occurrence again is no other one.
            prop_assert_eq!(done.complete(Completion::Done(before.date), now), None);
        }
    }

    #[test]
    fn toggling_twice_comes_back(task in task(), now in instant(), later in instant()) {
        let once = task.complete(Completion::Toggle, now).expect("a toggle changes");
        if once.task().is_completed() != task.is_completed() {
            let twice = once.task().complete(Completion::Toggle, later).expect("a toggle changes");
            let recurs = task.due.as_ref().is_some_and(|due| due.series.is_some());
            prop_assert!(recurs || twice.task().is_completed() == task.is_completed());
        }
    }

    #[test]
    fn nobody_is_reminded_twice_of_one_time(task in task(), edit in edit(), now in instant(), later in instant()) {
        let Some(reminded) = task.remind(now) else {
            let waits = task.remind_at.is_some_and(|remind_at| remind_at > now);
            prop_assert!(waits || task.remind_at.is_none() || task.is_completed());
            return Ok(());
        };
        let reminded = reminded.task();
        prop_assert_eq!(reminded.remind(later), None);
        let changed = [
            edited(reminded, &edit, later),
            reminded.delete(later).and_then(|change| Some(change.task().restore(later)?.task().clone())),
            reminded.complete(Completion::Toggle, later).map(|change| change.task().clone()),
            reminded.put_back(Some(&task), later).map(|change| change.task().clone()),
        ];
        for changed in changed.iter().flatten() {
            prop_assert!(changed.remind_at != task.remind_at || changed.remind(later).is_none());
            prop_assert!(changed.remind_at.is_some() || changed.reminded_at.is_none());
        }
    }

    #[test]
    fn updated_at_never_goes_back(task in task(), now in instant()) {
        let toggled = task.complete(Completion::Toggle, now).expect("a toggle changes");
        prop_assert!(toggled.task().updated_at >= task.updated_at);
    }

    #[test]
    fn a_recorded_change_is_the_version_of_its_task(task in task(), now in instant(), seq in 1_000_u64..2_000) {
        let change = task.delete(now).expect("it is not in the trash").recorded_as(Seq::from(seq), &origin(now));
        let deleted = change.task.expect("it is there");
        prop_assert_eq!(deleted.version, change.seq);
        prop_assert_eq!(change.kind, ChangeKind::Deleted);
        prop_assert_eq!(deleted.deleted_at, Some(now));
        prop_assert_eq!(&deleted.position, &task.position);
    }

    #[test]
    fn what_was_changed_last_can_be_put_back(task in task(), edit in edit(), now in instant(), later in instant()) {
        if let Ok(Some(change)) = task.edit(&edit, now) {
            let edited = change.recorded_as(Seq::from(5_000), &origin(now)).task.expect("it is there");
            let back = edited.put_back(Some(&task), later).expect("it was changed");
            // That the time to remind of it went by is not put back.
            let restored = Task {
                version: task.version,
                updated_at: task.updated_at,
                reminded_at: task.reminded_at,
                ..back.task().clone()
            };
            prop_assert_eq!(restored, task);
            prop_assert_eq!(back.base(), Base::Version(edited.version));
        }
    }

    #[test]
    fn the_trash_gives_back_what_it_took(task in task(), now in instant(), later in instant()) {
        prop_assert_eq!(task.restore(now), None);
        prop_assert_eq!(task.purge(now), None);
        let deleted = task.delete(now).expect("it is not in the trash");
        prop_assert_eq!(deleted.task().delete(later), None);
        let restored = deleted.task().restore(later).expect("it is in the trash");
        let Task { updated_at, reminded_at, .. } = task;
        prop_assert_eq!(Task { updated_at, reminded_at, ..restored.task().clone() }, task);
        let purged = deleted.task().purge(later).expect("it is in the trash");
        prop_assert_eq!(purged.recorded_as(Seq::from(9), &origin(now)).task, None);
    }

    #[test]
    fn a_task_that_goes_last_is_behind_all_that_came_before(task in task(), now in instant(), seq in 1_000_u64..2_000) {
        let moved = task.move_to(Place::Last, now).expect("it moves").recorded_as(Seq::from(seq), &origin(now));
        let position = moved.task.expect("it is there").position;
        prop_assert!(position > task.position);
        prop_assert_eq!(&position, &Position::last_at(Seq::from(seq)));
        let there = task.move_to(Place::At(task.position.clone()), now);
        prop_assert_eq!(there, None);
    }

    #[test]
    fn a_create_is_recognised_when_it_is_sent_again(new in new_task(), other in new_task(), now in instant()) {
        if let Ok(created) = Task::create(&new, owner(), now) {
            let task = created.recorded_as(Seq::from(7), &origin(now)).task.expect("it is there");
            prop_assert!(task.was_created_from(&new));
            let renamed = NewTask { title: Title::parse("something else").expect("a title"), ..new };
            prop_assert!(!task.was_created_from(&renamed));
            prop_assert!(!task.was_created_from(&other));
        }
    }
}
