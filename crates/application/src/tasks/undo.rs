use std::collections::{BTreeMap, HashMap};

use taskwell_domain::{Change, ChangeKind, Position, Seq, Task, TaskChange, TaskId};

use super::{
    Done, IdempotencyKey, Tasks,
    idempotency::Answer,
    write::{MAX_ATTEMPTS, Recorded},
};
use crate::{
    Actor, Error,
    ports::{AnsweredTask, Recording, Side},
};

impl Tasks {
    /// Puts back what the change of that number did, along with all that was made together with it, by new
    /// changes; the tasks as they stand then.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a change that the log does not have; [`Error::UndoConflict`] if one of the tasks
    /// was changed since, or is purged; [`Error::IdempotencyKeyReused`].
    pub async fn undo(
        &self,
        actor: &Actor,
        seq: Seq,
        key: Option<&IdempotencyKey>,
    ) -> Result<Done<Vec<Task>>, Error> {
        self.once(actor, key, Answer::all, async {
            for attempt in 0..MAX_ATTEMPTS {
                let undone = self.decide_undo(actor, seq, attempt > 0).await?;
                let now = self.clock.now();
                let answered = undone.iter().scan(0, |next, (task, change)| {
                    Some(match change {
                        Some(_) => {
                            *next += 1;
                            AnsweredTask::Changed(*next - 1)
                        }
                        None => AnsweredTask::At(task.version),
                    })
                });
                let answer = key.map(|key| key.remembering(answered.collect(), None));
                let (tasks, changes): (Vec<Task>, Vec<Option<TaskChange>>) = undone.into_iter().unzip();
                let changes: Vec<TaskChange> = changes.into_iter().flatten().collect();
                let mut origin = actor.origin(now);
                origin.batch = (changes.len() > 1).then(|| self.ids.batch_id());
                let recording = Recording {
                    changes,
                    origin,
                    expects: None,
                    answer,
                };
                match self.record(actor, recording, key).await? {
                    Recorded::Now(changes) => return Ok(Done::now(as_they_stand(tasks, changes))),
                    Recorded::Overtaken => {}
                    Recorded::Before(answer) => return answer.all(),
                }
            }
            Err(Error::Conflict)
        })
        .await
    }

    /// The tasks as [`Tasks::undo`] would leave them, if nothing happens meanwhile.
    ///
    /// # Errors
    /// As for [`Tasks::undo`].
    pub async fn foretell_undo(&self, actor: &Actor, seq: Seq) -> Result<Vec<Task>, Error> {
        let undone = self.decide_undo(actor, seq, false).await?;
        let origin = actor.origin(self.clock.now());
        let mut number = self.latest(actor).await?;
        let foretold = undone.into_iter().map(|(task, change)| match change {
            Some(change) => {
                number = number.next();
                change.recorded_as(number, &origin).task.unwrap_or(task)
            }
            None => task,
        });
        Ok(foretold.collect())
    }

    /// Each task that the change of that number touched, along with all that was made together with it, and what
    /// puts it back.
    async fn decide_undo(
        &self,
        actor: &Actor,
        seq: Seq,
        beside: bool,
    ) -> Result<Vec<(Task, Option<TaskChange>)>, Error> {
        let log = self.store.changes(&actor.user_id, Seq::from(u64::MAX), 1).await?;
        if seq <= log.forgotten {
            // What is still there of those together with it may not be all.
            return Err(Error::NotFound("change"));
        }
        let done = self.store.find_batch(&actor.user_id, seq).await?;
        let Some(first) = done.first() else {
            return Err(Error::NotFound("change"));
        };
        // Of what was made together, an entry that is needed otherwise may be there still, and those before it be
        // forgotten. Their numbers follow each other.
        let may_be_cut = log.forgotten > Seq::from(0) && first.seq <= log.forgotten.next();
        if first.origin.batch.is_some() && may_be_cut {
            return Err(Error::NotFound("change"));
        }
        self.put_back(actor, &done, beside).await
    }

    /// Each task that the changes touched, and what puts it back. Tasks that were moved go back to their old
    /// places, or `beside` them, where those may be taken.
    async fn put_back(
        &self,
        actor: &Actor,
        done: &[Change],
        beside: bool,
    ) -> Result<Vec<(Task, Option<TaskChange>)>, Error> {
        // The first and the last change of each task, in the order of their first.
        let mut touched: BTreeMap<TaskId, (&Change, Seq)> = BTreeMap::new();
        for change in done {
            let (_, last) = touched.entry(change.task_id).or_insert((change, change.seq));
            *last = change.seq;
        }
        let ids: Vec<TaskId> = touched.keys().copied().collect();
        let mut present = by_id(self.store.find_all(&actor.user_id, &ids).await?);
        let were_there = touched.values().map(|(first, _)| *first);
        let were_there = were_there.filter(|first| first.kind != ChangeKind::Created);
        let were_there: Vec<TaskId> = were_there.map(|first| first.task_id).collect();
        let mut before = match done.first() {
            // Their numbers follow each other: what stood before the first of all, stood before the first of each.
            Some(first) if !were_there.is_empty() => {
                let found = self.store.find_before(&actor.user_id, &were_there, first.seq);
                by_id(found.await?)
            }
            _ => HashMap::new(),
        };
        let now = self.clock.now();
        let mut undone = Vec::with_capacity(touched.len());
        for (id, (first, last)) in touched {
            let task = present.remove(&id).filter(|task| task.version == last);
            let task = task.ok_or(Error::UndoConflict)?;
            let before = match first.kind {
                ChangeKind::Created => None,
                _ => Some(before.remove(&id).ok_or(Error::UndoConflict)?),
            };
            undone.push((first.seq, task, before));
        }
        if beside {
            let moved = undone.iter_mut().filter_map(|(_, task, before)| {
                let before = before.as_mut()?;
                (before.position != task.position).then_some(&mut before.position)
            });
            self.beside_old_places(actor, moved.collect()).await?;
        }
        undone.sort_by_key(|(first, ..)| *first);
        Ok(undone
            .into_iter()
            .map(|(_, task, before)| {
                let change = task.put_back(before.as_ref(), now);
                (task, change)
            })
            .collect())
    }

    /// Makes of each place one right behind it, where nothing is.
    async fn beside_old_places(&self, actor: &Actor, mut places: Vec<&mut Position>) -> Result<(), Error> {
        places.sort_unstable();
        let mut behind: Option<Position> = None;
        for place in places.into_iter().rev() {
            let stored = self
                .store
                .next_position(&actor.user_id, place, Side::After, &[])
                .await?;
            let next = stored.into_iter().chain(behind).min();
            let free = Position::between(Some(place), next.as_ref()).ok_or(Error::UndoConflict)?;
            behind = Some(std::mem::replace(place, free));
        }
        Ok(())
    }
}

fn by_id(tasks: Vec<Task>) -> HashMap<TaskId, Task> {
    tasks.into_iter().map(|task| (task.id, task)).collect()
}

/// The tasks as the changes left those that they touched.
fn as_they_stand(tasks: Vec<Task>, changes: Vec<Change>) -> Vec<Task> {
    let mut changed: HashMap<TaskId, Task> = changes
        .into_iter()
        .filter_map(|change| Some((change.task_id, change.task?)))
        .collect();
    tasks
        .into_iter()
        .map(|task| changed.remove(&task.id).unwrap_or(task))
        .collect()
}
