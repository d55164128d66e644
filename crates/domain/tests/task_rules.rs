//! The rules of tasks as properties: they hold for any edit at any time.
#![expect(clippy::expect_used, reason = "what the strategies make passes the checks")]

use chrono::{TimeZone, Utc};
use proptest::prelude::*;
use taskwell_domain::{
    ActorKind, ChangeActor, ChangeKind, Completion, Description, NewTask, Origin, RequestId, Seq, Task,
    TaskEdit, TaskId, Timestamp, Title, UserId,
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

fn edit() -> impl Strategy<Value = TaskEdit> {
    (
        proptest::option::of(title()),
        proptest::option::of(description()),
        proptest::option::of(any::<bool>()),
    )
        .prop_map(|(title, description, completed)| TaskEdit {
            title,
            description,
            completed,
        })
}

fn origin(at: Timestamp) -> Origin {
    Origin {
        actor: ChangeActor {
            kind: ActorKind::Session,
            id: "s1".to_owned(),
        },
        request_id: RequestId::parse("r1").expect("a request id"),
        at,
    }
}

fn new_task() -> impl Strategy<Value = NewTask> {
    (any::<u128>(), title(), description(), any::<bool>()).prop_map(|(id, title, description, completed)| {
        NewTask {
            id: TaskId::from(uuid::Uuid::from_u128(id)),
            title,
            description,
            completed,
        }
    })
}

fn task() -> impl Strategy<Value = Task> {
    (new_task(), instant(), 1_u64..1_000).prop_map(|(new, now, seq)| {
        let owner = UserId::parse("ada").expect("a user id");
        Task::create(new, owner, now)
            .recorded_as(Seq::from(seq), &origin(now))
            .task
    })
}

proptest! {
    #[test]
    fn an_absent_field_stays_and_a_given_one_is_set(task in task(), edit in edit(), now in instant()) {
        let edited = task.edit(&edit, now).map_or_else(|| task.clone(), |change| change.task().clone());
        prop_assert_eq!(&edited.title, edit.title.as_ref().unwrap_or(&task.title));
        prop_assert_eq!(&edited.description, edit.description.as_ref().unwrap_or(&task.description));
        prop_assert_eq!(edited.is_completed(), edit.completed.unwrap_or(task.is_completed()));
        prop_assert_eq!((edited.id, &edited.user_id, edited.created_at), (task.id, &task.user_id, task.created_at));
    }

    #[test]
    fn the_same_edit_again_changes_nothing(task in task(), edit in edit(), now in instant(), later in instant()) {
        if let Some(change) = task.edit(&edit, now) {
            prop_assert_eq!(change.task().edit(&edit, later), None);
        }
    }

    #[test]
    fn a_change_rests_on_the_version_that_was_read(task in task(), edit in edit(), now in instant()) {
        if let Some(change) = task.edit(&edit, now) {
            prop_assert_eq!(change.based_on(), Some(task.version));
        }
        prop_assert_eq!(task.delete(now).based_on(), Some(task.version));
    }

    #[test]
    fn the_kind_tells_what_happened_to_completed(task in task(), edit in edit(), now in instant()) {
        if let Some(change) = task.edit(&edit, now) {
            let expected = match (task.is_completed(), change.task().is_completed()) {
                (false, true) => ChangeKind::Completed,
                (true, false) => ChangeKind::Reopened,
                _ => ChangeKind::Updated,
            };
            prop_assert_eq!(change.kind(), expected);
        }
    }

    #[test]
    fn completing_twice_keeps_the_first_time(task in task(), now in instant(), later in instant()) {
        let done = task
            .complete(Completion::Set(true), now)
            .map_or_else(|| task.clone(), |change| change.task().clone());
        prop_assert_eq!(done.complete(Completion::Set(true), later), None);
    }

    #[test]
    fn toggling_twice_comes_back(task in task(), now in instant(), later in instant()) {
        let once = task.complete(Completion::Toggle, now).expect("a toggle changes");
        let twice = once.task().complete(Completion::Toggle, later).expect("a toggle changes");
        prop_assert_eq!(twice.task().is_completed(), task.is_completed());
        prop_assert_ne!(once.task().is_completed(), task.is_completed());
    }

    #[test]
    fn updated_at_never_goes_back(task in task(), now in instant()) {
        let toggled = task.complete(Completion::Toggle, now).expect("a toggle changes");
        prop_assert!(toggled.task().updated_at >= task.updated_at);
        prop_assert!(task.delete(now).task().updated_at >= task.updated_at);
    }

    #[test]
    fn a_recorded_change_is_the_version_of_its_task(task in task(), now in instant(), seq in 1_000_u64..2_000) {
        let change = task.delete(now).recorded_as(Seq::from(seq), &origin(now));
        prop_assert_eq!(change.task.version, change.seq);
        prop_assert_eq!(change.kind, ChangeKind::Deleted);
        prop_assert_eq!(change.task.deleted_at, Some(now));
    }

    #[test]
    fn a_create_is_recognised_when_it_is_sent_again(new in new_task(), other in new_task(), now in instant()) {
        let owner = UserId::parse("ada").expect("a user id");
        let task = Task::create(new.clone(), owner, now).task().clone();
        prop_assert!(task.was_created_from(&new));
        prop_assert_eq!(task.was_created_from(&other), new == other);
        let renamed = NewTask { title: Title::parse("something else").expect("a title"), ..new };
        prop_assert!(!task.was_created_from(&renamed));
    }
}
