use taskwell_application::{
    Actor, ErrorCode,
    ports::{LogPage, MockTaskStore, StoreError},
    tasks::ChangeList,
};
use taskwell_domain::{ActorKind, Change, Origin, Seq};

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

/// An assistant with Ada's own session.
fn assistant() -> Actor {
    ada().by_assistant()
}

/// A log of that many entries, of which the assistant made those.
fn log_of_many(store: &mut MockTaskStore, entries: u64, own: &'static [u64]) {
    let change = task().delete(now()).unwrap();
    store.expect_changes().returning(move |_, since, limit| {
        let seqs = since.get() + 1..=entries.min(since.get() + u64::from(limit));
        let entry = |seq| {
            let by = if own.contains(&seq) { assistant() } else { ada() };
            let origin = Origin {
                actor: by.via,
                ..origin()
            };
            change.clone().recorded_as(Seq::from(seq), &origin)
        };
        Ok(LogPage {
            changes: seqs.map(entry).collect(),
            latest: Seq::from(entries),
            forgotten: Seq::START,
        })
    });
}

#[tokio::test]
async fn an_assistant_is_told_apart_from_the_user_at_the_same_token() {
    let via = assistant().via;
    assert_eq!((via.kind, via.id), (ActorKind::Mcp, ada().via.id));
    assert_eq!(assistant().user_id, ada().user_id);
    let mut store = MockTaskStore::new();
    log_of_many(&mut store, 9, &[2, 5, 9]);
    let tasks = tasks(store);
    for (actor, since, limit, expected, next, more) in [
        (assistant(), 0, 10, &[2, 5, 9][..], 9, false),
        (assistant(), 0, 2, &[2, 5], 5, true),
        (assistant(), 5, 1, &[9], 9, false),
        (assistant(), 9, 1, &[], 9, false),
        (ada(), 3, 2, &[4, 6], 6, true),
    ] {
        let own = tasks.own_changes(&actor, Seq::from(since), limit).await.unwrap();
        let seqs: Vec<u64> = own.changes.iter().map(|change| change.seq.get()).collect();
        assert_eq!(
            (seqs.as_slice(), own.next.get(), own.more),
            (expected, next, more),
            "since {since}"
        );
    }
}

#[tokio::test]
async fn own_changes_are_not_looked_for_without_end() {
    let mut store = MockTaskStore::new();
    log_of_many(&mut store, 15_000, &[14_000]);
    let tasks = tasks(store);
    let nothing_yet = tasks.own_changes(&assistant(), Seq::START, 5).await.unwrap();
    let (next, more) = (nothing_yet.next, nothing_yet.more);
    assert_eq!((nothing_yet.changes.len(), next.get(), more), (0, 10_000, true));
    let rest = tasks.own_changes(&assistant(), next, 5).await.unwrap();
    assert_eq!(
        (rest.changes.len(), rest.next.get(), rest.more),
        (1, 15_000, false)
    );
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
