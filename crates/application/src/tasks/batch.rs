use std::collections::HashMap;

use taskwell_domain::{Completion, Place, Position, Seq, Task, TaskChange, TaskId, Timestamp};

use super::{
    Beside, CreateTask, Done, EditTask, IdempotencyKey, Precondition, Tasks,
    idempotency::Answer,
    import::let_others_go_on,
    move_task::no_such_task,
    write::{MAX_ATTEMPTS, Recorded},
};
use crate::{
    Actor, Error,
    ports::{AnsweredTask, Recording, Side},
};

/// Operations that are done together or not at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// The operations, in order; each sees what those before it did.
    pub operations: Vec<Operation>,
    /// Whether only to say what would come of it.
    pub dry_run: bool,
}

/// One operation of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operation {
    /// As [`Tasks::create`].
    Create(CreateTask),
    /// As [`Tasks::edit`].
    Update(TaskId, EditTask),
    /// As [`Tasks::complete`].
    Complete(TaskId, Completion, Precondition),
    /// As [`Tasks::move_task`].
    Move(TaskId, Beside, Precondition),
    /// As [`Tasks::delete`].
    Delete(TaskId, Precondition),
}

impl Operation {
    /// The tasks that it names.
    fn ids(&self) -> impl Iterator<Item = TaskId> {
        let (id, other) = match self {
            Self::Create(command) => (command.id, None),
            Self::Update(id, _) | Self::Complete(id, ..) | Self::Delete(id, _) => (Some(*id), None),
            Self::Move(id, beside, _) => (Some(*id), Some(beside.id)),
        };
        id.into_iter().chain(other)
    }
}

impl Tasks {
    /// Does all of the operations, or none; the task of each as it left it.
    ///
    /// # Errors
    /// [`Error::InBatch`] with what the first operation that fails would have failed with alone;
    /// [`Error::IdempotencyKeyReused`].
    pub async fn batch(
        &self,
        actor: &Actor,
        command: &Batch,
        key: Option<&IdempotencyKey>,
    ) -> Result<Done<Vec<Task>>, Error> {
        self.once(actor, key, Answer::all, async {
            for _ in 0..MAX_ATTEMPTS {
                let decided = self.decide_batch(actor, command).await?;
                if command.dry_run {
                    return Ok(Done::now(decided.foretold()));
                }
                let recording = Recording {
                    answer: key.map(|key| key.remembering(decided.answered(), None)),
                    expects: decided.depends_on_numbers.then_some(decided.latest),
                    changes: decided.changes.clone(),
                    origin: decided.origin.clone(),
                };
                match self.record(actor, recording, key).await? {
                    // The numbers may be others than foretold.
                    Recorded::Now(changes) => {
                        let recorded = changes.first().map_or(decided.latest, |first| first.seq);
                        return Ok(Done::now(decided.from(recorded)));
                    }
                    Recorded::Overtaken => {}
                    Recorded::Before(answer) => return answer.all(),
                }
            }
            Err(Error::Conflict)
        })
        .await
    }

    async fn decide_batch(&self, actor: &Actor, command: &Batch) -> Result<Decided, Error> {
        let mut ids: Vec<TaskId> = command.operations.iter().flat_map(Operation::ids).collect();
        ids.sort_unstable();
        ids.dedup();
        // First, so that what is read afterwards is not older than it.
        let latest = self.latest(actor).await?;
        let present = self.store.find_all(&actor.user_id, &ids).await?;
        let now = self.clock.now();
        let mut origin = actor.origin(now);
        origin.batch = Some(self.ids.batch_id());
        let mut decided = Decided {
            tasks: present
                .into_iter()
                .map(|task| (task.id, Known::as_stored(task)))
                .collect(),
            changes: Vec::new(),
            results: Vec::new(),
            depends_on_numbers: false,
            latest,
            origin,
            now,
        };
        for (index, operation) in command.operations.iter().enumerate() {
            // Recurrence rules take their time.
            let_others_go_on().await;
            self.decide_one(actor, operation, &mut decided)
                .await
                .map_err(|error| Error::InBatch {
                    index,
                    error: Box::new(error),
                })?;
        }
        Ok(decided)
    }

