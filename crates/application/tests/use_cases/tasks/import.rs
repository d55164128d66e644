use std::time::Duration;

use taskwell_application::{
    Error, ErrorCode,
    tasks::{Done, IdempotencyKey, ImportRow, ImportTasks, Imported, RowFaults},
};
use taskwell_domain::{Fault, FaultCode, FieldFault, ImportedTask, NewTask, Seq, TaskEdit, TimeOfDay};

use super::{
    ada, at, now, refused, title,
    world::{World, id},
};

/// The task of that number, made elsewhere some days ago.
fn task(n: u64) -> ImportedTask {
    ImportedTask {
        new: NewTask {
            id: id(n),
            title: title(&format!("Task {n}")),
            fields: TaskEdit::default(),
        },
        completed_at: None,
        created_at: Some(at("2026-11-01T08:00:00Z")),
        updated_at: Some(at("2026-11-02T08:00:00Z")),
    }
}

/// Those rows from the second line on.
fn file(rows: Vec<Result<ImportedTask, Vec<FieldFault>>>) -> ImportTasks {
    let rows = (2..).zip(rows);
    ImportTasks {
        rows: rows.map(|(row, task)| ImportRow { row, task }).collect(),
        faults: 0,
    }
}

fn key() -> IdempotencyKey {
    IdempotencyKey {
        key: "key".to_owned(),
        fingerprint: [7; 32],
    }
}

fn counted(imported: u64, skipped: u64) -> Imported {
    Imported {
        imported,
        skipped,
        faults: vec![],
    }
}

impl World {
    async fn import(&self, command: &ImportTasks) -> Imported {
        self.tasks.import(&ada(), command, None).await.unwrap().value
    }

    async fn import_once(&self, command: &ImportTasks) -> Done<Imported> {
        self.tasks.import(&ada(), command, Some(&key())).await.unwrap()
    }
}

#[tokio::test]
async fn tasks_come_with_their_ids_and_times_together() {
    let world = World::with_tasks(1).await;
    let done = ImportedTask {
        completed_at: Some(at("2026-11-01T09:00:00Z")),
        ..task(3)
    };
    let imported = world.import(&file(vec![Ok(task(2)), Ok(done)])).await;
    assert_eq!(imported, counted(2, 0));
    assert_eq!(world.order(), [1, 2, 3]);
    assert_eq!(world.recordings(), 1 + 1);
    let (open, done) = (world.task(2), world.task(3));
    assert_eq!(
        (open.created_at, open.updated_at, open.version),
        (
            at("2026-11-01T08:00:00Z"),
            at("2026-11-02T08:00:00Z"),
            Seq::from(2)
        )
    );
    assert_eq!(done.completed_at, Some(at("2026-11-01T09:00:00Z")));
    let log = world.log();
    assert_eq!(log[1].origin.at, now());
    assert!(log[1].origin.batch.is_some());
    assert_eq!(log[1].origin.batch, log[2].origin.batch);
}

/// What is changed later is to be later.
#[tokio::test]
async fn times_to_come_are_now_and_a_change_is_not_before_the_beginning() {
    let world = World::new();
    let (past, future) = (at("2026-11-01T08:00:00Z"), now().after(Duration::from_secs(1)));
    let times = [
        ((Some(future), Some(future)), (now(), now())),
        ((Some(past), Some(future)), (past, now())),
        ((None, Some(future)), (now(), now())),
        ((Some(future), Some(past)), (now(), now())),
        ((Some(future), None), (now(), now())),
        ((Some(past), None), (past, past)),
        ((None, Some(past)), (now(), now())),
        ((None, None), (now(), now())),
    ];
    let rows = (1..).zip(&times).map(|(n, ((created_at, updated_at), _))| {
        Ok(ImportedTask {
            created_at: *created_at,
            updated_at: *updated_at,
            ..task(n)
        })
    });
    assert_eq!(world.import(&file(rows.collect())).await, counted(8, 0));
    for (n, (given, expected)) in (1..).zip(times) {
        let task = world.task(n);
        assert_eq!((task.created_at, task.updated_at), expected, "{given:?}");
    }
}

#[tokio::test]
async fn what_is_there_already_is_left_alone() {
    let world = World::with_tasks(2).await;
    world.record(world.task(2).delete(now()).unwrap());
    let before = [world.task(1), world.task(2)];
    // In the trash counts as there.
    let rows = file(vec![Ok(task(1)), Ok(task(2)), Ok(task(3))]);
    assert_eq!(world.import(&rows).await, counted(1, 2));
    assert_eq!([world.task(1), world.task(2)], before);

    let log = world.log();
    assert_eq!(world.import(&rows).await, counted(0, 3));
    assert_eq!(world.log(), log);
}

