//! Remembering answers, so that the same request can be answered again.

use std::time::Duration;

use taskwell_application::ports::{AnsweredTask, Constraint, KeptAnswer, NewAnswer, Recording, StoreError};
use taskwell_domain::{Seq, TaskChange, Timestamp};

use crate::{
    fixture::Storage,
    given::{
        Account, answer, assert_not_found, assert_stale, assert_taken, at_once, noon, numbers, recording,
        recording_at, renamed, user_id,
    },
};

fn answering(changes: Vec<TaskChange>, answer: NewAnswer) -> Recording {
    Recording {
        answer: Some(answer),
        ..recording(changes)
    }
}

/// Creates the task of that number at that time, the answer to be remembered under that key.
async fn create_at(account: &Account, n: u64, key: &str, at: Timestamp) -> Result<(), StoreError> {
    let recording = Recording {
        answer: Some(answer(key, vec![AnsweredTask::Changed(0)])),
        ..recording_at(vec![account.creation(n)], at)
    };
    account.make(recording).await.map(drop)
}

/// As long as an answer is remembered.
const A_DAY: Duration = Duration::from_secs(24 * 60 * 60);

const A_MILLISECOND: Duration = Duration::from_millis(1);

pub(crate) async fn an_answer_is_found_with_what_it_names(storage: Storage) {
    let ada = storage.account("ada").await;
    let old = ada.create(1).await;
    let task = ada.create(2).await;
    let named = vec![
        AnsweredTask::Changed(1),
        AnsweredTask::At(old.version),
        AnsweredTask::Changed(0),
        AnsweredTask::Changed(1),
    ];
    let longest = "!~".repeat(127) + "x";
    let given = NewAnswer {
        fingerprint: std::array::from_fn(|n| if n % 2 == 0 { 0 } else { 0xff }),
        detail: Some("3 \u{e9} 👩 ' \"".to_owned()),
        ..answer(&longest, named)
    };
    let recording = answering(vec![ada.creation(3), renamed(&task, "Renamed")], given.clone());
    assert_eq!(ada.answered(&longest).await, None);
    assert_eq!(numbers(&ada.make(recording).await.unwrap()), [3, 4]);

    let expected = KeptAnswer {
        fingerprint: given.fingerprint,
        tasks: [4, 1, 3, 4].map(Seq::from).to_vec(),
        detail: given.detail,
        at: noon(),
    };
    assert_eq!(ada.answered(&longest).await, Some(expected));
    // A key is exact.
    assert_eq!(ada.answered(&longest[1..]).await, None);
    assert_eq!(ada.answered(&longest.to_uppercase()).await, None);
}

pub(crate) async fn an_answer_is_remembered_without_changes_too(storage: Storage) {
    let ada = storage.account("ada").await;
    let task = ada.create(1).await;
    for (key, tasks) in [
        ("of a task", vec![AnsweredTask::At(task.version)]),
        ("of none", vec![]),
    ] {
        let recorded = ada.make(answering(vec![], answer(key, tasks.clone()))).await;
        assert_eq!(recorded.unwrap(), []);
        let kept = ada.answered(key).await.unwrap();
        assert_eq!(kept.tasks.len(), tasks.len());
        assert_eq!(kept.detail, None);
    }
    assert_eq!(numbers(&ada.log().await), [1]);
}

pub(crate) async fn an_answer_may_name_a_task_of_a_thousand(storage: Storage) {
    let ada = storage.account("ada").await;
    let changes: Vec<TaskChange> = (1..=1_000).map(|n| ada.creation(n)).collect();
    let named = (0..1_000).rev().map(AnsweredTask::Changed).collect();
    ada.make(answering(changes, answer("key", named))).await.unwrap();
    let kept = ada.answered("key").await.unwrap();
    let expected: Vec<Seq> = (1..=1_000).rev().map(Seq::from).collect();
    assert_eq!(kept.tasks, expected);
    let found = ada.tasks.find_versions(&ada.id, &kept.tasks).await.unwrap();
    assert_eq!(found.len(), 1_000);
}

