//! Use cases that read and write a lot, over a storage that is a map and a list.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use async_trait::async_trait;
use taskwell_application::{
    Tasks,
    ports::{
        AnsweredTask, Constraint, KeptAnswer, LogPage, MockClock, MockIdGenerator, Neighbours, Page,
        Recording, Side, StoreError, TaskFilter, TaskQuery, TaskStore,
    },
    tasks::{Asserted, CreateTask, Created},
};
use taskwell_domain::{
    Base, BatchId, Change, ChangeKind, Position, Seq, Task, TaskChange, TaskEdit, TaskId, Timestamp, UserId,
};

use super::{ada, now, recording, title};

/// Ada's tasks alone.
#[derive(Default)]
pub(crate) struct State {
    pub(crate) tasks: BTreeMap<TaskId, Task>,
    pub(crate) log: Vec<Change>,
    answers: HashMap<String, KeptAnswer>,
}

impl State {
    fn record(&mut self, recording: Recording) -> Result<Vec<Change>, StoreError> {
        let (tasks, entries) = (self.tasks.clone(), self.log.len());
        let recorded = self.try_to_record(recording);
        if recorded.is_err() {
            self.tasks = tasks;
            self.log.truncate(entries);
        }
        recorded
    }

    fn try_to_record(&mut self, recording: Recording) -> Result<Vec<Change>, StoreError> {
        let Recording {
            changes,
            origin,
            expects,
            answer,
        } = recording;
        if let Some(answer) = &answer
            && self.answers.contains_key(&answer.key)
        {
            return Err(StoreError::Conflict(Constraint::IdempotencyKey));
        }
        if expects.is_some_and(|seq| seq != self.latest()) {
            return Err(StoreError::Stale);
        }
        let first = self.log.len();
        for change in changes {
            self.check(&change, first)?;
            let change = change.recorded_as(self.latest().next(), &origin);
            match &change.task {
                Some(task) => self.tasks.insert(task.id, task.clone()),
                None => self.tasks.remove(&change.task_id),
            };
            self.log.push(change);
        }
        let mut places: Vec<&Position> = self.tasks.values().map(|task| &task.position).collect();
        places.sort();
        if !places.is_sorted_by(|a, b| a < b) {
            return Err(StoreError::Stale);
        }
        let recorded = self.log[first..].to_vec();
        if let Some(answer) = answer {
            let number = |task| match task {
                AnsweredTask::Changed(index) => recorded[index].seq,
                AnsweredTask::At(seq) => seq,
            };
            let kept = KeptAnswer {
                fingerprint: answer.fingerprint,
                tasks: answer.tasks.into_iter().map(number).collect(),
                detail: answer.detail,
                at: origin.at,
            };
            self.answers.insert(answer.key, kept);
        }
        Ok(recorded)
    }

    fn check(&self, change: &TaskChange, first: usize) -> Result<(), StoreError> {
        let task = self.tasks.get(&change.task().id);
        match (change.base(), task) {
            (Base::Nothing, None) => Ok(()),
            (Base::Nothing, Some(_)) => Err(StoreError::Conflict(Constraint::TaskId)),
            (Base::Version(version), Some(task)) if task.version == version => Ok(()),
            (Base::Earlier, Some(task)) if task.version.get() > first as u64 => Ok(()),
            (Base::Version(_) | Base::Earlier, _) => Err(StoreError::Stale),
        }
    }

    fn latest(&self) -> Seq {
        Seq::from(self.log.len() as u64)
    }

    fn visible(&self, id: TaskId) -> Option<Task> {
        let task = self.tasks.get(&id)?;
        task.deleted_at.is_none().then(|| task.clone())
    }

    fn next(&self, from: &Position, side: Side, except: &[TaskId]) -> Option<Position> {
        let others = self.tasks.values().filter(|task| !except.contains(&task.id));
        let places = others.map(|task| task.position.clone());
        match side {
            Side::Before => places.filter(|place| place < from).max(),
            Side::After => places.filter(|place| place > from).min(),
        }
    }
}

type Meanwhile = Box<dyn FnOnce(&mut State) + Send>;

#[derive(Default)]
struct Fake {
    state: Mutex<State>,
    /// What somebody else does just before the next recording arrives.
    meanwhile: Mutex<Option<Meanwhile>>,
    recordings: AtomicU64,
}

impl Fake {
    fn ask<T>(&self, question: impl FnOnce(&State) -> T) -> T {
        question(&self.state.lock().unwrap())
    }
}

#[async_trait]
impl TaskStore for Fake {
    async fn record(&self, _: &UserId, recording: Recording) -> Result<Vec<Change>, StoreError> {
        self.recordings.fetch_add(1, Ordering::Relaxed);
        let meanwhile = self.meanwhile.lock().unwrap().take();
        let mut state = self.state.lock().unwrap();
        if let Some(meanwhile) = meanwhile {
            meanwhile(&mut state);
        }
        state.record(recording)
    }

