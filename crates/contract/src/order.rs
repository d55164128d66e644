//! The owner's own order.

use taskwell_application::ports::{Neighbours, Side, SortKey, StoreError, TaskFilter};
use taskwell_domain::{Place, Position, Seq, Task, TaskChange, TaskId};

use crate::{
    fixture::Storage,
    given::{
        Account, all, assert_stale, at_once, between, by, deleted, later, moved, origin, renamed, restored,
        task_id, title,
    },
};

const SIDES: [Side; 2] = [Side::Before, Side::After];

/// The tasks in their order.
async fn in_order(account: &Account) -> Vec<Task> {
    let query = all(TaskFilter::default(), by(SortKey::Position));
    account.page(&query).await.tasks
}

async fn neighbours(account: &Account, id: TaskId, beside: &Task, side: Side) -> Neighbours {
    let found = account
        .tasks
        .find_neighbours(&account.id, id, beside.id, side)
        .await;
    found.unwrap()
}

async fn next(account: &Account, from: &Task, side: Side, except: &[TaskId]) -> Option<Position> {
    let found = account
        .tasks
        .next_position(&account.id, &from.position, side, except)
        .await;
    found.unwrap()
}

fn place(task: &Task) -> Place {
    Place::At(task.position.clone())
}

pub(crate) async fn the_last_place_is_that_of_the_number(storage: Storage) {
    let ada = storage.account("ada").await;
    let one = ada.create(1).await;
    let two = ada.create(2).await;
    assert_eq!(one.position, Position::last_at(Seq::from(1)));
    assert_eq!(two.position, Position::last_at(Seq::from(2)));
    // Whatever the change was decided on.
    let changes = vec![ada.creation(3), moved(&one, Place::Last), ada.creation(4)];
    let recorded = ada.record(changes).await.unwrap();
    for change in &recorded {
        let position = &change.task.as_ref().unwrap().position;
        assert_eq!(*position, Position::last_at(change.seq));
    }
    let ids: Vec<TaskId> = in_order(&ada).await.iter().map(|task| task.id).collect();
    assert_eq!(ids, [2, 3, 1, 4].map(task_id));
}

pub(crate) async fn a_place_is_free_once_it_was_left_in_the_same_recording(storage: Storage) {
    let ada = storage.account("ada").await;
    let mut tasks = Vec::new();
    for n in 1..=6 {
        tasks.push(ada.create(n).await);
    }
    // Whether the one that follows has the greater id or the smaller one; and not as moves alone.
    let renamed_at = |task: &Task, other: &Task| {
        let there = Task {
            title: title("Renamed"),
            position: other.position.clone(),
            ..task.clone()
        };
        task.put_back(Some(&there), later(7)).unwrap()
    };
    let changes = vec![
        moved(&tasks[0], Place::Last),
        renamed_at(&tasks[1], &tasks[0]),
        moved(&tasks[3], Place::Last),
        renamed_at(&tasks[2], &tasks[3]),
        renamed(&tasks[4], "Renamed"),
        renamed(&tasks[5], "Renamed"),
    ];
    ada.record(changes).await.unwrap();
    let ids: Vec<TaskId> = in_order(&ada).await.iter().map(|task| task.id).collect();
    assert_eq!(ids, [2, 3, 5, 6, 1, 4].map(task_id));
}

pub(crate) async fn a_moved_task_stands_where_it_was_moved(storage: Storage) {
    let ada = storage.account("ada").await;
    let mut tasks = Vec::new();
    for n in 1..=4 {
        tasks.push(ada.create(n).await);
    }
    let between_the_first = ada
        .recorded(moved(&tasks[3], between(Some(&tasks[0]), Some(&tasks[1]))))
        .await;
    let first = ada
        .recorded(moved(&tasks[2], between(None, Some(&tasks[0]))))
        .await;
    let [one, two, ..] = &tasks[..] else {
        unreachable!()
    };
    assert_eq!(
        in_order(&ada).await,
        [first, one.clone(), between_the_first, two.clone()]
    );
}

pub(crate) async fn a_place_is_taken_once(storage: Storage) {
    let ada = storage.account("ada").await;
    let one = ada.create(1).await;
    let two = ada.create(2).await;
    let gone = ada.create_deleted(3).await;
    let before = ada.everything().await;
    for taken in [&two, &gone] {
        assert_stale(&ada.record(vec![moved(&one, place(taken))]).await);
        // Nor along with others.
        assert_stale(&ada.record(vec![ada.creation(4), moved(&one, place(taken))]).await);
    }
    let free = between(Some(&one), Some(&two));
    let both = vec![moved(&one, free.clone()), moved(&two, free.clone())];
    assert_stale(&ada.record(both).await);
    assert_eq!(ada.everything().await, before);

    // Another owner has an order of their own.
    let bob = storage.account("bob").await;
    let bobs = bob.create(1).await;
    assert_eq!(bobs.position, one.position);
    bob.recorded(moved(&bobs, free.clone())).await;
    ada.recorded(moved(&one, free)).await;
    ada.recorded(restored(&gone)).await;
}

pub(crate) async fn a_place_that_one_leaves_is_free_for_the_next(storage: Storage) {
    let ada = storage.account("ada").await;
    let one = ada.create(1).await;
    let two = ada.create(2).await;
    let three = ada.create(3).await;
    // In one recording, each to where the one before it was.
    let changes = vec![
        moved(&one, Place::Last),
        moved(&two, place(&one)),
        moved(&three, place(&two)),
    ];
    ada.record(changes).await.unwrap();
    let ids: Vec<TaskId> = in_order(&ada).await.iter().map(|task| task.id).collect();
    assert_eq!(ids, [2, 3, 1].map(task_id));
}

