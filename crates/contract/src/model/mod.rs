//! Some hundred operations drawn by lot, after each of which the storage is held against a model that is as simple
//! as can be.

mod chance;
mod drawn;
mod expected;

use taskwell_application::ports::StoreError;
use taskwell_domain::{Change, Seq};

pub(crate) use self::{chance::Chance, drawn::edit as drawn_edit};
use self::{drawn::Fault, expected::Model};
use crate::{
    fixture::Storage,
    given::{ALL, Account, by_id, readable},
};

const STEPS: usize = 300;

/// The same operations on every adapter and in every run.
const SEED: u64 = 20_261_121;

pub(crate) async fn a_storage_does_what_a_model_of_it_does(storage: Storage) {
    let ada = storage.account("ada").await;
    // Somebody else's tasks make no difference.
    let bob = storage.account("bob").await;
    for n in 1..=20 {
        bob.create(n).await;
    }
    let mut model = Model::new(ada.id.clone());
    let mut chance = Chance::new(SEED);
    for step in 0..STEPS {
        let (recording, fault) = drawn::recording(&mut chance, &mut model);
        let outcome = ada.make(recording.clone()).await;
        match fault {
            None => assert_eq!(outcome.unwrap(), model.record(recording), "step {step}"),
            Some(fault) => assert!(is_refused(&outcome, fault), "step {step}: {fault:?}, {outcome:?}"),
        }
        assert_reads(&ada, &model, &mut chance, step).await;
        if step % 25 == 0 {
            assert_eq!(ada.everything().await, model.everything(), "step {step}");
        }
    }
    assert_eq!(ada.everything().await, model.everything());
}

fn is_refused(outcome: &Result<Vec<Change>, StoreError>, fault: Fault) -> bool {
    match (outcome, fault) {
        (Err(StoreError::Stale), Fault::Stale) => true,
        (Err(StoreError::Conflict(taken)), Fault::Taken(what)) => *taken == what,
        _ => false,
    }
}

/// Asks one question of each kind.
async fn assert_reads(ada: &Account, model: &Model, chance: &mut Chance, step: usize) {
    let query = drawn::query(chance, model);
    assert_eq!(
        ada.page(&query).await,
        model.page(&query),
        "step {step}: {query:?}"
    );
    assert_eq!(
        ada.count(query.filter.clone()).await,
        model.matching(&query.filter).len() as u64,
        "step {step}: {query:?}"
    );

    let (tasks, id) = (&ada.tasks, drawn::id(chance));
    let seq = Seq::from(chance.below(model.log.len() as u64 + 2));
    let page = ada.log_since(seq.get(), 5).await;
    assert_eq!(page.changes, model.changes(seq, 5), "step {step}: since {seq}");
    assert_eq!(page.latest, model.latest(), "step {step}");
    let history = tasks.history(&ada.id, id, 3).await.unwrap();
    assert_eq!(history, model.history(id, 3), "step {step}: {id}");
    let batch = tasks.find_batch(&ada.id, seq).await.unwrap();
    assert_eq!(batch, model.batch(seq), "step {step}: batch of {seq}");
    let creation = tasks.find_creation(&ada.id, id).await.unwrap();
    assert_eq!(creation, model.creation(id), "step {step}: creation of {id}");

    let due = tasks.find_due_reminders(model.now, ALL).await.unwrap();
    assert_eq!(
        by_id(readable(due)),
        model.due_reminders(model.now),
        "step {step}"
    );

    let ids = [id, drawn::id(chance), drawn::id(chance)];
    let found = by_id(tasks.find_all(&ada.id, &ids).await.unwrap());
    assert_eq!(found, model.all_of(&ids), "step {step}: {ids:?}");
    let before = by_id(tasks.find_before(&ada.id, &ids, seq).await.unwrap());
    assert_eq!(
        before,
        model.before(&ids, seq),
        "step {step}: {ids:?} before {seq}"
    );
    let (beside, side) = (ids[1], drawn::side(chance));
    let neighbours = tasks.find_neighbours(&ada.id, id, beside, side).await.unwrap();
    assert_eq!(
        neighbours,
        model.neighbours(id, beside, side),
        "step {step}: {id} {side:?} {beside}"
    );
    if let Some(task) = model.tasks.get(&id) {
        let next = tasks
            .next_position(&ada.id, &task.position, side, &ids[1..])
            .await;
        let expected = model.next(&task.position, side, &ids[1..]);
        assert_eq!(
            next.unwrap(),
            expected,
            "step {step}: {side:?} {id} without {ids:?}"
        );
    }
    let key = drawn::key(chance);
    let answer = tasks.find_answer(&ada.id, &key).await.unwrap();
    assert_eq!(answer, model.answers.get(&key).cloned(), "step {step}: {key}");
}
