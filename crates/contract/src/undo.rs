//! Undoing, by the use cases over the storage.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use taskwell_application::{
    Actor, Error, Tasks,
    ports::{Clock, IdGenerator, Side},
    tasks::{Asserted, Batch, Beside, CreateTask, EditTask, Operation, Precondition},
};
use taskwell_domain::{
    ApiTokenId, AuditId, BatchId, Completion, Origin, RequestId, Seq, SessionId, Task, TaskId, Timestamp,
    UserId,
};

use crate::{
    fixture::Storage,
    given::{Account, api_token_id, audit_id, batch_id, noon, origin, session_id, task_id, title, user_id},
    model::{Chance, drawn_edit},
};

const STEPS: usize = 200;

const SEED: u64 = 20_261_122;

/// Tasks by their ids, those in the trash among them.
type Standing = BTreeMap<TaskId, Task>;

/// Something that was done, and how all stood before it.
struct Step {
    seq: Seq,
    touched: BTreeMap<TaskId, Seq>,
    before: Standing,
}

/// A user at work.
struct Hand {
    account: Account,
    tasks: Tasks,
    actor: Actor,
    time: Arc<Time>,
}

impl Hand {
    fn of(account: Account) -> Self {
        let time = Arc::new(Time(Mutex::new(noon())));
        let ids = Arc::new(Numbers(AtomicU64::new(1_000)));
        let Origin {
            actor, request_id, ..
        } = origin();
        Self {
            tasks: Tasks::new(Arc::clone(&account.tasks), Arc::clone(&time) as _, ids),
            actor: Actor {
                user_id: account.id.clone(),
                via: actor,
                request_id,
            },
            account,
            time,
        }
    }

    async fn standing(&self) -> Standing {
        let everything = self.account.everything().await;
        let all = everything.tasks.into_iter().chain(everything.trash);
        all.map(|task| (task.id, task)).collect()
    }

    /// Some operations together; whether they could be done.
    async fn work(&self, chance: &mut Chance, standing: &Standing) -> bool {
        let operations = (0..=chance.below(3))
            .map(|_| operation(chance, standing))
            .collect();
        let batch = Batch {
            operations,
            dry_run: false,
        };
        self.tasks.batch(&self.actor, &batch, None).await.is_ok()
    }

    /// What was done since, unless that is nothing.
    async fn step(&self, since: Seq, before: Standing) -> Option<Step> {
        let done = self.account.log_since(since.get(), 1_000).await.changes;
        let touched = done.iter().map(|change| (change.task_id, change.seq)).collect();
        Some(Step {
            seq: done.first()?.seq,
            touched,
            before,
        })
    }

    async fn latest(&self) -> Seq {
        self.account.log_since(0, 1).await.latest
    }
}

fn operation(chance: &mut Chance, standing: &Standing) -> Operation {
    let there: Vec<TaskId> = standing
        .values()
        .filter(|task| task.deleted_at.is_none())
        .map(|task| task.id)
        .collect();
    if there.len() < 2 || chance.one_in(4) {
        return Operation::Create(CreateTask {
            id: Some(task_id(chance.below(10_000))),
            title: title("Something new"),
            fields: drawn_edit(chance),
            asserted: Asserted::default(),
        });
    }
    let id = chance.pick(&there);
    let none = Precondition::default;
    match chance.below(5) {
        0 => Operation::Complete(id, Completion::Toggle, none()),
        1 => Operation::Delete(id, none()),
        2 => {
            let side = chance.pick(&[Side::Before, Side::After]);
            let beside = Beside {
                id: chance.pick(&there),
                side,
            };
            Operation::Move(id, beside, none())
        }
        _ => {
            let edit = EditTask {
                edit: drawn_edit(chance),
                precondition: none(),
                asserted: Asserted::default(),
            };
            Operation::Update(id, edit)
        }
    }
}

