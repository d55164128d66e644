//! Many at once.

use taskwell_application::ports::{Constraint, SortKey, StoreError, TaskFilter};
use taskwell_domain::{Change, Seq, Task, TaskChange};

use crate::{
    fixture::Storage,
    given::{
        Account, Everything, assert_stale, assert_taken, at_once, by, completed, deleted, numbers, renamed,
        task_id,
    },
    list::walk,
};

/// How many write at once.
const WRITERS: u64 = 8;

/// How often each of them does.
const TURNS: u64 = 6;

/// The numbers under which the `n`th writer makes tasks of its own.
fn own_numbers(n: u64) -> impl Iterator<Item = u64> + Send + use<> {
    (1..=TURNS).map(move |turn| 400 * n + turn)
}

pub(crate) async fn numbers_appear_in_order_and_without_gaps(storage: Storage) {
    let ada = storage.account("ada").await;
    let writers = (0..WRITERS).map(|n| {
        let ada = ada.clone();
        async move {
            let mut answered = Vec::new();
            for number in own_numbers(n) {
                answered.extend(ada.record(vec![ada.creation(number)]).await.unwrap());
            }
            answered
        }
    });
    let writing = tokio::spawn(at_once(writers.collect::<Vec<_>>()));

    let mut followed: Vec<Change> = Vec::new();
    loop {
        let last_look = writing.is_finished();
        let since = followed.last().map_or(Seq::START, |change| change.seq);
        let news = ada.log_since(since.get(), 5).await.changes;
        if last_look && news.is_empty() {
            break;
        }
        for (change, passed) in news.iter().zip(since.get()..) {
            assert_eq!(
                change.seq.get(),
                passed + 1,
                "a number came up after a higher one"
            );
        }
        followed.extend(news);
        tokio::task::yield_now().await;
    }

    let mut answered: Vec<Change> = writing.await.unwrap().into_iter().flatten().collect();
    answered.sort_by_key(|change| change.seq);
    assert_eq!(followed, answered);
    assert_eq!(numbers(&followed), (1..=WRITERS * TURNS).collect::<Vec<_>>());
}

/// Has everybody record at once; what came of it.
async fn race(account: &Account, changes: Vec<TaskChange>) -> (Vec<Change>, Vec<StoreError>) {
    let writers = changes.into_iter().map(|change| {
        let account = account.clone();
        async move { account.record(vec![change]).await }
    });
    let (mut won, mut lost) = (Vec::new(), Vec::new());
    for outcome in at_once(writers.collect::<Vec<_>>()).await {
        match outcome {
            Ok(recorded) => won.extend(recorded),
            Err(refused) => lost.push(refused),
        }
    }
    (won, lost)
}

pub(crate) async fn of_edits_of_one_version_one_wins(storage: Storage) {
    let ada = storage.account("ada").await;
    let task = ada.create(1).await;
    let edits = (0..WRITERS).map(|n| renamed(&task, &format!("By writer {n}")));
    let (won, lost) = race(&ada, edits.collect()).await;

    for refused in lost {
        assert_stale(&Err::<(), _>(refused));
    }
    let [winner] = won.try_into().unwrap();
    assert_eq!(ada.find(task.id).await, winner.task);
    assert_eq!(ada.log().await[1..], [winner]);
}

pub(crate) async fn an_edit_and_a_deletion_of_one_version_exclude_each_other(storage: Storage) {
    let ada = storage.account("ada").await;
    for n in 1..=TURNS {
        let task = ada.create(n).await;
        let (won, lost) = race(&ada, vec![renamed(&task, "Renamed"), deleted(&task)]).await;
        let [winner] = won.try_into().unwrap();
        let [refused] = lost.try_into().unwrap();
        assert_stale(&Err::<(), _>(refused));
        let stands = winner.task.filter(|task| task.deleted_at.is_none());
        assert_eq!(ada.find(task.id).await, stands);
    }
}

/// Reads the tasks, decides on what was read, records, and begins anew where another one was faster.
async fn change_again_and_again(account: &Account, numbers: &[u64], title: &str) {
    loop {
        let mut changes = Vec::new();
        for number in numbers {
            let task = account.find(task_id(*number)).await.unwrap();
            changes.push(renamed(&task, title));
        }
        match account.record(changes).await {
            Err(StoreError::Stale) => {}
            recorded => {
                recorded.unwrap();
                return;
            }
        }
    }
}