pub(crate) async fn a_second_answer_under_a_key_is_refused_and_nothing_written(storage: Storage) {
    let ada = storage.account("ada").await;
    create_at(&ada, 1, "key", noon()).await.unwrap();
    let before = ada.everything().await;
    let kept = ada.answered("key").await;

    let same = answering(
        vec![ada.creation(2)],
        answer("key", vec![AnsweredTask::Changed(0)]),
    );
    let another = NewAnswer {
        fingerprint: [8; 32],
        ..answer("key", vec![])
    };
    let attempts = [
        same,
        answering(vec![ada.creation(2)], another.clone()),
        answering(vec![], another),
    ];
    for attempt in attempts {
        assert_taken(&ada.make(attempt).await, Constraint::IdempotencyKey);
        assert_eq!(ada.everything().await, before);
        assert_eq!(ada.answered("key").await, kept);
    }
    create_at(&ada, 2, "another key", noon()).await.unwrap();
    assert_eq!(numbers(&ada.log().await), [1, 2]);
}

/// Who asks the same again is to learn that, and not what has become of it since.
pub(crate) async fn that_there_is_an_answer_is_told_before_all_else(storage: Storage) {
    let ada = storage.account("ada").await;
    let first = ada.create(1).await;
    let change = renamed(&first, "Second");
    let named = || answer("key", vec![AnsweredTask::Changed(0)]);
    let request = Recording {
        expects: Some(first.version),
        ..answering(vec![change], named())
    };
    ada.make(request.clone()).await.unwrap();
    let of_one_task = Recording {
        expects: None,
        ..request.clone()
    };
    let taken_id = answering(vec![ada.creation(1)], named());
    for again in [request, of_one_task, taken_id] {
        assert_taken(&ada.make(again).await, Constraint::IdempotencyKey);
    }
}

pub(crate) async fn what_is_refused_leaves_no_answer(storage: Storage) {
    let ada = storage.account("ada").await;
    let first = ada.create(1).await;
    ada.recorded(renamed(&first, "Second")).await;
    let named = || answer("key", vec![AnsweredTask::Changed(0)]);
    assert_stale(&ada.make(answering(vec![renamed(&first, "Third")], named())).await);
    let taken = answering(vec![ada.creation(1)], named());
    assert_taken(&ada.make(taken).await, Constraint::TaskId);
    let expecting = Recording {
        expects: Some(Seq::from(7)),
        ..answering(vec![], named())
    };
    assert_stale(&ada.make(expecting).await);
    assert_eq!(ada.answered("key").await, None);
    let nobody = storage.owner(&user_id("nobody"));
    assert_not_found(&nobody.make(answering(vec![], named())).await);
    assert_eq!(nobody.answered("key").await, None);
}

pub(crate) async fn keys_are_each_owners_own(storage: Storage) {
    let ada = storage.account("ada").await;
    let bob = storage.account("bob").await;
    create_at(&ada, 1, "key", noon()).await.unwrap();
    assert_eq!(bob.answered("key").await, None);
    bob.create(1).await;
    create_at(&bob, 2, "key", noon()).await.unwrap();
    assert_eq!(ada.answered("key").await.unwrap().tasks, [Seq::from(1)]);
    assert_eq!(bob.answered("key").await.unwrap().tasks, [Seq::from(2)]);
}

pub(crate) async fn after_a_day_a_key_means_another_request(storage: Storage) {
    let ada = storage.account("ada").await;
    create_at(&ada, 1, "key", noon()).await.unwrap();
    let to_the_last = create_at(&ada, 2, "key", noon().after(A_DAY)).await;
    assert_taken(&to_the_last, Constraint::IdempotencyKey);
    assert_eq!(ada.answered("key").await.unwrap().tasks, [Seq::from(1)]);

    let later = noon().after(A_DAY).after(A_MILLISECOND);
    create_at(&ada, 2, "key", later).await.unwrap();
    let kept = ada.answered("key").await.unwrap();
    assert_eq!((kept.tasks, kept.at), (vec![Seq::from(2)], later));
    let again = create_at(&ada, 3, "key", later.after(A_DAY)).await;
    assert_taken(&again, Constraint::IdempotencyKey);
}