#[tokio::test]
async fn more_rows_than_are_looked_up_at_once_are_known_again() {
    let world = World::new();
    let rows = file((0..1_100).map(|n| Ok(task(n))).collect());
    assert_eq!(world.import(&rows).await, counted(1_100, 0));
    assert_eq!(world.import(&rows).await, counted(0, 1_100));
}

#[tokio::test]
async fn bad_rows_are_told_and_the_others_come() {
    let world = World::new();
    let too_long = FieldFault::new("title", Fault::new(FaultCode::TooLong, "is too long"));
    let mut no_day = task(2);
    no_day.new.fields.due_time = Some(Some(TimeOfDay::parse("09:00").unwrap()));
    let rows = file(vec![
        Ok(task(1)),
        Err(vec![too_long.clone()]),
        Ok(no_day),
        Ok(task(3)),
    ]);
    let imported = world.import(&rows).await;
    assert_eq!((imported.imported, imported.skipped), (2, 0));
    let [first, second] = &imported.faults[..] else {
        panic!("{imported:?}");
    };
    let expected = RowFaults {
        row: 3,
        faults: vec![too_long],
    };
    assert_eq!(*first, expected);
    let told: Vec<_> = second
        .faults
        .iter()
        .map(|fault| (fault.field, fault.fault.code))
        .collect();
    assert_eq!((second.row, told), (4, vec![("due_date", FaultCode::Required)]));
    assert_eq!(world.order(), [1, 3]);
}

#[tokio::test]
async fn the_same_id_twice_in_a_file_is_one_task() {
    let world = World::new();
    let other = ImportedTask {
        new: NewTask {
            title: title("Another"),
            ..task(1).new
        },
        ..task(1)
    };
    let rows = file(vec![Ok(task(1)), Ok(task(2)), Ok(other), Ok(task(1))]);
    assert_eq!(world.import(&rows).await, counted(2, 2));
    assert_eq!(world.task(1).title, title("Task 1"));
}

#[tokio::test]
async fn what_somebody_else_makes_meanwhile_is_left_alone() {
    let world = World::new();
    let made = taskwell_domain::Task::create(&task(1).new, ada().user_id, now()).unwrap();
    world.meanwhile(move |state| state.change(made));
    let rows = file(vec![Ok(task(1)), Ok(task(2))]);
    assert_eq!(world.import(&rows).await, counted(1, 1));
    assert_eq!(world.task(1).created_at, now());
}

#[tokio::test]
async fn the_same_import_again_is_answered_as_the_first() {
    let world = World::with_tasks(1).await;
    let wrong = FieldFault::new("title", Fault::new(FaultCode::Required, "is missing"));
    let rows = file(vec![Ok(task(1)), Err(vec![wrong]), Ok(task(2)), Ok(task(3))]);
    let first = world.import_once(&rows).await;
    assert!(!first.replayed);
    assert_eq!((first.value.imported, first.value.skipped), (2, 1));
    let log = world.log();

    let again = world.import_once(&rows).await;
    assert_eq!((again.value, again.replayed), (first.value, true));
    assert_eq!(world.log(), log);
    let another = IdempotencyKey {
        fingerprint: [8; 32],
        ..key()
    };
    let outcome = world.tasks.import(&ada(), &file(vec![]), Some(&another)).await;
    assert_eq!(refused(outcome), ErrorCode::IdempotencyKeyReused);
}

#[tokio::test]
async fn where_nearly_everything_is_wrong_nothing_is_taken_over() {
    let without_date = |n: u64| {
        let mut task = task(n);
        task.new.fields.due_time = Some(Some(TimeOfDay::parse("09:30").unwrap()));
        Ok(task)
    };
    let most = ImportTasks::MAX_FAULTS;
    let rows: Vec<_> = (1..=most as u64).map(without_date).chain([Ok(task(1))]).collect();
    let world = World::new();
    let imported = world.import(&file(rows.clone())).await;
    assert_eq!((imported.imported, imported.faults.len()), (1, most));

    let world = World::new();
    let one_more = ImportTasks {
        faults: 1,
        ..file(rows)
    };
    match world.tasks.import(&ada(), &one_more, None).await {
        Err(Error::Validation(faults)) => {
            let fault = |fault: &FieldFault| (fault.field, fault.fault.code);
            assert_eq!(
                faults.iter().map(fault).collect::<Vec<_>>(),
                [("tasks", FaultCode::TooMany)]
            );
            let detail = &faults[0].fault.detail;
            assert!(detail.contains("row 10001, due_date: "), "{detail}");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(world.log(), []);
}

#[tokio::test]
async fn of_nothing_there_is_nothing_to_tell() {
    let world = World::new();
    assert_eq!(world.import(&file(vec![])).await, counted(0, 0));
    assert_eq!(world.log(), []);
}