pub(crate) async fn writers_that_try_again_all_succeed(storage: Storage) {
    let ada = storage.account("ada").await;
    ada.create(1).await;
    let writers = (0..WRITERS).map(|n| {
        let ada = ada.clone();
        async move {
            for turn in 0..TURNS {
                change_again_and_again(&ada, &[1], &format!("Turn {turn} of writer {n}")).await;
            }
        }
    });
    at_once(writers.collect::<Vec<_>>()).await;

    let log = ada.log().await;
    assert_eq!(numbers(&log), (1..=1 + WRITERS * TURNS).collect::<Vec<_>>());
    assert_eq!(
        ada.find(task_id(1)).await,
        log.last().and_then(|change| change.task.clone())
    );
}

pub(crate) async fn records_of_several_changes_do_not_block_each_other(storage: Storage) {
    let ada = storage.account("ada").await;
    for number in 1..=3 {
        ada.create(number).await;
    }
    // Whoever takes locks in the order given meets those who take them in another.
    let orders: [&[u64]; 4] = [&[1, 2, 3], &[3, 2, 1], &[2], &[2, 3]];
    let writers = (0..WRITERS).zip(orders.into_iter().cycle()).map(|(n, order)| {
        let ada = ada.clone();
        async move {
            for turn in 0..TURNS {
                change_again_and_again(&ada, order, &format!("Turn {turn} of writer {n}")).await;
            }
        }
    });
    at_once(writers.collect::<Vec<_>>()).await;

    let changes: u64 = (0..WRITERS)
        .zip(orders.into_iter().cycle())
        .map(|(_, order)| TURNS * order.len() as u64)
        .sum();
    assert_eq!(numbers(&ada.log().await), (1..=3 + changes).collect::<Vec<_>>());
}

pub(crate) async fn of_creations_of_one_id_one_wins(storage: Storage) {
    let ada = storage.account("ada").await;
    let creations = (0..WRITERS).map(|_| ada.creation(1)).collect();
    let (won, lost) = race(&ada, creations).await;

    for refused in lost {
        assert_taken(&Err::<(), _>(refused), Constraint::TaskId);
    }
    let [winner] = won.try_into().unwrap();
    let everything = Everything {
        tasks: winner.task.iter().cloned().collect(),
        trash: vec![],
        log: vec![winner],
    };
    assert_eq!(ada.everything().await, everything);
    assert_eq!(
        ada.create(2).await.version,
        Seq::from(2),
        "a refused change takes no number"
    );
}

pub(crate) async fn owners_do_not_get_in_each_others_way(storage: Storage) {
    let mut accounts = Vec::new();
    for n in 0..WRITERS {
        accounts.push(storage.account(&format!("user-{n}")).await);
    }
    let writers = accounts.clone().into_iter().map(|account| async move {
        for n in 1..=TURNS {
            // The same ids for everybody.
            account.create(n).await;
        }
    });
    at_once(writers.collect::<Vec<_>>()).await;
    for account in accounts {
        assert_eq!(numbers(&account.log().await), (1..=TURNS).collect::<Vec<_>>());
        assert_eq!(account.count(TaskFilter::default()).await, TURNS);
    }
}

pub(crate) async fn a_walk_among_writers_sees_each_task_once(storage: Storage) {
    let ada = storage.account("ada").await;
    let mut staying: Vec<Task> = Vec::new();
    for n in 1..=20 {
        staying.push(ada.create(100 * n).await);
    }
    let writers = (0..4).map(|n| {
        let ada = ada.clone();
        async move {
            for number in own_numbers(n) {
                // Among the others, since all tasks here are of one instant.
                let task = ada.create(number).await;
                let task = ada.recorded(completed(&task)).await;
                ada.recorded(deleted(&task)).await;
            }
        }
    });
    let writing = tokio::spawn(at_once(writers.collect::<Vec<_>>()));
    loop {
        let last_walk = writing.is_finished();
        let mut seen = walk(&ada, TaskFilter::default(), by(SortKey::CreatedAt), 3).await;
        let places: Vec<_> = seen.iter().map(|task| task.id).collect();
        assert!(
            places.is_sorted_by(|a, b| a < b),
            "not in order, or seen twice: {places:?}"
        );
        seen.retain(|task| staying.contains(task));
        assert_eq!(seen, staying);
        if last_walk {
            break;
        }
        tokio::task::yield_now().await;
    }
    writing.await.unwrap();
}
