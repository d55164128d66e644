//! Reading what happened.

use taskwell_domain::{ActorKind, ChangeActor, ChangeKind, Origin, RequestId, Seq};

use crate::{
    fixture::Storage,
    given::{at, completed, deleted, numbers, renamed, task_id},
};

pub(crate) async fn the_log_is_what_the_records_answered(storage: Storage) {
    let ada = storage.account("ada").await;
    let mut answered = ada.record(vec![ada.creation(1), ada.creation(2)]).await.unwrap();
    let (one, two) = (answered[0].task.clone(), answered[1].task.clone());
    answered.extend(
        ada.record(vec![renamed(&two, "Renamed"), completed(&one)])
            .await
            .unwrap(),
    );
    answered.extend(ada.record(vec![deleted(&answered[2].task)]).await.unwrap());

    assert_eq!(numbers(&answered), [1, 2, 3, 4, 5]);
    assert_eq!(ada.log().await, answered);
}

pub(crate) async fn an_entry_shows_the_task_as_it_stood(storage: Storage) {
    let ada = storage.account("ada").await;
    let created = ada.create(1).await;
    let renamed = ada.recorded(renamed(&created, "Renamed")).await;
    let completed = ada.recorded(completed(&renamed)).await;
    let deleted = ada.recorded(deleted(&completed)).await;

    let log: Vec<_> = ada
        .log()
        .await
        .into_iter()
        .map(|change| (change.kind, change.task))
        .collect();
    let expected = [
        (ChangeKind::Created, created),
        (ChangeKind::Updated, renamed),
        (ChangeKind::Completed, completed),
        (ChangeKind::Deleted, deleted),
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
        let piece = ada.tasks.changes(&ada.id, Seq::from(since), limit).await.unwrap();
        assert_eq!(
            numbers(&piece),
            expected.collect::<Vec<_>>(),
            "{limit} since {since}"
        );
    }
}

pub(crate) async fn after_the_end_there_is_nothing(storage: Storage) {
    let ada = storage.account("ada").await;
    ada.create(1).await;
    // Whoever reads may have asked for any number.
    for since in [1, 2, i64::MAX as u64, u64::MAX] {
        let piece = ada.tasks.changes(&ada.id, Seq::from(since), 100).await.unwrap();
        assert_eq!(piece, [], "since {since}");
    }
}

pub(crate) async fn an_origin_survives_exactly(storage: Storage) {
    let ada = storage.account("ada").await;
    let longest = "Az09._-".repeat(18) + "xy";
    let origins = [
        (
            "0199f0c1-0000-7000-8000-00000000000a",
            "r",
            "1970-01-01T00:00:00.000Z",
        ),
        ("another|door/ü", &longest, "2999-12-31T23:59:59.999Z"),
    ];
    let mut answered = Vec::new();
    for (n, (door, request, instant)) in (1..).zip(origins) {
        let origin = Origin {
            actor: ChangeActor {
                kind: ActorKind::Session,
                id: door.to_owned(),
            },
            request_id: RequestId::parse(request).unwrap(),
            at: at(instant),
        };
        let changes = vec![ada.creation(2 * n), ada.creation(2 * n + 1)];
        let recorded = ada.tasks.record(&ada.id, changes, &origin).await.unwrap();
        assert!(recorded.iter().all(|change| change.origin == origin));
        answered.extend(recorded);
    }
    assert_eq!(ada.log().await, answered);
}

pub(crate) async fn a_creation_is_remembered(storage: Storage) {
    let ada = storage.account("ada").await;
    let created = ada.create(1).await;
    let creation = async || ada.tasks.find_creation(&ada.id, created.id).await.unwrap();
    assert_eq!(creation().await.as_ref(), Some(&created));

    let renamed = ada.recorded(renamed(&created, "Renamed")).await;
    assert_eq!(creation().await.as_ref(), Some(&created));
    ada.recorded(deleted(&renamed)).await;
    assert_eq!(creation().await.as_ref(), Some(&created));
}

pub(crate) async fn a_creation_that_never_was_is_not_found(storage: Storage) {
    let ada = storage.account("ada").await;
    ada.create(1).await;
    let creation = ada.tasks.find_creation(&ada.id, task_id(2)).await;
    assert_eq!(creation.unwrap(), None);
}