    async fn decide_one(
        &self,
        actor: &Actor,
        operation: &Operation,
        decided: &mut Decided,
    ) -> Result<(), Error> {
        let now = decided.now;
        let (id, change) = match operation {
            Operation::Create(command) => return self.decide_create(actor, command, decided).await,
            Operation::Update(
                id,
                EditTask {
                    edit,
                    precondition,
                    asserted,
                },
            ) => {
                let task = self.known(actor, *id, decided).await?;
                decided.check(precondition, &task)?;
                asserted.check(&task)?;
                (*id, task.edit(edit, now).map_err(Error::Validation)?)
            }
            Operation::Complete(id, completion, precondition) => {
                let task = self.known(actor, *id, decided).await?;
                decided.check(precondition, &task)?;
                (*id, task.complete(*completion, now))
            }
            Operation::Delete(id, precondition) => {
                let task = self.known(actor, *id, decided).await?;
                decided.check(precondition, &task)?;
                (*id, task.delete(now))
            }
            Operation::Move(id, beside, precondition) => {
                beside.check(*id)?;
                let task = self.known(actor, *id, decided).await?;
                decided.check(precondition, &task)?;
                let other = decided
                    .visible(beside.id)
                    .ok_or_else(|| no_such_task(beside.field()))?;
                let other = other.position.clone();
                let next = self.next_in_batch(actor, &other, beside.side, decided).await?;
                decided.depends_on_numbers = true;
                let change = match beside.place(&other, next.as_ref()) {
                    _ if next.as_ref() == Some(&task.position) => None,
                    None => return Err(Error::Conflict),
                    Some(Place::Last) => task.move_to(Place::Last, now),
                    Some(place) => task.move_to(place, now),
                };
                (*id, change)
            }
        };
        decided.note(id, change);
        Ok(())
    }

    /// The task that an operation means, as those before left it.
    async fn known(&self, actor: &Actor, id: TaskId, decided: &Decided) -> Result<Task, Error> {
        match decided.visible(id) {
            Some(task) => Ok(task.clone()),
            None => Err(self.missing(actor, id).await?),
        }
    }

    async fn decide_create(
        &self,
        actor: &Actor,
        command: &CreateTask,
        decided: &mut Decided,
    ) -> Result<(), Error> {
        let new = command.as_new(command.id.unwrap_or_else(|| self.ids.task_id()));
        if let Some(known) = decided.tasks.get(&new.id) {
            let creation = match &known.created {
                Some(task) => Some(task.clone()),
                None => self.store.find_creation(&actor.user_id, new.id).await?,
            };
            let same = creation.is_some_and(|task| task.was_created_from(&new));
            if !same || known.task.deleted_at.is_some() {
                return Err(Error::IdTaken);
            }
            decided.note(new.id, None);
            return Ok(());
        }
        let change = Task::create(&new, actor.user_id.clone(), decided.now).map_err(Error::Validation)?;
        command.asserted.check(change.task())?;
        decided.note(new.id, Some(change));
        Ok(())
    }

    /// The next place on that side, as the operations before left the order.
    async fn next_in_batch(
        &self,
        actor: &Actor,
        position: &Position,
        side: Side,
        decided: &Decided,
    ) -> Result<Option<Position>, Error> {
        let changed: Vec<TaskId> = decided.changed().map(|task| task.id).collect();
        let stored = self
            .store
            .next_position(&actor.user_id, position, side, &changed)
            .await?;
        let others = decided.changed().map(|task| task.position.clone());
        let candidates = others.chain(stored);
        Ok(match side {
            Side::After => candidates.filter(|other| other > position).min(),
            Side::Before => candidates.filter(|other| other < position).max(),
        })
    }
}