    async fn find(&self, _: &UserId, id: TaskId) -> Result<Option<Task>, StoreError> {
        Ok(self.ask(|state| state.visible(id)))
    }

    async fn find_deleted(&self, _: &UserId, id: TaskId) -> Result<Option<Task>, StoreError> {
        let task = self.ask(|state| state.tasks.get(&id).cloned());
        Ok(task.filter(|task| task.deleted_at.is_some()))
    }

    async fn find_all(&self, _: &UserId, ids: &[TaskId]) -> Result<Vec<Task>, StoreError> {
        Ok(self.ask(|state| {
            let tasks = state.tasks.values();
            tasks.filter(|task| ids.contains(&task.id)).cloned().collect()
        }))
    }

    async fn find_creation(&self, _: &UserId, id: TaskId) -> Result<Option<Task>, StoreError> {
        Ok(self.ask(|state| {
            let mut log = state.log.iter();
            let created = log.find(|change| change.task_id == id && change.kind == ChangeKind::Created)?;
            created.task.clone()
        }))
    }

    async fn belongs_to_another(&self, _: &UserId, _: TaskId) -> Result<bool, StoreError> {
        Ok(false)
    }

    async fn find_neighbours(
        &self,
        _: &UserId,
        id: TaskId,
        beside: TaskId,
        side: Side,
    ) -> Result<Neighbours, StoreError> {
        Ok(self.ask(|state| {
            let beside = state.visible(beside);
            let next = beside
                .as_ref()
                .and_then(|beside| state.next(&beside.position, side, &[]));
            Neighbours {
                task: state.visible(id),
                beside,
                next,
            }
        }))
    }

    async fn next_position(
        &self,
        _: &UserId,
        position: &Position,
        side: Side,
        except: &[TaskId],
    ) -> Result<Option<Position>, StoreError> {
        Ok(self.ask(|state| state.next(position, side, except)))
    }

    /// Those in the trash or outside it, in no order that matters.
    async fn list(&self, _: &UserId, query: &TaskQuery) -> Result<Page, StoreError> {
        let mut tasks: Vec<Task> = self.ask(|state| state.tasks.values().cloned().collect());
        tasks.retain(|task| task.deleted_at.is_some() == query.filter.deleted);
        let more = tasks.len() > query.limit as usize;
        tasks.truncate(query.limit as usize);
        Ok(Page { tasks, more })
    }

    async fn count(&self, _: &UserId, _: &TaskFilter) -> Result<u64, StoreError> {
        Err(StoreError::Internal("nobody counts here".into()))
    }

    async fn changes(&self, _: &UserId, since: Seq, limit: u32) -> Result<LogPage, StoreError> {
        Ok(self.ask(|state| {
            let news = state.log.iter().filter(|change| change.seq > since);
            LogPage {
                changes: news.take(limit as usize).cloned().collect(),
                latest: state.latest(),
                forgotten: Seq::START,
            }
        }))
    }

    async fn history(&self, _: &UserId, id: TaskId, limit: u32) -> Result<Vec<Change>, StoreError> {
        Ok(self.ask(|state| {
            let own = state.log.iter().rev().filter(|change| change.task_id == id);
            own.take(limit as usize).cloned().collect()
        }))
    }

    async fn find_batch(&self, _: &UserId, seq: Seq) -> Result<Vec<Change>, StoreError> {
        Ok(self.ask(|state| {
            let mut log = state.log.iter();
            let Some(one) = log.find(|change| change.seq == seq) else {
                return vec![];
            };
            let batch = one.origin.batch;
            let together =
                |other: &&Change| other.seq == seq || batch.is_some() && other.origin.batch == batch;
            state.log.iter().filter(together).cloned().collect()
        }))
    }

    async fn find_versions(&self, _: &UserId, seqs: &[Seq]) -> Result<Vec<Task>, StoreError> {
        Ok(self.ask(|state| {
            let entries = state.log.iter().filter(|change| seqs.contains(&change.seq));
            entries.filter_map(|change| change.task.clone()).collect()
        }))
    }

    async fn find_before(&self, _: &UserId, ids: &[TaskId], seq: Seq) -> Result<Vec<Task>, StoreError> {
        Ok(self.ask(|state| {
            let before = |id: &TaskId| {
                let mut earlier = state.log.iter().filter(|change| change.seq < seq);
                earlier.rfind(|change| change.task_id == *id)?.task.clone()
            };
            ids.iter().filter_map(before).collect()
        }))
    }

    async fn find_answer(&self, _: &UserId, key: &str) -> Result<Option<KeptAnswer>, StoreError> {
        Ok(self.ask(|state| state.answers.get(key).cloned()))
    }

