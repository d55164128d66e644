//! Tasks to start from.

use std::sync::Arc;

use taskwell_application::ports::{
    AnsweredTask, KeptAnswer, LogPage, NewAnswer, Page, Recording, Sort, SortKey, Start, StoreError,
    TaskFilter, TaskQuery, TaskStore,
};
use taskwell_domain::{
    ActorKind, BatchId, Change, ChangeActor, Completion, Date, Description, NewTask, Origin, Place, Position,
    Priority, Recurrence, RequestId, Seq, Tag, Tags, Task, TaskChange, TaskEdit, TaskId, TimeOfDay, TimeZone,
    Timestamp, Title, UserId,
};

use super::{ALL, later, noon, uuid};
use crate::fixture::Storage;

/// Ids in the order of their numbers.
pub(crate) fn task_id(n: u64) -> TaskId {
    TaskId::parse(&uuid(n)).unwrap()
}

/// Ids in the order of their numbers.
pub(crate) fn batch_id(n: u64) -> BatchId {
    BatchId::parse(&uuid(n)).unwrap()
}

pub(crate) fn new_task(n: u64) -> NewTask {
    NewTask {
        id: task_id(n),
        title: title(&format!("Task {n}")),
        fields: TaskEdit::default(),
    }
}

/// Every field that a task can have.
pub(crate) fn all_fields() -> TaskEdit {
    TaskEdit {
        title: None,
        description: Some(description("more about it")),
        completed: Some(true),
        priority: Some(Priority::High),
        due_date: Some(Some(date("2026-12-31"))),
        due_time: Some(Some(TimeOfDay::parse("09:30").unwrap())),
        time_zone: Some(Some(zone("Europe/Berlin"))),
        remind_at: Some(Some(later(60))),
        recurrence: Some(Some(rule("FREQ=WEEKLY;BYDAY=MO,TH"))),
        tags: Some(tags(&["Home", "émile"])),
    }
}

pub(crate) fn title(text: &str) -> Title {
    Title::parse(text).unwrap()
}

pub(crate) fn description(text: &str) -> Description {
    Description::parse(text).unwrap()
}

pub(crate) fn date(text: &str) -> Date {
    Date::parse(text).unwrap()
}

pub(crate) fn zone(name: &str) -> TimeZone {
    TimeZone::parse(name).unwrap()
}

pub(crate) fn rule(text: &str) -> Recurrence {
    Recurrence::parse(text).unwrap()
}

pub(crate) fn tag(text: &str) -> Tag {
    Tag::parse(text).unwrap()
}

pub(crate) fn tags(texts: &[&str]) -> Tags {
    Tags::new(texts.iter().map(|text| tag(text)).collect()).unwrap()
}

pub(crate) fn edited(task: &Task, edit: &TaskEdit) -> TaskChange {
    task.edit(edit, later(1)).unwrap().unwrap()
}

pub(crate) fn renamed(task: &Task, to: &str) -> TaskChange {
    let edit = TaskEdit {
        title: Some(title(to)),
        ..TaskEdit::default()
    };
    edited(task, &edit)
}

pub(crate) fn completed(task: &Task) -> TaskChange {
    task.complete(Completion::Set(true), later(2)).unwrap()
}

pub(crate) fn deleted(task: &Task) -> TaskChange {
    task.delete(later(3)).unwrap()
}

pub(crate) fn restored(task: &Task) -> TaskChange {
    task.restore(later(4)).unwrap()
}

pub(crate) fn purged(task: &Task) -> TaskChange {
    task.purge(later(5)).unwrap()
}

pub(crate) fn moved(task: &Task, to: Place) -> TaskChange {
    task.move_to(to, later(6)).unwrap()
}

/// A place between two others.
pub(crate) fn between(lower: Option<&Task>, upper: Option<&Task>) -> Place {
    let [lower, upper] = [lower, upper].map(|task| task.map(|task| &task.position));
    Place::At(Position::between(lower, upper).unwrap())
}

pub(crate) fn origin() -> Origin {
    Origin {
        actor: ChangeActor {
            kind: ActorKind::Session,
            id: "0199f0c1-0000-7000-8000-000000000001".to_owned(),
        },
        request_id: RequestId::parse("request-1").unwrap(),
        batch: None,
        at: noon(),
    }
}

/// Those changes, with nothing else to be seen to.
pub(crate) fn recording(changes: Vec<TaskChange>) -> Recording {
    Recording {
        changes,
        origin: origin(),
        expects: None,
        answer: None,
    }
}

/// Those changes, made at that time.
pub(crate) fn recording_at(changes: Vec<TaskChange>, at: Timestamp) -> Recording {
    Recording {
        origin: Origin { at, ..origin() },
        ..recording(changes)
    }
}

/// Those changes, as the batch of that number.
pub(crate) fn batch(n: u64, changes: Vec<TaskChange>) -> Recording {
    Recording {
        origin: Origin {
            batch: Some(batch_id(n)),
            ..origin()
        },
        ..recording(changes)
    }
}

/// An answer to be remembered under that key.
pub(crate) fn answer(key: &str, tasks: Vec<AnsweredTask>) -> NewAnswer {
    NewAnswer {
        key: key.to_owned(),
        fingerprint: [7; 32],
        tasks,
        detail: None,
    }
}

/// Smallest first.
pub(crate) fn by(key: SortKey) -> Sort {
    Sort {
        key,
        descending: false,
    }
}

/// Every order that there is.
pub(crate) fn sorts() -> impl Iterator<Item = Sort> {
    SortKey::ALL
        .iter()
        .flat_map(|&key| [false, true].map(|descending| Sort { key, descending }))
}

