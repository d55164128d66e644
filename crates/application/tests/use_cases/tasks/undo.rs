use taskwell_application::{
    Error, ErrorCode,
    ports::{LogPage, MockTaskStore, Side},
    tasks::{Batch, Beside, Done, EditTask, IdempotencyKey, Operation, Precondition},
};
use taskwell_domain::{
    BatchId, ChangeKind, Completion, Date, Origin, Place, Position, Recurrence, Seq, Task, TaskChange,
    TaskEdit,
};

use super::{
    ada, after, now, origin, refused, task, tasks,
    world::{World, creation, id, rename},
};

fn key() -> IdempotencyKey {
    IdempotencyKey {
        key: "key".to_owned(),
        fingerprint: [7; 32],
    }
}

impl World {
    async fn undo(&self, seq: u64) -> Result<Vec<Task>, Error> {
        let done = self.tasks.undo(&ada(), Seq::from(seq), None).await?;
        Ok(done.value)
    }

    async fn undo_once(&self, seq: u64) -> Result<Done<Vec<Task>>, Error> {
        self.tasks.undo(&ada(), Seq::from(seq), Some(&key())).await
    }

    async fn do_all(&self, operations: Vec<Operation>) -> Vec<Task> {
        let command = Batch {
            operations,
            dry_run: false,
        };
        self.tasks.batch(&ada(), &command, None).await.unwrap().value
    }
}

/// The task but for what every change changes.
fn as_before(task: &Task) -> Task {
    Task {
        version: Seq::START,
        updated_at: now(),
        ..task.clone()
    }
}

/// Every kind of change of a task that is there.
fn changes(task: &Task, others: &Position) -> Vec<(TaskChange, ChangeKind)> {
    let day = |text: &str| Some(Some(Date::parse(text).unwrap()));
    let edit = TaskEdit {
        due_date: day("2026-12-24"),
        ..rename("Renamed")
    };
    let between = Position::between(Some(others), None).unwrap();
    let complete = task.complete(Completion::Toggle, now()).unwrap();
    vec![
        (task.edit(&edit, now()).unwrap().unwrap(), ChangeKind::Updated),
        (complete, ChangeKind::Reopened),
        (task.move_to(Place::Last, now()).unwrap(), ChangeKind::Moved),
        (
            task.move_to(Place::At(between), now()).unwrap(),
            ChangeKind::Moved,
        ),
        (task.delete(now()).unwrap(), ChangeKind::Restored),
    ]
}

#[tokio::test]
async fn every_kind_of_change_is_put_back_and_that_too() {
    let kinds = {
        let world = World::with_tasks(2).await;
        changes(&world.task(1), &world.task(2).position).len()
    };
    for n in 0..kinds {
        let world = World::with_tasks(2).await;
        let before = world.task(1);
        let (change, kind) = changes(&before, &world.task(2).position).swap_remove(n);
        let changed = world.record(change);

        let undone = world.undo(3).await.unwrap();
        assert_eq!(undone, [world.task(1)]);
        assert_eq!(as_before(&undone[0]), as_before(&before), "{kind:?}");
        assert_eq!(undone[0].version, Seq::from(4));
        assert_eq!(world.kinds_since(3), [kind]);

        // What was put back can be done again.
        let again = world.undo(4).await.unwrap();
        assert_eq!(as_before(&again[0]), as_before(&changed), "{kind:?}");
    }
}

#[tokio::test]
async fn a_task_that_was_made_goes_to_the_trash_and_one_that_was_opened_is_done() {
    let world = World::with_tasks(1).await;
    let done = world.record(world.task(1).complete(Completion::Toggle, now()).unwrap());
    world.record(done.complete(Completion::Toggle, now()).unwrap());
    assert_eq!(world.undo(3).await.unwrap()[0].completed_at, Some(now()));
    assert_eq!(world.kinds_since(3), [ChangeKind::Completed]);

    world.create(2).await;
    let undone = world.undo(5).await.unwrap();
    assert_eq!(undone[0].deleted_at, Some(now()));
    assert_eq!(world.kinds_since(5), [ChangeKind::Deleted]);
    // And comes back from there.
    assert_eq!(world.undo(6).await.unwrap()[0].deleted_at, None);
}

#[tokio::test]
async fn a_restored_task_goes_back_to_the_trash() {
    let world = World::with_tasks(1).await;
    let gone = world.record(world.task(1).delete(now()).unwrap());
    world.record(gone.restore(now()).unwrap());
    let undone = world.undo(3).await.unwrap();
    assert_eq!(undone[0].deleted_at, Some(now()));
    assert_eq!(world.kinds_since(3), [ChangeKind::Deleted]);
}

