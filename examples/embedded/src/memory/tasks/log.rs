//! What happened to tasks.

use std::{
    collections::HashMap,
    ops::Bound::{Excluded, Unbounded},
};

use taskwell_application::ports::LogPage;
use taskwell_domain::{Change, ChangeKind, Seq, Task, TaskId, Timestamp};

use crate::memory::Account;

impl Account {
    pub(super) fn changes(&self, since: Seq, limit: u32) -> LogPage {
        let news = self.log.range((Excluded(since), Unbounded));
        LogPage {
            changes: news
                .take(limit as usize)
                .map(|(_, entry)| entry.clone())
                .collect(),
            latest: self.latest,
            forgotten: self.forgotten,
        }
    }

    /// What the log has of one task, oldest first.
    pub(super) fn log_of(&self, id: TaskId) -> impl DoubleEndedIterator<Item = &Change> {
        self.log.values().filter(move |entry| entry.task_id == id)
    }

    /// A task that was purged may have been made again.
    pub(super) fn creation(&self, id: TaskId) -> Option<Task> {
        let created = self.log_of(id).rfind(|entry| entry.kind == ChangeKind::Created)?;
        created.task.clone()
    }

    /// The tasks as they stood before the change of that number.
    pub(super) fn before(&self, ids: &[TaskId], seq: Seq) -> Vec<Task> {
        let earlier = self.log.range(..seq).map(|(_, entry)| entry);
        let earlier = earlier.filter(|entry| ids.contains(&entry.task_id));
        let last: HashMap<TaskId, &Change> = earlier.map(|entry| (entry.task_id, entry)).collect();
        last.into_values()
            .filter_map(|entry| entry.task.clone())
            .collect()
    }

    pub(super) fn batch(&self, seq: Seq) -> Vec<Change> {
        let Some(entry) = self.log.get(&seq) else {
            return vec![];
        };
        match entry.origin.batch {
            None => vec![entry.clone()],
            batch => {
                let entries = self.log.values();
                entries
                    .filter(|entry| entry.origin.batch == batch)
                    .cloned()
                    .collect()
            }
        }
    }

    /// The newest of the old entries of a task stays: undoing what came or comes after it needs it. What is purged
    /// does not come back.
    pub(super) fn forget_changes(&mut self, before: Timestamp) -> u64 {
        let is_old = |entry: &Change| entry.origin.at < before;
        let old = self.log.values().filter(|entry| is_old(entry));
        let newest: HashMap<TaskId, Seq> = old.map(|entry| (entry.task_id, entry.seq)).collect();
        let known = self.log.len();
        let mut forgotten = self.forgotten;
        self.log.retain(|seq, entry| {
            let is_needed = entry.task.is_some() && newest.get(&entry.task_id) == Some(seq);
            let stays = is_needed || !is_old(entry);
            if !stays {
                forgotten = forgotten.max(*seq);
            }
            stays
        });
        self.forgotten = forgotten;
        (known - self.log.len()) as u64
    }
}