/// A page from the start with room for every task.
pub(crate) fn all(filter: TaskFilter, sort: Sort) -> TaskQuery {
    TaskQuery {
        filter,
        sort,
        start: Start::Skip(0),
        limit: ALL,
    }
}

pub(crate) fn open() -> TaskFilter {
    TaskFilter {
        completed: Some(false),
        ..TaskFilter::default()
    }
}

/// What is in the trash.
pub(crate) fn trash() -> TaskFilter {
    TaskFilter {
        deleted: true,
        ..TaskFilter::default()
    }
}

impl Storage {
    /// The tasks of whoever has that id, if anybody does.
    pub(crate) fn owner(&self, id: &UserId) -> Account {
        Account {
            id: id.clone(),
            tasks: Arc::clone(&self.tasks),
        }
    }
}

/// An account, and the tasks of that account alone.
#[derive(Clone)]
pub(crate) struct Account {
    pub(crate) id: UserId,
    pub(crate) tasks: Arc<dyn TaskStore>,
}

impl Account {
    /// The change that makes the task of that number.
    pub(crate) fn creation(&self, n: u64) -> TaskChange {
        self.creation_of(&new_task(n))
    }

    /// The change that makes that task at noon.
    pub(crate) fn creation_of(&self, new: &NewTask) -> TaskChange {
        Task::create(new, self.id.clone(), noon()).unwrap()
    }

    pub(crate) async fn record(&self, changes: Vec<TaskChange>) -> Result<Vec<Change>, StoreError> {
        self.make(recording(changes)).await
    }

    pub(crate) async fn make(&self, recording: Recording) -> Result<Vec<Change>, StoreError> {
        self.tasks.record(&self.id, recording).await
    }

    /// Records one change that nothing stands against; its task as it stands then.
    pub(crate) async fn recorded(&self, change: TaskChange) -> Task {
        let recorded = self.record(vec![change]).await.unwrap();
        let [change]: [Change; 1] = recorded.try_into().unwrap();
        change.task.unwrap()
    }

    /// Makes the task of that number.
    pub(crate) async fn create(&self, n: u64) -> Task {
        self.recorded(self.creation(n)).await
    }

    /// Makes a task of that number with these fields.
    pub(crate) async fn create_with(&self, n: u64, fields: TaskEdit) -> Task {
        let new = NewTask {
            fields,
            ..new_task(n)
        };
        self.recorded(self.creation_of(&new)).await
    }

    /// Makes the task of that number and puts it into the trash.
    pub(crate) async fn create_deleted(&self, n: u64) -> Task {
        let task = self.create(n).await;
        self.recorded(deleted(&task)).await
    }

    pub(crate) async fn find(&self, id: TaskId) -> Option<Task> {
        self.tasks.find(&self.id, id).await.unwrap()
    }

    pub(crate) async fn find_deleted(&self, id: TaskId) -> Option<Task> {
        self.tasks.find_deleted(&self.id, id).await.unwrap()
    }

    pub(crate) async fn creation_found(&self, n: u64) -> Option<Task> {
        self.tasks.find_creation(&self.id, task_id(n)).await.unwrap()
    }

    pub(crate) async fn answered(&self, key: &str) -> Option<KeptAnswer> {
        self.tasks.find_answer(&self.id, key).await.unwrap()
    }

    /// The whole log.
    pub(crate) async fn log(&self) -> Vec<Change> {
        self.log_since(0, ALL).await.changes
    }

    pub(crate) async fn log_since(&self, since: u64, limit: u32) -> LogPage {
        let page = self.tasks.changes(&self.id, Seq::from(since), limit).await;
        page.unwrap()
    }

    pub(crate) async fn page(&self, query: &TaskQuery) -> Page {
        self.tasks.list(&self.id, query).await.unwrap()
    }

    /// All tasks that pass, oldest first.
    pub(crate) async fn passing(&self, filter: TaskFilter) -> Vec<Task> {
        self.page(&all(filter, by(SortKey::CreatedAt))).await.tasks
    }

    /// All tasks outside the trash, oldest first.
    pub(crate) async fn listed(&self) -> Vec<Task> {
        self.passing(TaskFilter::default()).await
    }

    pub(crate) async fn count(&self, filter: TaskFilter) -> u64 {
        self.tasks.count(&self.id, &filter).await.unwrap()
    }

    pub(crate) async fn everything(&self) -> Everything {
        Everything {
            tasks: self.listed().await,
            trash: self.passing(trash()).await,
            log: self.log().await,
        }
    }
}

/// All that is kept of the tasks of an account.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Everything {
    /// Those outside the trash, oldest first.
    pub(crate) tasks: Vec<Task>,
    /// Those in the trash, oldest first.
    pub(crate) trash: Vec<Task>,
    pub(crate) log: Vec<Change>,
}

/// The numbers of a log.
pub(crate) fn numbers(changes: &[Change]) -> Vec<u64> {
    changes.iter().map(|change| change.seq.get()).collect()
}

/// The task of each of the changes as it stood afterwards.
pub(crate) fn tasks_of(changes: &[Change]) -> Vec<Task> {
    changes.iter().filter_map(|change| change.task.clone()).collect()
}

/// All of what was found can be read.
pub(crate) fn readable(found: Vec<Result<Task, StoreError>>) -> Vec<Task> {
    found.into_iter().map(Result::unwrap).collect()
}

/// The same in no order.
pub(crate) fn by_id(mut tasks: Vec<Task>) -> Vec<Task> {
    tasks.sort_by_key(|task| task.id);
    tasks
}
