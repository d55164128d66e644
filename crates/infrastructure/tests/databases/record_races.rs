//! Many writers of the same tasks at once.

use std::collections::{HashMap, HashSet};

use taskwell_application::ports::{
    AnsweredTask, Constraint, KeptAnswer, NewAnswer, Recording, Side, Sort, Start, StoreError, TaskFilter,
    TaskQuery, TaskStore,
};
use taskwell_domain::{
    Change, ChangeKind, Completion, Place, Position, Seq, Task, TaskChange, TaskEdit, TaskId, UserId,
};
use taskwell_infrastructure::{Database, SqlTaskStore, testing::TestDatabase};
use tokio::task::JoinSet;

use crate::support::{add_user, another_server, creation, now, origin, recorded, recording};

const WRITERS: u128 = 12;
const ROUNDS: u128 = 40;

on_both_databases! {
    writers_of_one_owner_leave_a_log_without_gaps_that_agrees_with_the_tasks,
    of_several_edits_of_one_version_one_wins,
    of_several_creates_of_one_id_one_wins,
    of_equal_requests_under_one_key_one_is_recorded,
    of_moves_to_one_place_one_wins,
    what_was_decided_on_another_end_of_the_log_is_stale,
}

async fn writers_of_one_owner_leave_a_log_without_gaps_that_agrees_with_the_tasks(test: &TestDatabase) {
    let ada = add_user(test.database(), "ada").await;
    let eve = add_user(test.database(), "eve").await;
    let mut writers = JoinSet::new();
    for owner in [&ada, &eve] {
        for writer in 0..WRITERS {
            writers.spawn(write(test.database().clone(), owner.clone(), writer));
        }
    }
    let mut recorded: HashMap<UserId, HashSet<u64>> = HashMap::new();
    for (owner, seqs) in writers.join_all().await {
        for seq in seqs {
            let new = recorded.entry(owner.clone()).or_default().insert(seq.get());
            assert!(new, "{seq} was given twice");
        }
    }
    let store = SqlTaskStore::new(test.database().clone());
    for owner in [ada, eve] {
        let log = log(&store, &owner).await;
        let numbers: Vec<u64> = log.iter().map(|change| change.seq.get()).collect();
        assert_eq!(numbers, (1..=log.len() as u64).collect::<Vec<_>>());
        assert_eq!(recorded[&owner], numbers.into_iter().collect::<HashSet<_>>());
        assert_replays_to_the_tasks(&store, &owner, &log).await;
    }
}

/// What one writer does, round by round: creates alone and in twos, some of which others create as well;
/// edits, which others make as well, alone and in twos in either order.
async fn write(database: Database, owner: UserId, writer: u128) -> (UserId, Vec<Seq>) {
    let store = SqlTaskStore::new(database);
    let mut seqs = Vec::new();
    for round in 0..ROUNDS {
        let own = 1_000 * (writer + 1) + round;
        let shared = round / 2;
        let changes = match (round + writer) % 6 {
            0 => vec![creation(&owner, own, "alone")],
            1 => vec![creation(&owner, shared, "shared")],
            2 => vec![
                creation(&owner, own, "first of two"),
                creation(&owner, shared, "shared"),
            ],
            3 => edit(&store, &owner, &[shared]).await,
            4 => edit(&store, &owner, &[shared, shared / 2]).await,
            _ => edit(&store, &owner, &[shared / 2, shared]).await,
        };
        let count = changes.len();
        match store.record(&owner, recording(changes)).await {
            Ok(recorded) => {
                assert_eq!(recorded.len(), count);
                seqs.extend(recorded.iter().map(|change| change.seq));
            }
            Err(StoreError::Stale | StoreError::Conflict(Constraint::TaskId)) => {}
            // A deadlock would be here.
            Err(error) => panic!("{error:?}"),
        }
    }
    (owner, seqs)
}

/// A change of each of those tasks that is there, based on how it stands now.
async fn edit(store: &SqlTaskStore, owner: &UserId, numbers: &[u128]) -> Vec<TaskChange> {
    let mut changes = Vec::new();
    for number in numbers.iter().collect::<HashSet<_>>() {
        let id = creation(owner, *number, "x").task().id;
        if let Some(task) = store.find(owner, id).await.unwrap() {
            changes.extend(task.complete(Completion::Toggle, now()));
        }
    }
    changes
}