pub(crate) async fn answers_from_before_then_are_forgotten(storage: Storage) {
    let ada = storage.account("ada").await;
    let bob = storage.account("bob").await;
    create_at(&ada, 1, "old", noon()).await.unwrap();
    create_at(&bob, 1, "old", noon()).await.unwrap();
    let then = noon().after(A_MILLISECOND);
    create_at(&ada, 2, "new", then).await.unwrap();

    assert_eq!(storage.tasks.forget_answers(noon()).await.unwrap(), 0);
    assert_eq!(storage.tasks.forget_answers(then).await.unwrap(), 2);
    assert_eq!(storage.tasks.forget_answers(then).await.unwrap(), 0);
    assert_eq!(ada.answered("old").await, None);
    assert_eq!(bob.answered("old").await, None);
    assert_eq!(ada.answered("new").await.unwrap().tasks, [Seq::from(2)]);
    // The tasks stay.
    assert_eq!(ada.listed().await.len(), 2);
    create_at(&ada, 3, "old", noon()).await.unwrap();
}

pub(crate) async fn answers_go_with_their_account(storage: Storage) {
    let ada = storage.account("ada").await;
    create_at(&ada, 1, "key", noon()).await.unwrap();
    storage.delete(&ada.id).await.unwrap();
    assert_eq!(ada.answered("key").await, None);
    let again = storage.account("ada").await;
    assert_eq!(again.answered("key").await, None);
    create_at(&again, 1, "key", noon()).await.unwrap();
}

/// Has everybody ask at once; how many changes there are then.
async fn race(ada: &Account, attempts: impl Iterator<Item = Recording>) -> u64 {
    let attempts = attempts.map(|recording| {
        let ada = ada.clone();
        async move { ada.make(recording).await }
    });
    let outcomes = at_once(attempts.collect::<Vec<_>>()).await;
    let (won, lost): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
    assert_eq!(won.len(), 1);
    for refused in lost {
        assert_taken(&refused, Constraint::IdempotencyKey);
    }
    let log = numbers(&ada.log().await);
    assert_eq!(log, (1..=log.len() as u64).collect::<Vec<_>>());
    log.len() as u64
}

pub(crate) async fn of_fifty_equal_requests_at_once_one_is_recorded(storage: Storage) {
    let ada = storage.account("ada").await;
    let first = || answer("key", vec![AnsweredTask::Changed(0)]);
    // As it is when the server makes the ids: each attempt has one of its own.
    let creations = (1..=50).map(|n| answering(vec![ada.creation(n)], first()));
    assert_eq!(race(&ada, creations).await, 1);
    assert_eq!(ada.answered("key").await.unwrap().tasks, [Seq::from(1)]);

    let [task] = ada.listed().await.try_into().unwrap();
    let edits = (1..=50).map(|_| {
        let named = answer("edit", vec![AnsweredTask::Changed(0)]);
        answering(vec![renamed(&task, "Renamed")], named)
    });
    assert_eq!(race(&ada, edits).await, 2);
    assert_eq!(ada.answered("edit").await.unwrap().tasks, [Seq::from(2)]);
}

pub(crate) async fn of_fifty_equal_requests_a_day_after_the_first_one_is_recorded(storage: Storage) {
    let ada = storage.account("ada").await;
    create_at(&ada, 100, "key", noon()).await.unwrap();
    let later = noon().after(A_DAY).after(A_MILLISECOND);
    let creations = (1..=50).map(|n| Recording {
        answer: Some(answer("key", vec![AnsweredTask::Changed(0)])),
        ..recording_at(vec![ada.creation(n)], later)
    });
    assert_eq!(race(&ada, creations).await, 2);
    assert_eq!(ada.answered("key").await.unwrap().tasks, [Seq::from(2)]);
}
