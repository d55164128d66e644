//! What is expected of a storage, over a map and a list.

use std::collections::BTreeMap;

use taskwell_application::ports::{
    AnsweredTask, KeptAnswer, Neighbours, Page, Recording, Side, SortKey, Start, TaskFilter, TaskQuery,
};
use taskwell_domain::{Change, ChangeKind, Position, Seq, Tag, Task, TaskId, Timestamp, UserId};

use crate::{
    given::{Everything, by, noon, trash},
    list::sorted,
};

pub(super) struct Model {
    pub(super) owner: UserId,
    pub(super) now: Timestamp,
    pub(super) tasks: BTreeMap<TaskId, Task>,
    pub(super) log: Vec<Change>,
    pub(super) answers: BTreeMap<String, KeptAnswer>,
}

impl Model {
    pub(super) fn new(owner: UserId) -> Self {
        Self {
            owner,
            now: noon(),
            tasks: BTreeMap::new(),
            log: Vec::new(),
            answers: BTreeMap::new(),
        }
    }

    /// Records what nothing stands against.
    pub(super) fn record(&mut self, recording: Recording) -> Vec<Change> {
        let mut recorded = Vec::new();
        for change in recording.changes {
            let change = change.recorded_as(self.latest().next(), &recording.origin);
            match &change.task {
                Some(task) => self.tasks.insert(task.id, task.clone()),
                None => self.tasks.remove(&change.task_id),
            };
            self.log.push(change.clone());
            recorded.push(change);
        }
        if let Some(answer) = recording.answer {
            let number = |task| match task {
                AnsweredTask::Changed(index) => recorded[index].seq,
                AnsweredTask::At(seq) => seq,
            };
            let kept = KeptAnswer {
                fingerprint: answer.fingerprint,
                tasks: answer.tasks.into_iter().map(number).collect(),
                detail: answer.detail,
                at: recording.origin.at,
            };
            self.answers.insert(answer.key, kept);
        }
        recorded
    }

    pub(super) fn latest(&self) -> Seq {
        Seq::from(self.log.len() as u64)
    }

    pub(super) fn everything(&self) -> Everything {
        let oldest_first = |filter| sorted(self.matching(&filter), by(SortKey::CreatedAt));
        Everything {
            tasks: oldest_first(TaskFilter::default()),
            trash: oldest_first(trash()),
            log: self.log.clone(),
        }
    }

    pub(super) fn matching(&self, filter: &TaskFilter) -> Vec<Task> {
        let passes = |task: &&Task| passes(task, filter);
        self.tasks.values().filter(passes).cloned().collect()
    }

    pub(super) fn page(&self, query: &TaskQuery) -> Page {
        let tasks = sorted(self.matching(&query.filter), query.sort);
        let skipped = match &query.start {
            Start::Skip(skip) => usize::try_from(*skip).unwrap(),
            // Pages after a mark begin at a task that is there, in what is drawn here.
            Start::After(mark) => tasks.iter().position(|task| task.id == mark.id).unwrap() + 1,
        };
        let limit = query.limit as usize;
        Page {
            more: tasks.len() > skipped + limit,
            tasks: tasks.into_iter().skip(skipped).take(limit).collect(),
        }
    }

    pub(super) fn changes(&self, since: Seq, limit: usize) -> Vec<Change> {
        let news = self.log.iter().filter(|change| change.seq > since);
        news.take(limit).cloned().collect()
    }

    pub(super) fn history(&self, id: TaskId, limit: usize) -> Vec<Change> {
        let own = self.log.iter().rev().filter(|change| change.task_id == id);
        own.take(limit).cloned().collect()
    }

    pub(super) fn batch(&self, seq: Seq) -> Vec<Change> {
        let Some(one) = self.log.iter().find(|change| change.seq == seq) else {
            return vec![];
        };
        let together = |other: &&Change| {
            other.seq == seq || one.origin.batch.is_some() && other.origin.batch == one.origin.batch
        };
        self.log.iter().filter(together).cloned().collect()
    }

    /// In the order of their ids.
    pub(super) fn before(&self, ids: &[TaskId], seq: Seq) -> Vec<Task> {
        let earlier = self.log.iter().filter(|change| change.seq < seq);
        let earlier = earlier.filter(|change| ids.contains(&change.task_id));
        let last: BTreeMap<TaskId, &Change> = earlier.map(|change| (change.task_id, change)).collect();
        last.into_values().filter_map(|last| last.task.clone()).collect()
    }

    pub(super) fn creation(&self, id: TaskId) -> Option<Task> {
        let is_creation = |change: &&Change| change.task_id == id && change.kind == ChangeKind::Created;
        self.log.iter().rfind(is_creation)?.task.clone()
    }

    /// What waits to be reminded of, in no order.
    pub(super) fn due_reminders(&self, now: Timestamp) -> Vec<Task> {
        let is_due = |task: &&Task| {
            let waits = task.remind_at.is_some_and(|at| at <= now) && task.reminded_at.is_none();
            waits && task.completed_at.is_none() && task.deleted_at.is_none()
        };
        self.tasks.values().filter(is_due).cloned().collect()
    }

    pub(super) fn all_of(&self, ids: &[TaskId]) -> Vec<Task> {
        let tasks = self.tasks.values();
        tasks.filter(|task| ids.contains(&task.id)).cloned().collect()
    }

    fn outside_the_trash(&self, id: TaskId) -> Option<Task> {
        let task = self.tasks.get(&id)?;
        task.deleted_at.is_none().then(|| task.clone())
    }

    pub(super) fn neighbours(&self, id: TaskId, beside: TaskId, side: Side) -> Neighbours {
        let beside = self.outside_the_trash(beside);
        Neighbours {
            task: self.outside_the_trash(id),
            next: beside
                .as_ref()
                .and_then(|beside| self.next(&beside.position, side, &[])),
            beside,
        }
    }

    pub(super) fn next(&self, from: &Position, side: Side, except: &[TaskId]) -> Option<Position> {
        let others = self.tasks.values().filter(|task| !except.contains(&task.id));
        let mut places: Vec<Position> = others.map(|task| task.position.clone()).collect();
        places.sort();
        match side {
            Side::Before => places.into_iter().rfind(|place| place < from),
            Side::After => places.into_iter().find(|place| place > from),
        }
    }
}

fn passes(task: &Task, filter: &TaskFilter) -> bool {
    let tags: Vec<String> = task.tags.iter().map(Tag::key).collect();
    [
        task.deleted_at.is_some() == filter.deleted,
        filter
            .completed
            .is_none_or(|completed| completed == task.completed_at.is_some()),
        filter.priorities.is_empty() || filter.priorities.contains(&task.priority),
        filter.tags.iter().all(|tag| tags.contains(&tag.key())),
        filter.due_after.is_none_or(|time| task.due_at() >= Some(time)),
        filter
            .due_before
            .is_none_or(|time| task.due_at().is_some_and(|due_at| due_at < time)),
        filter.updated_since.is_none_or(|time| task.updated_at >= time),
        filter.search.as_ref().is_none_or(|text| finds(text, task)),
    ]
    .iter()
    .all(|passes| *passes)
}

/// What is drawn here is searched for by plain words.
fn finds(text: &str, task: &Task) -> bool {
    let both = format!("{} {}", task.title, task.description).to_lowercase();
    let has: Vec<&str> = both.split_whitespace().collect();
    let (whole, beginning) = text.rsplit_once(' ').unwrap_or(("", text));
    whole.split_whitespace().all(|word| has.contains(&word))
        && has.iter().any(|word| word.starts_with(beginning))
}