/// A task without what every change of it changes, and without whether its reminder went by, which is not put back.
fn content(task: &Task) -> Task {
    Task {
        reminded_at: None,
        version: Seq::from(0),
        updated_at: noon(),
        ..task.clone()
    }
}

/// The touched tasks are as they were before the step, and all others as they are.
fn assert_put_back(step: &Step, present: &Standing, after: &Standing) {
    for (id, task) in after {
        if !step.touched.contains_key(id) {
            assert_eq!(Some(task), present.get(id));
            continue;
        }
        match step.before.get(id) {
            Some(before) => {
                let is_taken = |other: &&Task| other.id != *id && other.position == before.position;
                let position = match present.values().any(|other| is_taken(&other)) {
                    true => task.position.clone(),
                    false => before.position.clone(),
                };
                let before = Task {
                    position,
                    ..content(before)
                };
                assert_eq!(content(task), before);
            }
            None => assert!(task.deleted_at.is_some(), "{task:?}"),
        }
    }
}

pub(crate) async fn undoing_puts_back_what_stood_before_unless_it_was_touched_since(storage: Storage) {
    let hand = Hand::of(storage.account("ada").await);
    let mut chance = Chance::new(SEED);
    let mut steps: Vec<Step> = Vec::new();
    let (mut undone, mut refused) = (0, 0);
    for number in 0..STEPS {
        hand.time.goes_on();
        let (since, present) = (hand.latest().await, hand.standing().await);
        if steps.is_empty() || chance.one_in(2) {
            if hand.work(&mut chance, &present).await {
                steps.extend(hand.step(since, present).await);
            }
            continue;
        }
        let recent = steps.len() as u64 - 1 - chance.below(steps.len().min(6) as u64);
        let step = &steps[usize::try_from(recent).unwrap()];
        let untouched = step
            .touched
            .iter()
            .all(|(id, seq)| present.get(id).is_some_and(|task| task.version == *seq));
        let outcome = hand.tasks.undo(&hand.actor, step.seq, None).await;
        let after = hand.standing().await;
        match outcome {
            Ok(done) => {
                assert!(untouched, "step {number}");
                assert_put_back(step, &present, &after);
                let told: Standing = done.value.into_iter().map(|task| (task.id, task)).collect();
                assert!(told.keys().eq(step.touched.keys()), "step {number}");
                assert!(
                    told.iter().all(|(id, task)| after.get(id) == Some(task)),
                    "step {number}"
                );
                undone += 1;
            }
            Err(error) => {
                assert!(matches!(error, Error::UndoConflict), "step {number}: {error:?}");
                assert!(!untouched, "step {number}");
                assert_eq!(after, present, "step {number}");
                refused += 1;
            }
        }
        // To be undone in its turn.
        steps.extend(hand.step(since, present).await);
    }
    assert!(undone > 20 && refused > 20, "{undone} undone, {refused} refused");
}

struct Time(Mutex<Timestamp>);

impl Time {
    fn goes_on(&self) {
        let mut now = self.0.lock().unwrap();
        *now = now.after(Duration::from_secs(60));
    }
}

impl Clock for Time {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

struct Numbers(AtomicU64);

impl Numbers {
    fn next(&self) -> u64 {
        self.0.fetch_add(1, Ordering::Relaxed)
    }
}

impl IdGenerator for Numbers {
    fn task_id(&self) -> TaskId {
        task_id(self.next())
    }

    fn batch_id(&self) -> BatchId {
        batch_id(self.next())
    }

    fn user_id(&self) -> UserId {
        user_id(&self.next().to_string())
    }

    fn session_id(&self) -> SessionId {
        session_id(self.next())
    }

    fn token_id(&self) -> String {
        self.next().to_string()
    }

    fn api_token_id(&self) -> ApiTokenId {
        api_token_id(self.next())
    }

    fn audit_id(&self) -> AuditId {
        audit_id(self.next())
    }

    fn request_id(&self) -> RequestId {
        origin().request_id
    }
}
