//! Reading what happened.

use taskwell_application::ports::{LogPage, Recording};
use taskwell_domain::{ActorKind, ChangeActor, ChangeKind, Completion, Origin, Place, RequestId, Seq, Task};

use crate::{
    fixture::Storage,
    given::{
        at, batch, batch_id, completed, deleted, later, moved, numbers, origin, purged, recording, renamed,
        restored, task_id, tasks_of,
    },
};

pub(crate) async fn the_log_is_what_the_records_answered(storage: Storage) {
    let ada = storage.account("ada").await;
    let mut answered = ada.record(vec![ada.creation(1), ada.creation(2)]).await.unwrap();
    let [one, two]: [Task; 2] = tasks_of(&answered).try_into().unwrap();
    answered.extend(
        ada.record(vec![renamed(&two, "Renamed"), completed(&one)])
            .await
            .unwrap(),
    );
    let renamed = answered[2].task.clone().unwrap();
    answered.extend(ada.record(vec![deleted(&renamed)]).await.unwrap());
    let gone = answered[4].task.clone().unwrap();
    answered.extend(ada.record(vec![purged(&gone)]).await.unwrap());

    assert_eq!(numbers(&answered), [1, 2, 3, 4, 5, 6]);
    assert_eq!(ada.log().await, answered);
}

pub(crate) async fn an_entry_shows_the_task_as_it_stood(storage: Storage) {
    let ada = storage.account("ada").await;
    let created = ada.create(1).await;
    let renamed = ada.recorded(renamed(&created, "Renamed")).await;
    let completed = ada.recorded(completed(&renamed)).await;
    let moved = ada.recorded(moved(&completed, Place::Last)).await;
    let opened = moved.complete(Completion::Toggle, later(7)).unwrap();
    let opened = ada.recorded(opened).await;
    let deleted = ada.recorded(deleted(&opened)).await;
    let restored = ada.recorded(restored(&deleted)).await;

    let log: Vec<_> = ada
        .log()
        .await
        .into_iter()
        .map(|change| (change.kind, change.task))
        .collect();
    let expected = [
        (ChangeKind::Created, Some(created)),
        (ChangeKind::Updated, Some(renamed)),
        (ChangeKind::Completed, Some(completed)),
        (ChangeKind::Moved, Some(moved)),
        (ChangeKind::Reopened, Some(opened)),
        (ChangeKind::Deleted, Some(deleted)),
        (ChangeKind::Restored, Some(restored)),
    ];
    assert_eq!(log, expected);
}

pub(crate) async fn the_log_is_read_in_pieces(storage: Storage) {
    let ada = storage.account("ada").await;
    for n in 1..=12 {
        ada.create(n).await;
    }
    let pieces = [
        (0, 1, 1..=1),
        (0, 5, 1..=5),
        (5, 5, 6..=10),
        (10, 2, 11..=12),
        (10, 100, 11..=12),
        (0, 12, 1..=12),
    ];
    for (since, limit, expected) in pieces {
        let piece = ada.log_since(since, limit).await;
        assert_eq!(
            numbers(&piece.changes),
            expected.collect::<Vec<_>>(),
            "{limit} since {since}"
        );
        assert_eq!(
            (piece.latest, piece.forgotten),
            (Seq::from(12), Seq::START),
            "{limit} since {since}"
        );
    }
}

pub(crate) async fn after_the_end_there_is_nothing(storage: Storage) {
    let ada = storage.account("ada").await;
    ada.create(1).await;
    // Whoever reads may have asked for any number.
    for since in [1, 2, i64::MAX as u64, u64::MAX] {
        let piece = ada.log_since(since, 100).await;
        assert_eq!(piece.changes, [], "since {since}");
        assert_eq!(piece.latest, Seq::from(1), "since {since}");
    }
    let nothing_yet = LogPage {
        changes: vec![],
        latest: Seq::START,
        forgotten: Seq::START,
    };
    let bob = storage.account("bob").await;
    assert_eq!(bob.log_since(0, 100).await, nothing_yet);
}

pub(crate) async fn an_origin_survives_exactly(storage: Storage) {
    let ada = storage.account("ada").await;
    let longest = "Az09._-".repeat(18) + "xy";
    let origins = [
        (
            ActorKind::Session,
            "0199f0c1-0000-7000-8000-00000000000a",
            "r",
            None,
            "1970-01-01T00:00:00.000Z",
        ),
        (
            ActorKind::Token,
            "another|door/ü",
            &longest,
            Some(batch_id(u64::MAX >> 16)),
            "2999-12-31T23:59:59.999Z",
        ),
        (
            ActorKind::Mcp,
            "0199f0c1-0000-7000-8000-00000000000b",
            "r",
            None,
            "2026-11-21T12:00:00.000Z",
        ),
        (
            ActorKind::System,
            "clean-up",
            "r",
            Some(batch_id(0)),
            "2026-11-21T12:00:00.001Z",
        ),
    ];
    let mut answered = Vec::new();
    for (n, (kind, door, request, batch, instant)) in (1..).zip(origins) {
        let origin = Origin {
            actor: ChangeActor {
                kind,
                id: door.to_owned(),
            },
            request_id: RequestId::parse(request).unwrap(),
            batch,
            at: at(instant),
        };
        let changes = vec![ada.creation(2 * n), ada.creation(2 * n + 1)];
        let recording = Recording {
            origin: origin.clone(),
            ..recording(changes)
        };
        let recorded = ada.make(recording).await.unwrap();
        assert!(recorded.iter().all(|change| change.origin == origin));
        answered.extend(recorded);
    }
    assert_eq!(ada.log().await, answered);
}

