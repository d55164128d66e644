use std::sync::Arc;

use mockall::Sequence;
use taskwell_application::{
    ErrorCode,
    ports::{LogPage, MockChangeSignal, MockChangeSignals, MockTaskStore, StoreError},
    tasks::{Followers, Following},
};
use taskwell_domain::{Change, Seq};

use super::{ada, now, origin, refused, task, tasks, unavailable};

fn log(seqs: &[u64]) -> Vec<Change> {
    let change = task().delete(now()).unwrap();
    let entry = |seq: &u64| change.clone().recorded_as(Seq::from(*seq), &origin());
    seqs.iter().map(entry).collect()
}

/// Asked for the log after that number, the storage answers so.
fn reads(store: &mut MockTaskStore, order: &mut Sequence, since: u64, answer: Result<LogPage, StoreError>) {
    store
        .expect_changes()
        .withf(move |owner, asked, _| (owner, *asked) == (&ada().user_id, Seq::from(since)))
        .times(1)
        .in_sequence(order)
        .return_once(|_, _, _| answer);
}

fn page(seqs: &[u64], latest: u64, forgotten: u64) -> Result<LogPage, StoreError> {
    Ok(LogPage {
        changes: log(seqs),
        latest: Seq::from(latest),
        forgotten: Seq::from(forgotten),
    })
}

/// Ada's log is watched, once, before anything else, and so many signals are waited for.
fn watches(order: &mut Sequence, signals: usize) -> MockChangeSignals {
    let mut watching = MockChangeSignals::new();
    watching
        .expect_watch()
        .withf(|user| *user == ada().user_id)
        .times(1)
        .in_sequence(order)
        .return_once(move |_| {
            let mut signal = MockChangeSignal::new();
            signal.expect_changed().times(signals).returning(|| ());
            Box::new(signal)
        });
    watching
}

async fn follow(store: MockTaskStore, signals: MockChangeSignals, since: Option<u64>) -> Following {
    Followers::new(tasks(store), Arc::new(signals))
        .follow(ada().user_id, since.map(Seq::from))
        .await
        .unwrap()
}

#[tokio::test]
async fn who_follows_reads_each_change_once_and_in_order() {
    let (mut store, mut order) = (MockTaskStore::new(), Sequence::new());
    let signals = watches(&mut order, 2);
    reads(&mut store, &mut order, 7, page(&[8, 9], 10, 0));
    reads(&mut store, &mut order, 9, page(&[10], 10, 0));
    reads(&mut store, &mut order, 10, page(&[], 10, 0));
    reads(&mut store, &mut order, 10, page(&[11], 11, 0));
    let mut following = follow(store, signals, Some(7)).await;
    assert_eq!(following.at(), Seq::from(7));
    // Neither the first nor what is known to be there is waited for; the last two are.
    for seqs in [&[8, 9][..], &[10], &[], &[11]] {
        following.changed().await;
        assert_eq!(following.read().await.unwrap(), log(seqs));
    }
    assert_eq!(following.at(), Seq::from(11));
}

#[tokio::test]
async fn who_does_not_say_from_where_follows_from_the_present_end() {
    let (mut store, mut order) = (MockTaskStore::new(), Sequence::new());
    // A change that comes in between is signalled.
    let signals = watches(&mut order, 1);
    reads(&mut store, &mut order, u64::MAX, page(&[], 12, 3));
    reads(&mut store, &mut order, 12, page(&[13], 13, 3));
    let mut following = follow(store, signals, None).await;
    assert_eq!(following.at(), Seq::from(12));
    following.changed().await;
    assert_eq!(following.read().await.unwrap(), log(&[13]));
}

#[tokio::test]
async fn who_falls_behind_what_the_log_remembers_is_told() {
    let (mut store, mut order) = (MockTaskStore::new(), Sequence::new());
    let signals = watches(&mut order, 0);
    reads(&mut store, &mut order, 7, page(&[10], 10, 9));
    let mut following = follow(store, signals, Some(7)).await;
    assert_eq!(refused(following.read().await), ErrorCode::ResyncRequired);
}

#[tokio::test]
async fn a_reading_that_fails_can_be_tried_again_from_the_same_place() {
    let (mut store, mut order) = (MockTaskStore::new(), Sequence::new());
    let signals = watches(&mut order, 0);
    reads(&mut store, &mut order, 7, unavailable());
    reads(&mut store, &mut order, 7, page(&[8], 8, 0));
    let mut following = follow(store, signals, Some(7)).await;
    assert_eq!(refused(following.read().await), ErrorCode::Unavailable);
    assert_eq!(following.read().await.unwrap(), log(&[8]));
}
