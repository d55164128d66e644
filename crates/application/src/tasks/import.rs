use std::{collections::HashSet, future::poll_fn, task::Poll};

use taskwell_domain::{Fault, FaultCode, FieldFault, ImportedTask, Task, TaskChange, TaskId};

use super::{Done, IdempotencyKey, Tasks, idempotency::Answer, write::MAX_ATTEMPTS};
use crate::{
    Actor, Error,
    ports::{Constraint, Recording, StoreError},
};

/// How many ids are looked up at once.
const LOOKED_UP_AT_ONCE: usize = 500;

/// How many rows without a recurrence are decided on before others get their turn.
const DECIDED_AT_ONCE: usize = 100;

/// Tasks to be taken over from elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportTasks {
    /// The rows, in order.
    pub rows: Vec<ImportRow>,
    /// How many faults there are in rows that could not even be read, and so are not among these. Who read them
    /// tells what they are; here they only count towards [`Self::MAX_FAULTS`].
    pub faults: usize,
}

impl ImportTasks {
    /// How many faults of rows are told one by one. Where there are more, nothing is taken over: then it is not the
    /// rows that are wrong.
    pub const MAX_FAULTS: usize = 10_000;

    /// What is wrong with rows that have more of them, of which this is one: in that field, or in the row as a whole.
    #[must_use]
    pub fn too_many_faults(row: u64, field: Option<&str>, fault: &Fault) -> FieldFault {
        let field = field.map(|field| format!(", {field}")).unwrap_or_default();
        let detail = format!(
            "must have at most {} errors, such as the one in row {row}{field}: {}",
            Self::MAX_FAULTS,
            fault.detail
        );
        FieldFault::new("tasks", Fault::new(FaultCode::TooMany, detail))
    }
}

/// A task to be taken over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportRow {
    /// Where it stands, for whoever has to find it.
    pub row: u64,
    /// The task, or what is wrong with it already.
    pub task: Result<ImportedTask, Vec<FieldFault>>,
}

/// What came of an import.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// How many tasks were made.
    pub imported: u64,
    /// How many were there already, or stood in an earlier row: ids are looked at, nothing else.
    pub skipped: u64,
    /// The rows that were left out, and why.
    pub faults: Vec<RowFaults>,
}

/// What is wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowFaults {
    /// Where it stands.
    pub row: u64,
    /// What is wrong.
    pub faults: Vec<FieldFault>,
}

impl Tasks {
    /// Takes over tasks from elsewhere, with their ids and times: all that can be, together. The same tasks again
    /// are left alone.
    ///
    /// # Errors
    /// [`Error::Validation`] where more than [`ImportTasks::MAX_FAULTS`] things are wrong;
    /// [`Error::IdempotencyKeyReused`].
    pub async fn import(
        &self,
        actor: &Actor,
        command: &ImportTasks,
        key: Option<&IdempotencyKey>,
    ) -> Result<Done<Imported>, Error> {
        let (changes, faults) = self.decide(actor, command).await?;
        if let Some(answer) = self.answered(actor, key).await? {
            return Ok(again(&answer, faults));
        }
        for _ in 0..MAX_ATTEMPTS {
            let known = self.present(actor, &changes).await?;
            let news: Vec<TaskChange> = changes
                .iter()
                .filter(|change| !known.contains(&change.task().id))
                .cloned()
                .collect();
            let imported = news.len() as u64;
            let skipped = (command.rows.len() - faults.len()) as u64 - imported;
            let mut origin = actor.origin(self.clock.now());
            origin.batch = (news.len() > 1).then(|| self.ids.batch_id());
            let recording = Recording {
                changes: news,
                origin,
                expects: None,
                answer: key.map(|key| key.remembering(vec![], Some(format!("{imported} {skipped}")))),
            };
            match self.store.record(&actor.user_id, recording).await {
                Ok(_) => {
                    return Ok(Done::now(Imported {
                        imported,
                        skipped,
                        faults,
                    }));
                }
                // Made by somebody else meanwhile.
                Err(StoreError::Conflict(Constraint::TaskId) | StoreError::Stale) => {}
                Err(StoreError::Conflict(Constraint::IdempotencyKey)) => {
                    if let Some(answer) = self.answered(actor, key).await? {
                        return Ok(again(&answer, faults));
                    }
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(Error::Conflict)
    }

    /// What each good row makes, the first of one id alone, and what is wrong with the others.
    async fn decide(
        &self,
        actor: &Actor,
        command: &ImportTasks,
    ) -> Result<(Vec<TaskChange>, Vec<RowFaults>), Error> {
        let now = self.clock.now();
        let mut count = command.faults;
        let mut ids = HashSet::new();
        let mut changes = Vec::new();
        let mut faults = Vec::new();
        for (index, ImportRow { row, task }) in command.rows.iter().enumerate() {
            // Recurrence rules take their time.
            let recurs = task
                .as_ref()
                .is_ok_and(|task| task.new.fields.recurrence.is_some());
            if recurs || index % DECIDED_AT_ONCE == DECIDED_AT_ONCE - 1 {
                let_others_go_on().await;
            }
            let made = match task {
                Ok(task) => Task::import(task, actor.user_id.clone(), now),
                Err(faults) => Err(faults.clone()),
            };
            match made {
                Ok(change) if ids.insert(change.task().id) => changes.push(change),
                Ok(_) => {}
                Err(wrong) => {
                    count += wrong.len();
                    if let (true, Some(one)) = (count > ImportTasks::MAX_FAULTS, wrong.first()) {
                        let all = ImportTasks::too_many_faults(*row, Some(one.field), &one.fault);
                        return Err(Error::Validation(vec![all]));
                    }
                    faults.push(RowFaults {
                        row: *row,
                        faults: wrong,
                    });
                }
            }
        }
        Ok((changes, faults))
    }

    /// Those of the ids that are there already.
    async fn present(&self, actor: &Actor, changes: &[TaskChange]) -> Result<HashSet<TaskId>, Error> {
        let ids: Vec<TaskId> = changes.iter().map(|change| change.task().id).collect();
        let mut known = HashSet::new();
        for some in ids.chunks(LOOKED_UP_AT_ONCE) {
            let found = self.store.find_all(&actor.user_id, some).await?;
            known.extend(found.into_iter().map(|task| task.id));
        }
        Ok(known)
    }
}

/// Comes back once whatever else waits on this thread has had its turn.
pub(super) async fn let_others_go_on() {
    let mut has_waited = false;
    poll_fn(|context| {
        if has_waited {
            return Poll::Ready(());
        }
        has_waited = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// The same answer as the first time; what is wrong with the rows can be told anew.
fn again(answer: &Answer, faults: Vec<RowFaults>) -> Done<Imported> {
    let detail = answer.detail.as_deref().unwrap_or_default();
    let (imported, skipped) = detail.split_once(' ').unwrap_or_default();
    let number = |text: &str| text.parse().unwrap_or_default();
    Done::before(Imported {
        imported: number(imported),
        skipped: number(skipped),
        faults,
    })
}