pub(crate) async fn a_creation_is_remembered(storage: Storage) {
    let ada = storage.account("ada").await;
    let created = ada.create(1).await;
    assert_eq!(ada.creation_found(1).await.as_ref(), Some(&created));

    let renamed = ada.recorded(renamed(&created, "Renamed")).await;
    assert_eq!(ada.creation_found(1).await.as_ref(), Some(&created));
    ada.recorded(deleted(&renamed)).await;
    assert_eq!(ada.creation_found(1).await.as_ref(), Some(&created));
}

pub(crate) async fn a_creation_that_never_was_is_not_found(storage: Storage) {
    let ada = storage.account("ada").await;
    ada.create(1).await;
    assert_eq!(ada.creation_found(2).await, None);
}

pub(crate) async fn the_history_of_a_task_is_its_part_of_the_log_newest_first(storage: Storage) {
    let ada = storage.account("ada").await;
    let task = ada.create(1).await;
    let other = ada.create(2).await;
    let task = ada.recorded(renamed(&task, "Renamed")).await;
    let task = ada.recorded(deleted(&task)).await;
    ada.recorded(renamed(&other, "Another")).await;
    ada.record(vec![purged(&task)]).await.unwrap();

    let history = async |n: u64, limit: u32| ada.tasks.history(&ada.id, task_id(n), limit).await.unwrap();
    let whole = history(1, 100).await;
    assert_eq!(numbers(&whole), [6, 4, 3, 1]);
    let log = ada.log().await;
    for entry in &whole {
        assert!(log.contains(entry), "{entry:?}");
    }
    assert_eq!(history(1, 2).await, whole[..2]);
    assert_eq!(numbers(&history(2, 100).await), [5, 2]);
    assert_eq!(history(3, 100).await, []);
}

pub(crate) async fn a_batch_is_found_whole_from_any_of_its_numbers(storage: Storage) {
    let ada = storage.account("ada").await;
    let task = ada.create(1).await;
    let done = completed(&task);
    let after_done = done.clone().recorded_as(Seq::from(3), &origin()).task.unwrap();
    let changes = vec![
        ada.creation(2),
        done,
        renamed(&after_done, "Renamed").after_earlier(),
    ];
    let made = ada.make(batch(1, changes)).await.unwrap();
    let single = ada.make(batch(2, vec![ada.creation(3)])).await.unwrap();
    let alone = ada.record(vec![ada.creation(4), ada.creation(5)]).await.unwrap();

    let find_batch = async |seq: u64| ada.tasks.find_batch(&ada.id, Seq::from(seq)).await.unwrap();
    assert_eq!(numbers(&made), [2, 3, 4]);
    for seq in 2..=4 {
        assert_eq!(find_batch(seq).await, made, "of {seq}");
    }
    assert_eq!(find_batch(5).await, single);
    // Recorded together, but not as a batch.
    for (seq, change) in (6..).zip(alone) {
        assert_eq!(find_batch(seq).await, [change]);
    }
    for seq in [0, 8, u64::MAX] {
        assert_eq!(find_batch(seq).await, [], "of {seq}");
    }
}

pub(crate) async fn a_task_is_found_as_any_change_left_it(storage: Storage) {
    let ada = storage.account("ada").await;
    let first = ada.create(1).await;
    let second = ada.recorded(renamed(&first, "Renamed")).await;
    let other = ada.create(2).await;
    let third = ada.recorded(deleted(&second)).await;
    ada.record(vec![purged(&third)]).await.unwrap();

    let find_versions = async |seqs: &[u64]| {
        let seqs: Vec<Seq> = seqs.iter().copied().map(Seq::from).collect();
        let mut found = ada.tasks.find_versions(&ada.id, &seqs).await.unwrap();
        found.sort_by_key(|task| task.version);
        found
    };
    assert_eq!(find_versions(&[]).await, []);
    assert_eq!(find_versions(&[4, 1]).await, [first.clone(), third.clone()]);
    // What purged a task left none.
    assert_eq!(
        find_versions(&[0, 1, 2, 3, 4, 5, 6, u64::MAX]).await,
        [first, second, other, third]
    );
}

pub(crate) async fn a_task_is_found_as_it_stood_before_any_change(storage: Storage) {
    let ada = storage.account("ada").await;
    let first = ada.create(1).await;
    let other = ada.create(2).await;
    let second = ada.recorded(renamed(&first, "Renamed")).await;
    let third = ada.recorded(deleted(&second)).await;
    ada.record(vec![purged(&third)]).await.unwrap();
    let again = ada.create(1).await;

    let before = async |seq: u64| {
        let found = ada
            .tasks
            .find_before(&ada.id, &[task_id(1)], Seq::from(seq))
            .await;
        found.unwrap().pop()
    };
    for (seq, expected) in [
        (1, None),
        (2, Some(first.clone())),
        (3, Some(first)),
        (4, Some(second.clone())),
        (5, Some(third)),
        // Before it was made again it was not there.
        (6, None),
        (7, Some(again)),
    ] {
        assert_eq!(before(seq).await, expected, "before {seq}");
    }
    let together = [1, 3, 2].map(task_id);
    let mut found = ada
        .tasks
        .find_before(&ada.id, &together, Seq::from(4))
        .await
        .unwrap();
    found.sort_by_key(|task| task.id);
    assert_eq!(found, [second, other]);
    let nobody = ada.tasks.find_before(&ada.id, &[task_id(3)], Seq::from(7)).await;
    assert_eq!(nobody.unwrap(), []);
}