/// A batch as far as it is decided.
struct Decided {
    tasks: HashMap<TaskId, Known>,
    changes: Vec<TaskChange>,
    /// What each operation answers.
    results: Vec<(AnsweredTask, Task)>,
    /// Whether a place rests on the numbers that the changes are expected to get.
    depends_on_numbers: bool,
    latest: Seq,
    origin: taskwell_domain::Origin,
    now: Timestamp,
}

/// A task as the operations so far left it.
struct Known {
    task: Task,
    /// As it stands while nothing of the batch is done, if it does.
    stored: Option<Task>,
    changed: bool,
    /// As it was created, if an operation of this batch did that.
    created: Option<Task>,
}

impl Known {
    fn as_stored(task: Task) -> Self {
        Self {
            stored: Some(task.clone()),
            task,
            changed: false,
            created: None,
        }
    }
}

impl Decided {
    fn visible(&self, id: TaskId) -> Option<&Task> {
        let known = self.tasks.get(&id)?;
        Some(&known.task).filter(|task| task.deleted_at.is_none())
    }

    fn changed(&self) -> impl Iterator<Item = &Task> {
        self.tasks
            .values()
            .filter(|known| known.changed)
            .map(|known| &known.task)
    }

    /// The number that the next change is expected to get.
    fn next_number(&self) -> Seq {
        Seq::from(
            self.latest
                .get()
                .saturating_add(self.changes.len() as u64)
                .saturating_add(1),
        )
    }

    /// Whether the operation may be done on the task as those before left it.
    fn check(&mut self, precondition: &Precondition, task: &Task) -> Result<(), Error> {
        let known = self.tasks.get(&task.id);
        if known.is_some_and(|known| known.changed) && *precondition != Precondition::none() {
            // It is a number that a change is expected to get.
            self.depends_on_numbers = true;
        }
        let stored = known.and_then(|known| known.stored.as_ref());
        precondition.check(task).map_err(|error| match stored {
            Some(stored) => Error::PreconditionFailed(Box::new(stored.clone())),
            None => error,
        })
    }

    fn note(&mut self, id: TaskId, change: Option<TaskChange>) {
        let before = self.tasks.remove(&id);
        let Some(change) = change else {
            if let Some(known) = before {
                let index = self.changes.iter().rposition(|change| change.task().id == id);
                let answered = match index {
                    Some(index) => AnsweredTask::Changed(index),
                    None => AnsweredTask::At(known.task.version),
                };
                self.results.push((answered, known.task.clone()));
                self.tasks.insert(id, known);
            }
            return;
        };
        let was_changed = before.as_ref().is_some_and(|known| known.changed);
        let change = match was_changed {
            true => change.after_earlier(),
            false => change,
        };
        let recorded = change.clone().recorded_as(self.next_number(), &self.origin);
        let Some(task) = recorded.task else {
            return;
        };
        let (stored, created) = match before {
            None => (None, Some(task.clone())),
            Some(known) => (known.stored, known.created),
        };
        self.results
            .push((AnsweredTask::Changed(self.changes.len()), task.clone()));
        self.changes.push(change);
        let known = Known {
            task,
            stored,
            changed: true,
            created,
        };
        self.tasks.insert(id, known);
    }

    fn answered(&self) -> Vec<AnsweredTask> {
        self.results.iter().map(|(answered, _)| *answered).collect()
    }

    /// The answer if the changes get the numbers that are expected.
    fn foretold(self) -> Vec<Task> {
        self.results.into_iter().map(|(_, task)| task).collect()
    }

    /// The answer now that the first change has that number.
    fn from(self, first: Seq) -> Vec<Task> {
        let recorded: Vec<Task> = self
            .changes
            .into_iter()
            .zip(first.get()..)
            .filter_map(|(change, seq)| change.recorded_as(Seq::from(seq), &self.origin).task)
            .collect();
        let answer = |(answered, task): (AnsweredTask, Task)| match answered {
            AnsweredTask::Changed(index) => recorded.get(index).cloned().unwrap_or(task),
            AnsweredTask::At(_) => task,
        };
        self.results.into_iter().map(answer).collect()
    }
}
