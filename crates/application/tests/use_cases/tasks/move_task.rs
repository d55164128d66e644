use taskwell_application::{
    Error, ErrorCode,
    ports::{MockTaskStore, Neighbours, Side, StoreError},
    tasks::{Beside, Precondition},
};
use taskwell_domain::{ChangeKind, FaultCode, Place, Position, Seq, Task};

use super::{
    ada, belongs_to_another, now, refused, task, task_id, tasks, unavailable,
    world::{World, id},
};

const SIDES: [Side; 2] = [Side::Before, Side::After];

impl World {
    async fn put(&self, n: u64, side: Side, beside: u64) -> Result<Task, Error> {
        let beside = Beside { id: id(beside), side };
        let any = Precondition::none();
        let done = self.tasks.move_task(&ada(), id(n), beside, &any, None).await?;
        Ok(done.value)
    }
}

#[track_caller]
fn assert_invalid<T: std::fmt::Debug>(outcome: Result<T, Error>, field: &str) {
    let Err(Error::Validation(faults)) = outcome else {
        panic!("{outcome:?}");
    };
    let told: Vec<_> = faults
        .iter()
        .map(|fault| (fault.field, fault.fault.code))
        .collect();
    assert_eq!(told, [(field, FaultCode::InvalidValue)]);
}

#[tokio::test]
async fn a_task_goes_to_either_side_of_another() {
    for (n, side, beside, expected) in [
        (1, Side::After, 3, [2, 3, 1, 4]),
        (1, Side::Before, 4, [2, 3, 1, 4]),
        (4, Side::Before, 1, [4, 1, 2, 3]),
        (2, Side::Before, 1, [2, 1, 3, 4]),
        (1, Side::After, 4, [2, 3, 4, 1]),
        (3, Side::After, 1, [1, 3, 2, 4]),
    ] {
        let world = World::with_tasks(4).await;
        let others: Vec<Task> = world.all();
        let moved = world.put(n, side, beside).await.unwrap();
        assert_eq!(world.order(), expected, "{n} {side:?} {beside}");
        assert_eq!(moved, world.task(n));
        assert_eq!(world.kinds_since(4), [ChangeKind::Moved]);
        // No other task changes.
        for other in others.iter().filter(|other| other.id != id(n)) {
            assert!(world.all().contains(other));
        }
    }
}

#[tokio::test]
async fn behind_the_last_a_task_stays_behind_whatever_comes_at_the_same_time() {
    let world = World::with_tasks(2).await;
    let moved = world.put(1, Side::After, 2).await.unwrap();
    assert_eq!(moved.position, Position::last_at(Seq::from(3)));
    world.create(3).await;
    assert_eq!(world.order(), [2, 1, 3]);
}

#[tokio::test]
async fn who_stands_there_already_does_not_move() {
    for (n, side, beside) in [
        (2, Side::After, 1),
        (1, Side::Before, 2),
        (4, Side::After, 3),
        (3, Side::Before, 4),
    ] {
        let world = World::with_tasks(4).await;
        let before = world.task(n);
        assert_eq!(world.put(n, side, beside).await.unwrap(), before);
        assert_eq!(world.log().len(), 4);
    }
}

#[tokio::test]
async fn a_task_is_moved_beside_another_one_that_is_there() {
    let world = World::with_tasks(3).await;
    world.record(world.task(3).delete(now()).unwrap());
    for (side, field) in SIDES.into_iter().zip(["before", "after"]) {
        for beside in [1, 3, 9] {
            assert_invalid(world.put(1, side, beside).await, field);
        }
    }
    assert_eq!(world.log().len(), 4);
}

#[tokio::test]
async fn a_place_of_a_task_in_the_trash_stays_its_own() {
    let world = World::with_tasks(4).await;
    let gone = world.record(world.task(2).delete(now()).unwrap());
    world.put(4, Side::After, 1).await.unwrap();
    world.record(gone.restore(now()).unwrap());
    assert_eq!(world.order(), [1, 4, 2, 3]);
}

#[tokio::test]
async fn a_move_that_is_overtaken_is_decided_anew() {
    let world = World::with_tasks(4).await;
    let other = world.task(3);
    let between = Position::between(Some(&world.task(1).position), Some(&world.task(2).position));
    // Somebody else takes the place.
    let change = other.move_to(Place::At(between.unwrap()), now()).unwrap();
    world.meanwhile(move |state| state.change(change));
    world.put(4, Side::After, 1).await.unwrap();
    assert_eq!(world.order(), [1, 4, 3, 2]);

    let other = world.task(4);
    world.meanwhile(move |state| state.change(other.delete(now()).unwrap()));
    let outcome = world.put(4, Side::Before, 2).await;
    assert_eq!(refused(outcome), ErrorCode::NotFound);
}

