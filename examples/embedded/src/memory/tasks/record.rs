//! Writing tasks.

use std::collections::{HashMap, HashSet};

use taskwell_application::ports::{Constraint, Recording, StoreError};
use taskwell_domain::{Base, Change, Position, Task, TaskId};

use crate::memory::Account;

/// The tasks that a recording changes, as it leaves them: `None` for those that it purges. They take the place of
/// the stored ones once every change has passed.
type Touched = HashMap<TaskId, Option<Task>>;

impl Account {
    pub(super) fn record(&mut self, recording: Recording) -> Result<Vec<Change>, StoreError> {
        let Recording {
            changes,
            origin,
            expects,
            answer,
        } = recording;
        // First: the same request may have been recorded, and then all else is stale.
        if let Some(answer) = &answer {
            self.check_key(&answer.key, origin.at)?;
        }
        if expects.is_some_and(|seq| seq != self.latest) {
            return Err(StoreError::Stale);
        }
        let mut seq = self.latest;
        let mut touched = Touched::new();
        let mut recorded = Vec::with_capacity(changes.len());
        for change in changes {
            self.check(change.task().id, change.base(), &touched)?;
            seq = seq.next();
            let change = change.recorded_as(seq, &origin);
            touched.insert(change.task_id, change.task.clone());
            recorded.push(change);
        }
        self.check_places(&touched)?;
        if let Some(answer) = answer {
            let (key, answer) = super::answers::kept(answer, &recorded, origin.at)?;
            self.answers.insert(key, answer);
        }
        for (id, task) in touched {
            match task {
                Some(task) => self.tasks.insert(id, task),
                None => self.tasks.remove(&id),
            };
        }
        self.latest = seq;
        self.log
            .extend(recorded.iter().map(|change| (change.seq, change.clone())));
        Ok(recorded)
    }

    /// Whether a change that rests on `base` fits the task as it stands by then.
    fn check(&self, id: TaskId, base: Base, touched: &Touched) -> Result<(), StoreError> {
        let earlier = touched.get(&id);
        let stands = match earlier {
            Some(task) => task.as_ref(),
            None => self.tasks.get(&id),
        };
        match (base, stands) {
            (Base::Nothing, None) => Ok(()),
            (Base::Nothing, Some(_)) => Err(StoreError::Conflict(Constraint::TaskId)),
            (Base::Version(version), Some(task)) if task.version == version => Ok(()),
            (Base::Earlier, Some(_)) if earlier.is_some() => Ok(()),
            (Base::Version(_) | Base::Earlier, _) => Err(StoreError::Stale),
        }
    }

    /// Whether every task has a place of its own then.
    fn check_places(&self, touched: &Touched) -> Result<(), StoreError> {
        let mut taken: HashSet<&Position> = HashSet::new();
        for task in touched.values().flatten() {
            if !taken.insert(&task.position) {
                return Err(StoreError::Stale);
            }
        }
        let mut others = self.tasks.values().filter(|task| !touched.contains_key(&task.id));
        match others.any(|task| taken.contains(&task.position)) {
            true => Err(StoreError::Stale),
            false => Ok(()),
        }
    }
}