    async fn find_expired(&self, _: Timestamp, _: u32) -> Result<Vec<Result<Task, StoreError>>, StoreError> {
        Ok(vec![])
    }

    async fn find_due_reminders(
        &self,
        _: Timestamp,
        _: u32,
    ) -> Result<Vec<Result<Task, StoreError>>, StoreError> {
        Ok(vec![])
    }

    async fn forget_changes(&self, _: Timestamp) -> Result<u64, StoreError> {
        Ok(0)
    }

    async fn forget_answers(&self, _: Timestamp) -> Result<u64, StoreError> {
        Ok(0)
    }
}

/// The use cases over that storage.
pub(crate) struct World {
    store: Arc<Fake>,
    pub(crate) tasks: Tasks,
}

/// Ids in the order of their numbers.
pub(crate) fn id(n: u64) -> TaskId {
    TaskId::parse(&uuid(n)).unwrap()
}

fn number(id: TaskId) -> u64 {
    u64::try_from(id.as_uuid().as_u128() & 0xffff_ffff_ffff).unwrap()
}

fn uuid(n: u64) -> String {
    format!("0199f0c1-2345-7abc-8def-{n:012x}")
}

/// The command that makes the task of that number.
pub(crate) fn creation(n: u64) -> CreateTask {
    CreateTask {
        id: Some(id(n)),
        title: title(&format!("Task {n}")),
        fields: TaskEdit::default(),
        asserted: Asserted::default(),
    }
}

pub(crate) fn rename(text: &str) -> TaskEdit {
    TaskEdit {
        title: Some(title(text)),
        ..TaskEdit::default()
    }
}

impl World {
    pub(crate) fn new() -> Self {
        let store = Arc::new(Fake::default());
        let mut clock = MockClock::new();
        clock.expect_now().returning(now);
        let mut ids = MockIdGenerator::new();
        let (tasks, batches) = (AtomicU64::new(1_000), AtomicU64::new(1));
        ids.expect_task_id()
            .returning(move || id(tasks.fetch_add(1, Ordering::Relaxed)));
        ids.expect_batch_id()
            .returning(move || BatchId::parse(&uuid(batches.fetch_add(1, Ordering::Relaxed))).unwrap());
        Self {
            tasks: Tasks::new(store.clone(), Arc::new(clock), Arc::new(ids)),
            store,
        }
    }

    /// One with the tasks of the numbers from 1 to `count`, each at the version of its number.
    pub(crate) async fn with_tasks(count: u64) -> Self {
        let world = Self::new();
        for n in 1..=count {
            world.create(n).await;
        }
        world
    }

    pub(crate) async fn create(&self, n: u64) -> Task {
        let created = self.tasks.create(&ada(), &creation(n), None).await.unwrap();
        let Created::Now(task) = created.value else {
            panic!("there was such a task");
        };
        task
    }

    /// Has somebody else do this just before the next recording arrives.
    pub(crate) fn meanwhile(&self, meanwhile: impl FnOnce(&mut State) + Send + 'static) {
        *self.store.meanwhile.lock().unwrap() = Some(Box::new(meanwhile));
    }

    /// Records this at once, whoever does it.
    pub(crate) fn record(&self, change: TaskChange) -> Task {
        let mut state = self.store.state.lock().unwrap();
        let recorded = state.record(recording(vec![change])).unwrap();
        recorded[0].task.clone().unwrap()
    }

    pub(crate) fn task(&self, n: u64) -> Task {
        self.store.ask(|state| state.tasks[&id(n)].clone())
    }

    /// All tasks, the trash included.
    pub(crate) fn all(&self) -> Vec<Task> {
        self.store.ask(|state| state.tasks.values().cloned().collect())
    }

    /// The numbers of the tasks outside the trash, in their order.
    pub(crate) fn order(&self) -> Vec<u64> {
        let mut tasks = self.all();
        tasks.retain(|task| task.deleted_at.is_none());
        tasks.sort_by(|a, b| a.position.cmp(&b.position));
        tasks.iter().map(|task| number(task.id)).collect()
    }

    pub(crate) fn log(&self) -> Vec<Change> {
        self.store.ask(|state| state.log.clone())
    }

    /// What happened after the change of that number.
    pub(crate) fn kinds_since(&self, seq: usize) -> Vec<ChangeKind> {
        self.log()[seq..].iter().map(|change| change.kind).collect()
    }

    /// How often the storage was given something to record.
    pub(crate) fn recordings(&self) -> u64 {
        self.store.recordings.load(Ordering::Relaxed)
    }
}

impl State {
    /// Somebody else makes this change.
    pub(crate) fn change(&mut self, change: TaskChange) {
        self.record(recording(vec![change])).unwrap();
    }
}