#[tokio::test]
async fn another_version_is_refused_with_the_task_as_it_stands() {
    let world = World::with_tasks(2).await;
    let as_read = Precondition::none().and_one_of(vec![Seq::from(7)]);
    let beside = Beside {
        id: id(2),
        side: Side::After,
    };
    let outcome = world.tasks.move_task(&ada(), id(1), beside, &as_read, None).await;
    let Err(Error::PreconditionFailed(current)) = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(*current, world.task(1));
}

/// Beside the other one, whatever the storage says.
async fn beside_another(store: MockTaskStore) -> Result<Task, Error> {
    let beside = Beside {
        id: id(2),
        side: Side::After,
    };
    let any = Precondition::none();
    let done = tasks(store)
        .move_task(&ada(), task_id(), beside, &any, None)
        .await?;
    Ok(done.value)
}

fn finds_neighbours(store: &mut MockTaskStore, answer: Result<Neighbours, StoreError>) {
    store
        .expect_find_neighbours()
        .withf(|owner, moved, beside, side| {
            (owner, *moved, *beside, *side) == (&ada().user_id, task_id(), id(2), Side::After)
        })
        .times(1)
        .return_once(|_, _, _, _| answer);
}

#[tokio::test]
async fn a_task_out_of_reach_is_not_moved() {
    for (anothers, code) in [(false, ErrorCode::NotFound), (true, ErrorCode::Forbidden)] {
        let mut store = MockTaskStore::new();
        finds_neighbours(&mut store, Ok(Neighbours::default()));
        belongs_to_another(&mut store, Ok(anothers));
        assert_eq!(refused(beside_another(store).await), code);
    }
    let mut away = MockTaskStore::new();
    finds_neighbours(&mut away, unavailable());
    assert_eq!(refused(beside_another(away).await), ErrorCode::Unavailable);
}

#[tokio::test]
async fn whoever_is_overtaken_for_good_is_told() {
    let mut store = MockTaskStore::new();
    let found = Neighbours {
        task: Some(task()),
        beside: Some(Task {
            id: id(2),
            position: Position::last_at(Seq::from(2)),
            ..task()
        }),
        next: None,
    };
    store
        .expect_find_neighbours()
        .times(2..=1_000)
        .returning(move |_, _, _, _| Ok(found.clone()));
    store
        .expect_record()
        .times(2..=1_000)
        .returning(|_, _| Err(StoreError::Stale));
    assert_eq!(refused(beside_another(store).await), ErrorCode::Conflict);
}

/// Now and then somebody else is faster and takes a task to the end.
#[tokio::test]
async fn ten_thousand_moves_leave_every_task_a_place_of_its_own() {
    let world = World::with_tasks(30).await;
    let mut lot: u64 = 20_261_121;
    let mut draw = |end: u64| {
        // xorshift
        lot ^= lot << 13;
        lot ^= lot >> 7;
        lot ^= lot << 17;
        lot % end + 1
    };
    let mut expected = world.order();
    let mut moves = 0;
    while moves < 10_000 {
        let (n, beside, faster) = (draw(30), draw(30), draw(30));
        let side = SIDES[usize::from(draw(2) == 1)];
        let place = |order: &[u64], n: u64| order.iter().position(|task| *task == n).unwrap();
        let stands_there = match side {
            Side::Before => place(&expected, n) + 1 == place(&expected, beside),
            Side::After => place(&expected, n) == place(&expected, beside) + 1,
        };
        if n == beside || stands_there {
            continue;
        }
        moves += 1;
        if moves % 5 == 0 {
            world.meanwhile(move |state| {
                let task = state.tasks[&id(faster)].clone();
                state.change(task.move_to(Place::Last, now()).unwrap());
            });
            world.put(n, side, beside).await.unwrap();
            // Who of them comes first depends on what the one had seen of the other.
            expected = world.order();
        } else {
            world.put(n, side, beside).await.unwrap();
            expected.retain(|task| *task != n);
            let at = place(&expected, beside);
            expected.insert(at + usize::from(side == Side::After), n);
            assert_eq!(world.order(), expected, "move {moves}: {n} {side:?} {beside}");
        }
    }
    let longest = world.all().iter().map(|task| task.position.as_str().len()).max();
    assert!(longest < Some(2_000), "{longest:?}");
}