pub(crate) async fn neighbours_are_found_on_either_side(storage: Storage) {
    let ada = storage.account("ada").await;
    let one = ada.create(1).await;
    let two = ada.create(2).await;
    let three = ada.create(3).await;
    for (beside, side, next) in [
        (&one, Side::Before, None),
        (&one, Side::After, Some(&two)),
        (&two, Side::Before, Some(&one)),
        // The task to be moved counts as any other.
        (&two, Side::After, Some(&three)),
        (&three, Side::Before, Some(&two)),
        (&three, Side::After, None),
    ] {
        let expected = Neighbours {
            task: Some(three.clone()),
            beside: Some(beside.clone()),
            next: next.map(|task| task.position.clone()),
        };
        assert_eq!(
            neighbours(&ada, three.id, beside, side).await,
            expected,
            "{side:?} {}",
            beside.title
        );
    }
}

pub(crate) async fn a_task_in_the_trash_is_no_neighbour_but_has_its_place(storage: Storage) {
    let ada = storage.account("ada").await;
    let one = ada.create(1).await;
    let gone = ada.create_deleted(2).await;
    let three = ada.create(3).await;
    for (beside, side) in [(&one, Side::After), (&three, Side::Before)] {
        let found = neighbours(&ada, three.id, beside, side).await;
        assert_eq!(found.next.as_ref(), Some(&gone.position));
    }
    let beside_one_that_is_gone = neighbours(&ada, one.id, &gone, Side::After).await;
    assert_eq!(beside_one_that_is_gone.task.as_ref(), Some(&one));
    assert_eq!(beside_one_that_is_gone.beside, None);
    let one_that_is_gone = neighbours(&ada, gone.id, &one, Side::After).await;
    assert_eq!(one_that_is_gone.task, None);
    assert_eq!(one_that_is_gone.beside, Some(one));
}

pub(crate) async fn the_tasks_of_others_are_no_neighbours(storage: Storage) {
    let ada = storage.account("ada").await;
    let bob = storage.account("bob").await;
    for n in 1..=2 {
        bob.create(n).await;
    }
    let bobs = bob.create(3).await;
    let adas = ada.create(9).await;
    for side in SIDES {
        let found = neighbours(&ada, adas.id, &adas, side).await;
        assert_eq!(found.next, None, "{side:?}");
        assert_eq!(next(&ada, &bobs, side, &[adas.id]).await, None, "{side:?}");
        let found = neighbours(&ada, bobs.id, &bobs, side).await;
        assert_eq!((found.task, found.beside), (None, None), "{side:?}");
    }
}

pub(crate) async fn the_next_place_leaves_out_what_is_to_be_left_out(storage: Storage) {
    let ada = storage.account("ada").await;
    let mut tasks = Vec::new();
    for n in 1..=5 {
        tasks.push(ada.create(n).await);
    }
    tasks[1] = ada.recorded(deleted(&tasks[1])).await;
    for (from, side, except, expected) in [
        (2, Side::After, vec![], Some(3)),
        (2, Side::Before, vec![], Some(1)),
        (2, Side::After, vec![3], Some(4)),
        (2, Side::After, vec![3, 4], None),
        (2, Side::Before, vec![1, 3], Some(0)),
        (2, Side::Before, vec![0, 1], None),
        (0, Side::Before, vec![], None),
        (4, Side::After, vec![], None),
        // Nobody need be there.
        (2, Side::After, vec![2], Some(3)),
    ] {
        let except: Vec<TaskId> = except.into_iter().map(|n: usize| tasks[n].id).collect();
        let expected = expected.map(|n: usize| tasks[n].position.clone());
        let found = next(&ada, &tasks[from], side, &except).await;
        assert_eq!(found, expected, "{side:?} {from} without {except:?}");
    }
}

/// Moves a task to one side of another again and again, until nobody is faster.
async fn move_beside(account: &Account, id: TaskId, beside: TaskId, side: Side) {
    loop {
        let found = account.tasks.find_neighbours(&account.id, id, beside, side).await;
        let Neighbours {
            task,
            beside: other,
            next,
        } = found.unwrap();
        let (task, other) = (task.unwrap(), other.unwrap());
        let to = match side {
            Side::Before => Position::between(next.as_ref(), Some(&other.position)),
            Side::After => Position::between(Some(&other.position), next.as_ref()),
        };
        let Some(change) = task.move_to(Place::At(to.unwrap()), origin().at) else {
            return;
        };
        match account.record(vec![change]).await {
            Err(StoreError::Stale) => {}
            recorded => {
                recorded.unwrap();
                return;
            }
        }
    }
}

/// Two clients that move the same few tasks to the same few places.
pub(crate) async fn movers_at_once_leave_every_task_a_place_of_its_own(storage: Storage) {
    let ada = storage.account("ada").await;
    let creations: Vec<TaskChange> = (0..6).map(|n| ada.creation(n)).collect();
    ada.record(creations).await.unwrap();
    let clients = (0..2).map(|client| {
        let ada = ada.clone();
        async move {
            for turn in 0..60 {
                let id = (turn * 5 + client) % 6;
                let beside = (id + 1 + turn % 5) % 6;
                let side = SIDES[usize::from(turn % 3 == 0)];
                move_beside(&ada, task_id(id), task_id(beside), side).await;
            }
        }
    });
    at_once(clients.collect::<Vec<_>>()).await;

    let ordered = in_order(&ada).await;
    assert_eq!(ordered.len(), 6);
    assert!(
        ordered.is_sorted_by(|a, b| a.position < b.position),
        "{ordered:#?}"
    );
}