async fn assert_replays_to_the_tasks(store: &SqlTaskStore, owner: &UserId, log: &[Change]) {
    let mut replayed: HashMap<TaskId, Task> = HashMap::new();
    for change in log {
        let task = change.task.clone().unwrap();
        assert_eq!(task.version, change.seq);
        assert_eq!(task.user_id, *owner);
        assert_eq!(change.origin, origin());
        let is_completed = task.is_completed();
        let before = replayed.insert(change.task_id, task);
        assert_eq!(before.is_none(), change.kind == ChangeKind::Created, "{change:?}");
        // Nothing was decided on a task that stood differently.
        if let Some(before) = before {
            assert_ne!(before.is_completed(), is_completed);
        }
    }
    let query = TaskQuery {
        filter: TaskFilter::default(),
        sort: Sort::default(),
        start: Start::Skip(0),
        limit: 100_000,
    };
    let stored = store.list(owner, &query).await.unwrap().tasks;
    assert_eq!(stored.len(), replayed.len());
    for task in stored {
        assert_eq!(replayed.get(&task.id), Some(&task));
    }
}

async fn of_several_edits_of_one_version_one_wins(test: &TestDatabase) {
    let ada = add_user(test.database(), "ada").await;
    let store = SqlTaskStore::new(test.database().clone());
    let created = store
        .record(
            &ada,
            recording(vec![
                creation(&ada, 1, "contended"),
                creation(&ada, 2, "the other"),
            ]),
        )
        .await
        .unwrap();
    let mut task = created[0].task.clone().unwrap();
    for round in 0..ROUNDS {
        let mut writers = JoinSet::new();
        for writer in 0..WRITERS {
            let (store, ada) = (store.clone(), ada.clone());
            let edit = TaskEdit {
                title: Some(format!("{round}/{writer}").parse().unwrap()),
                ..TaskEdit::default()
            };
            let mut changes = vec![task.edit(&edit, now()).unwrap().unwrap()];
            // Some by the general way.
            if writer % 3 == 0 {
                changes.push(creation(&ada, 1_000 + round * WRITERS + writer, "beside"));
            }
            writers.spawn(async move { store.record(&ada, recording(changes)).await });
        }
        let mut winners = Vec::new();
        for outcome in writers.join_all().await {
            match outcome {
                Ok(recorded) => winners.push(recorded),
                Err(StoreError::Stale) => {}
                Err(error) => panic!("{error:?}"),
            }
        }
        assert_eq!(winners.len(), 1);
        let winner = winners[0][0].clone();
        // Nobody who lost has used up a number.
        let log = store.changes(&ada, task.version, 100).await.unwrap().changes;
        assert_eq!(log.iter().find(|change| change.task_id == task.id), Some(&winner));
        let stored = store.find(&ada, task.id).await.unwrap().unwrap();
        assert_eq!(Some(&stored), winner.task.as_ref());
        task = stored;
    }
    let log = log(&store, &ada).await;
    assert_eq!(log.last().map(|change| change.seq.get()), Some(log.len() as u64));
}

async fn of_several_creates_of_one_id_one_wins(test: &TestDatabase) {
    let ada = add_user(test.database(), "ada").await;
    let store = SqlTaskStore::new(test.database().clone());
    for round in 0..ROUNDS {
        let mut writers = JoinSet::new();
        for writer in 0..WRITERS {
            let (store, ada) = (store.clone(), ada.clone());
            let mut changes = vec![creation(&ada, round, &format!("{writer}"))];
            if writer % 3 == 0 {
                changes.push(creation(&ada, 1_000 + round * WRITERS + writer, "beside"));
            }
            writers.spawn(async move { store.record(&ada, recording(changes)).await });
        }
        let mut winners = Vec::new();
        for outcome in writers.join_all().await {
            match outcome {
                Ok(recorded) => winners.push(recorded),
                Err(StoreError::Conflict(Constraint::TaskId)) => {}
                Err(error) => panic!("{error:?}"),
            }
        }
        assert_eq!(winners.len(), 1);
        let creation = store.find_creation(&ada, winners[0][0].task_id).await.unwrap();
        assert_eq!(creation, winners[0][0].task);
    }
    let log = log(&store, &ada).await;
    assert_eq!(log.last().map(|change| change.seq.get()), Some(log.len() as u64));
}

async fn log(store: &SqlTaskStore, owner: &UserId) -> Vec<Change> {
    let page = store.changes(owner, Seq::START, u32::MAX).await.unwrap();
    assert_eq!(
        page.latest,
        page.changes.last().map_or(Seq::START, |last| last.seq)
    );
    page.changes
}