#[tokio::test]
async fn a_recurring_task_is_due_again_when_it_was() {
    let world = World::with_tasks(1).await;
    let weekly = TaskEdit {
        due_date: Some(Some(Date::parse("2026-11-21").unwrap())),
        recurrence: Some(Some(Recurrence::parse("FREQ=WEEKLY;COUNT=3").unwrap())),
        ..TaskEdit::default()
    };
    let due = world.record(world.task(1).edit(&weekly, now()).unwrap().unwrap());
    let moved_on = world.record(due.complete(Completion::Set(true), now()).unwrap());
    assert_ne!(moved_on.due, due.due);
    let undone = world.undo(3).await.unwrap();
    assert_eq!(undone[0].due, due.due);
    assert_eq!(undone[0].occurrences().count(), 3);
}

#[tokio::test]
async fn a_batch_is_put_back_as_a_whole_from_any_of_its_changes() {
    for seq in 5..=10 {
        let world = World::with_tasks(4).await;
        let before: Vec<Task> = world.all().iter().map(as_before).collect();
        let beside = Beside {
            id: id(3),
            side: Side::After,
        };
        let any = Precondition::none;
        let command = |edit: TaskEdit| EditTask {
            edit,
            ..Default::default()
        };
        let results = world
            .do_all(vec![
                Operation::Create(creation(7)),
                Operation::Update(id(1), command(rename("Renamed"))),
                Operation::Move(id(1), beside, any()),
                Operation::Complete(id(2), Completion::Set(true), any()),
                Operation::Delete(id(4), any()),
                Operation::Update(id(7), command(rename("Named"))),
            ])
            .await;
        assert_eq!(results.last().unwrap().version, Seq::from(10));

        let undone = world.undo(seq).await.unwrap();
        let ids: Vec<_> = undone.iter().map(|task| task.id).collect();
        assert_eq!(ids, [7, 1, 2, 4].map(id), "of {seq}");
        let mut now_there = world.all();
        let made = now_there.pop().unwrap();
        assert_eq!((made.id, made.deleted_at), (id(7), Some(now())));
        let now_there: Vec<Task> = now_there.iter().map(as_before).collect();
        assert_eq!(now_there, before, "of {seq}");
        // What puts back a batch is one.
        let log = world.log();
        assert_eq!(log.len(), 10 + 4);
        assert!(log[10].origin.batch.is_some());
        assert!(
            log[10..]
                .iter()
                .all(|change| change.origin.batch == log[10].origin.batch)
        );
        assert_ne!(log[10].origin.batch, log[5].origin.batch);
    }
}

#[tokio::test]
async fn what_is_so_already_is_answered_as_it_stands() {
    let world = World::with_tasks(1).await;
    let command = |text: &str| EditTask {
        edit: rename(text),
        ..Default::default()
    };
    world
        .do_all(vec![
            Operation::Update(id(1), command("Renamed")),
            Operation::Update(id(1), command("Task 1")),
        ])
        .await;
    let stands = world.task(1);
    let undone = world.undo_once(2).await.unwrap();
    assert_eq!(undone.value, std::slice::from_ref(&stands));
    assert_eq!(world.log().len(), 3);
    let again = world.undo_once(2).await.unwrap();
    assert_eq!((again.value, again.replayed), (vec![stands], true));
}

#[tokio::test]
async fn a_task_that_was_changed_since_stays_as_it_is() {
    let world = World::with_tasks(2).await;
    let renamed = world.record(world.task(1).edit(&rename("Renamed"), now()).unwrap().unwrap());
    world.record(renamed.edit(&rename("Again"), now()).unwrap().unwrap());
    let log = world.log();
    for seq in [1, 3] {
        assert_eq!(refused(world.undo(seq).await), ErrorCode::UndoConflict);
    }
    assert_eq!(world.log(), log);
    // The last change can be put back.
    assert_eq!(world.undo(4).await.unwrap()[0].title.as_str(), "Renamed");
}

#[tokio::test]
async fn a_batch_of_which_one_task_was_changed_since_stays_as_a_whole() {
    let world = World::with_tasks(2).await;
    let any = Precondition::none;
    world
        .do_all(vec![
            Operation::Complete(id(1), Completion::Toggle, any()),
            Operation::Complete(id(2), Completion::Toggle, any()),
        ])
        .await;
    world.record(world.task(2).delete(now()).unwrap());
    for seq in [3, 4] {
        assert_eq!(refused(world.undo(seq).await), ErrorCode::UndoConflict);
    }
    assert_eq!(world.log().len(), 5);
}

#[tokio::test]
async fn what_an_undo_would_do_can_be_known_before() {
    let world = World::with_tasks(2).await;
    let any = Precondition::none;
    world
        .do_all(vec![
            Operation::Complete(id(1), Completion::Toggle, any()),
            Operation::Delete(id(2), any()),
        ])
        .await;
    let log = world.log();
    let foretold = world.tasks.foretell_undo(&ada(), Seq::from(3)).await.unwrap();
    assert_eq!(world.log(), log);
    assert_eq!(foretold, world.undo(3).await.unwrap());
    for (seq, code) in [(99, ErrorCode::NotFound), (1, ErrorCode::UndoConflict)] {
        let refusal = world.tasks.foretell_undo(&ada(), Seq::from(seq)).await;
        assert_eq!(refused(refusal), code);
    }
}

