use taskwell_application::{
    ErrorCode,
    ports::{LogPage, MockTaskStore, StoreError},
    tasks::ChangeList,
};
use taskwell_domain::{Change, Seq};

use super::{ada, belongs_to_another, now, origin, refused, task, task_id, tasks, unavailable};

/// The changes of those numbers.
fn log(seqs: &[u64]) -> Vec<Change> {
    let change = task().delete(now()).unwrap();
    let entry = |seq: &u64| change.clone().recorded_as(Seq::from(*seq), &origin());
    seqs.iter().map(entry).collect()
}

/// Asked for two changes after the seventh, the storage answers so.
fn changes(store: &mut MockTaskStore, answer: Result<LogPage, StoreError>) {
    store
        .expect_changes()
        .withf(|owner, since, limit| (owner, *since, *limit) == (&ada().user_id, Seq::from(7), 2))
        .times(1)
        .return_once(|_, _, _| answer);
}

fn page(seqs: &[u64], latest: u64, forgotten: u64) -> Result<LogPage, StoreError> {
    Ok(LogPage {
        changes: log(seqs),
        latest: Seq::from(latest),
        forgotten: Seq::from(forgotten),
    })
}

#[tokio::test]
async fn the_next_piece_begins_where_this_one_ends() {
    for (seqs, latest, next, more) in [
        (&[8, 9][..], 12, 9, true),
        (&[8, 9], 9, 9, false),
        (&[8], 8, 8, false),
        (&[], 7, 7, false),
    ] {
        let mut store = MockTaskStore::new();
        changes(&mut store, page(seqs, latest, 0));
        let piece = tasks(store).changes(&ada(), Seq::from(7), 2).await.unwrap();
        let expected = ChangeList {
            changes: log(seqs),
            next: Seq::from(next),
            more,
        };
        assert_eq!(piece, expected);
    }
}

#[tokio::test]
async fn where_the_log_has_forgotten_all_is_to_be_read_anew() {
    for forgotten in [8, 9, 12] {
        let mut store = MockTaskStore::new();
        changes(&mut store, page(&[12], 12, forgotten));
        let outcome = tasks(store).changes(&ada(), Seq::from(7), 2).await;
        assert_eq!(refused(outcome), ErrorCode::ResyncRequired, "{forgotten}");
    }
    // Whoever has seen the last that is forgotten misses nothing.
    let mut store = MockTaskStore::new();
    changes(&mut store, page(&[8], 8, 7));
    let piece = tasks(store).changes(&ada(), Seq::from(7), 2).await;
    assert_eq!(piece.unwrap().changes, log(&[8]));
}

#[tokio::test]
async fn what_the_log_does_not_reach_is_to_be_read_anew() {
    for latest in [0, 6] {
        let mut store = MockTaskStore::new();
        changes(&mut store, page(&[], latest, 0));
        let outcome = tasks(store).changes(&ada(), Seq::from(7), 2).await;
        assert_eq!(refused(outcome), ErrorCode::ResyncRequired, "{latest}");
    }
}

#[tokio::test]
async fn the_last_number_of_the_log_is_told() {
    let mut store = MockTaskStore::new();
    store
        .expect_changes()
        .withf(|owner, _, _| *owner == ada().user_id)
        .times(1)
        .return_once(|_, _, _| page(&[], 12, 5));
    assert_eq!(tasks(store).latest_change(&ada()).await.unwrap(), Seq::from(12));
}

#[tokio::test]
async fn a_storage_that_is_away_is_told() {
    let mut away = MockTaskStore::new();
    changes(&mut away, unavailable());
    let outcome = tasks(away).changes(&ada(), Seq::from(7), 2).await;
    assert_eq!(refused(outcome), ErrorCode::Unavailable);
}

fn history(store: &mut MockTaskStore, answer: Result<Vec<Change>, StoreError>) {
    store
        .expect_history()
        .withf(|owner, id, limit| (owner, *id, *limit) == (&ada().user_id, task_id(), 1_000))
        .times(1)
        .return_once(|_, _, _| answer);
}

#[tokio::test]
async fn the_history_of_a_task_is_what_the_log_has_of_it() {
    let mut store = MockTaskStore::new();
    history(&mut store, Ok(log(&[9, 4])));
    let told = tasks(store).history(&ada(), task_id()).await.unwrap();
    assert_eq!(told, log(&[9, 4]));
}

#[tokio::test]
async fn what_has_no_history_is_out_of_reach() {
    for (anothers, code) in [(false, ErrorCode::NotFound), (true, ErrorCode::Forbidden)] {
        let mut store = MockTaskStore::new();
        history(&mut store, Ok(vec![]));
        belongs_to_another(&mut store, Ok(anothers));
        assert_eq!(refused(tasks(store).history(&ada(), task_id()).await), code);
    }
    let mut away = MockTaskStore::new();
    history(&mut away, unavailable());
    let outcome = tasks(away).history(&ada(), task_id()).await;
    assert_eq!(refused(outcome), ErrorCode::Unavailable);
}