fn answer(tasks: Vec<AnsweredTask>) -> NewAnswer {
    NewAnswer {
        key: "again".to_owned(),
        fingerprint: [7; 32],
        tasks,
        detail: None,
    }
}

/// With something to record, and with nothing.
async fn of_equal_requests_under_one_key_one_is_recorded(test: &TestDatabase) {
    let other_server = SqlTaskStore::new(another_server(test).await);
    let store = SqlTaskStore::new(test.database().clone());
    let bob = add_user(test.database(), "bob").await;
    let seen = recorded(&store, &bob, creation(&bob, 1, "there")).await.version;
    let eve = add_user(test.database(), "eve").await;
    for (owner, creates) in [(&bob, false), (&eve, true)] {
        let mut writers = JoinSet::new();
        for writer in 0..50 {
            let (changes, answered) = match creates {
                true => (
                    vec![creation(owner, 1_000 + writer, "once")],
                    AnsweredTask::Changed(0),
                ),
                false => (vec![], AnsweredTask::At(seen)),
            };
            let recording = Recording {
                answer: Some(answer(vec![answered])),
                ..recording(changes)
            };
            let store = if writer % 2 == 0 { &store } else { &other_server };
            let (store, owner) = (store.clone(), owner.clone());
            writers.spawn(async move { store.record(&owner, recording).await });
        }
        let mut winners = Vec::new();
        for outcome in writers.join_all().await {
            match outcome {
                Ok(recorded) => winners.push(recorded),
                Err(StoreError::Conflict(Constraint::IdempotencyKey)) => {}
                Err(error) => panic!("{error:?}"),
            }
        }
        assert_eq!(winners.len(), 1);
        let kept = KeptAnswer {
            fingerprint: [7; 32],
            tasks: vec![Seq::from(1)],
            detail: None,
            at: now(),
        };
        assert_eq!(store.find_answer(owner, "again").await.unwrap(), Some(kept));
        let log = log(&store, owner).await;
        assert_eq!(log.len(), 1);
        if creates {
            assert_eq!(winners[0], log);
        }
    }
}

/// On several servers tasks are moved behind the same one, each decided before any is recorded.
async fn of_moves_to_one_place_one_wins(test: &TestDatabase) {
    let ada = add_user(test.database(), "ada").await;
    let store = SqlTaskStore::new(test.database().clone());
    let first = recorded(&store, &ada, creation(&ada, 1, "first")).await;
    let mut movers = Vec::new();
    for mover in 2..=5 {
        let moved = recorded(&store, &ada, creation(&ada, mover, "moved")).await;
        movers.push((SqlTaskStore::new(another_server(test).await), moved.id));
    }
    for _ in 0..ROUNDS {
        let mut moves = Vec::new();
        for (store, id) in &movers {
            let found = store.find_neighbours(&ada, *id, first.id, Side::After).await;
            let found = found.unwrap();
            let place = Position::between(Some(&first.position), found.next.as_ref()).unwrap();
            let moved = found.task.unwrap().move_to(Place::At(place), now()).unwrap();
            moves.push((store.clone(), recording(vec![moved])));
        }
        let mut writers = JoinSet::new();
        for (store, recording) in moves {
            let ada = ada.clone();
            writers.spawn(async move { store.record(&ada, recording).await });
        }
        let outcomes = writers.join_all().await;
        let stale = |outcome: &&Result<_, _>| matches!(outcome, Err(StoreError::Stale));
        assert_eq!(
            outcomes.iter().filter(stale).count(),
            movers.len() - 1,
            "{outcomes:?}"
        );
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    }
    let log = log(&store, &ada).await;
    assert_eq!(log.len() as u128, 5 + ROUNDS);
}

async fn what_was_decided_on_another_end_of_the_log_is_stale(test: &TestDatabase) {
    let ada = add_user(test.database(), "ada").await;
    let store = SqlTaskStore::new(test.database().clone());
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        let (store, ada) = (store.clone(), ada.clone());
        let expecting = Recording {
            expects: Some(Seq::START),
            ..recording(vec![
                creation(&ada, 10 * writer, "a"),
                creation(&ada, 10 * writer + 1, "b"),
            ])
        };
        writers.spawn(async move { store.record(&ada, expecting).await });
    }
    let outcomes = writers.join_all().await;
    let stale = |outcome: &&Result<_, _>| matches!(outcome, Err(StoreError::Stale));
    assert_eq!(outcomes.iter().filter(stale).count() as u128, WRITERS - 1);
    assert_eq!(log(&store, &ada).await.len(), 2);
}