#[tokio::test]
async fn what_is_purged_does_not_come_back() {
    let world = World::with_tasks(1).await;
    world.record(world.task(1).delete(now()).unwrap());
    world.tasks.empty_trash(&ada(), None).await.unwrap();
    for seq in 1..=3 {
        assert_eq!(refused(world.undo(seq).await), ErrorCode::UndoConflict);
    }
}

#[tokio::test]
async fn a_change_that_never_was_is_not_found() {
    let world = World::with_tasks(1).await;
    for seq in [0, 2, u64::MAX] {
        assert_eq!(refused(world.undo(seq).await), ErrorCode::NotFound);
    }
}

#[tokio::test]
async fn a_change_that_overtakes_an_undo_is_not_lost() {
    let world = World::with_tasks(1).await;
    let renamed = world.record(world.task(1).edit(&rename("Renamed"), now()).unwrap().unwrap());
    world.meanwhile(move |state| state.change(renamed.complete(Completion::Toggle, now()).unwrap()));
    assert_eq!(refused(world.undo(2).await), ErrorCode::UndoConflict);
    assert!(world.task(1).is_completed());
}

#[tokio::test]
async fn a_task_whose_old_place_is_taken_goes_right_behind_it() {
    let world = World::with_tasks(3).await;
    let old = world.task(1).position;
    world.record(world.task(1).move_to(Place::Last, now()).unwrap());
    world.record(world.task(3).move_to(Place::At(old), now()).unwrap());
    assert_eq!(world.order(), [3, 2, 1]);
    world.undo(4).await.unwrap();
    assert_eq!(world.order(), [3, 1, 2]);
}

#[tokio::test]
async fn the_same_undo_again_is_answered_as_the_first() {
    let world = World::with_tasks(1).await;
    world.record(world.task(1).edit(&rename("Renamed"), now()).unwrap().unwrap());
    let first = world.undo_once(2).await.unwrap();
    assert!(!first.replayed);
    let again = world.undo_once(2).await.unwrap();
    assert_eq!((again.value, again.replayed), (first.value, true));
    assert_eq!(world.log().len(), 3);
}

/// The storage has forgotten changes up to that one.
fn has_forgotten(store: &mut MockTaskStore, seq: u64) {
    store.expect_changes().times(1).return_once(move |_, _, _| {
        Ok(LogPage {
            changes: vec![],
            latest: Seq::from(9),
            forgotten: Seq::from(seq),
        })
    });
}

#[tokio::test]
async fn what_was_made_together_with_what_is_forgotten_is_not_undone_in_part() {
    let mut store = MockTaskStore::new();
    has_forgotten(&mut store, 7);
    let outcome = tasks(store).undo(&ada(), Seq::from(7), None).await;
    assert_eq!(refused(outcome), ErrorCode::NotFound);
}

#[tokio::test]
async fn of_a_batch_whose_first_entries_may_be_forgotten_nothing_is_undone() {
    let together = Origin {
        batch: Some(BatchId::parse("0199f0c1-2345-7abc-8def-00000000ba7c").unwrap()),
        ..origin()
    };
    let change = task().edit(&rename("Renamed"), now()).unwrap().unwrap();
    let rest = vec![change.recorded_as(Seq::from(6), &together)];
    let mut store = MockTaskStore::new();
    has_forgotten(&mut store, 5);
    store.expect_find_batch().return_once(move |_, _| Ok(rest));
    let outcome = tasks(store).undo(&ada(), Seq::from(6), None).await;
    assert_eq!(refused(outcome), ErrorCode::NotFound);
}

#[tokio::test]
async fn tasks_that_took_each_other_s_places_go_back_to_theirs() {
    let world = World::with_tasks(4).await;
    let after = |other| Beside {
        id: id(other),
        side: Side::After,
    };
    let any = Precondition::none;
    world
        .do_all(vec![
            Operation::Move(id(2), after(4), any()),
            Operation::Move(id(4), after(1), any()),
        ])
        .await;
    assert_eq!(world.order(), [1, 4, 3, 2]);
    world.undo(5).await.unwrap();
    assert_eq!(world.order(), [1, 2, 3, 4]);
}

#[tokio::test]
async fn a_change_before_which_nothing_is_remembered_stays() {
    let change = task().edit(&rename("Renamed"), now()).unwrap().unwrap();
    let entry = change.clone().recorded_as(Seq::from(7), &origin());
    let mut store = MockTaskStore::new();
    has_forgotten(&mut store, 6);
    store
        .expect_find_batch()
        .times(1)
        .return_once(|_, _| Ok(vec![entry]));
    store
        .expect_find_all()
        .times(1)
        .return_once(move |_, _| Ok(vec![after(&change)]));
    store
        .expect_find_before()
        .withf(|owner, ids, seq| (owner, ids, *seq) == (&ada().user_id, &[task().id], Seq::from(7)))
        .times(1)
        .returning(|_, _, _| Ok(vec![]));
    let outcome = tasks(store).undo(&ada(), Seq::from(7), None).await;
    assert_eq!(refused(outcome), ErrorCode::UndoConflict);
}
