//! Tasks to start from.

use std::sync::Arc;

use taskwell_application::ports::{Sort, Start, StoreError, TaskFilter, TaskQuery, TaskStore};
use taskwell_domain::{
    ActorKind, Change, ChangeActor, Completion, Description, NewTask, Origin, RequestId, Seq, Task,
    TaskChange, TaskEdit, TaskId, Title, UserId,
};

use super::{ALL, later, noon, uuid};
use crate::fixture::Storage;

/// Ids in the order of their numbers.
pub(crate) fn task_id(n: u64) -> TaskId {
    TaskId::parse(&uuid(n)).unwrap()
}

pub(crate) fn new_task(n: u64) -> NewTask {
    NewTask {
        id: task_id(n),
        title: title(&format!("Task {n}")),
        description: Description::default(),
        completed: false,
    }
}

pub(crate) fn title(text: &str) -> Title {
    Title::parse(text).unwrap()
}

pub(crate) fn renamed(task: &Task, to: &str) -> TaskChange {
    let edit = TaskEdit {
        title: Some(title(to)),
        ..TaskEdit::default()
    };
    task.edit(&edit, later(1)).unwrap()
}

pub(crate) fn completed(task: &Task) -> TaskChange {
    task.complete(Completion::Set(true), later(2)).unwrap()
}

pub(crate) fn deleted(task: &Task) -> TaskChange {
    task.delete(later(3))
}

pub(crate) fn origin() -> Origin {
    Origin {
        actor: ChangeActor {
            kind: ActorKind::Session,
            id: "0199f0c1-0000-7000-8000-000000000001".to_owned(),
        },
        request_id: RequestId::parse("request-1").unwrap(),
        at: noon(),
    }
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
        Task::create(new_task(n), self.id.clone(), noon())
    }

    pub(crate) async fn record(&self, changes: Vec<TaskChange>) -> Result<Vec<Change>, StoreError> {
        self.tasks.record(&self.id, changes, &origin()).await
    }

    /// Records one change that nothing stands against; its task as it stands then.
    pub(crate) async fn recorded(&self, change: TaskChange) -> Task {
        let recorded = self.record(vec![change]).await.unwrap();
        let [change]: [Change; 1] = recorded.try_into().unwrap();
        change.task
    }

    /// Makes the task of that number.
    pub(crate) async fn create(&self, n: u64) -> Task {
        self.recorded(self.creation(n)).await
    }

    pub(crate) async fn find(&self, id: TaskId) -> Option<Task> {
        self.tasks.find(&self.id, id).await.unwrap()
    }

    /// The whole log.
    pub(crate) async fn log(&self) -> Vec<Change> {
        self.tasks.changes(&self.id, Seq::START, ALL).await.unwrap()
    }

    /// All tasks outside the trash, oldest first.
    pub(crate) async fn listed(&self) -> Vec<Task> {
        let query = all(TaskFilter::default(), Sort::CreatedAt);
        self.tasks.list(&self.id, &query).await.unwrap().tasks
    }

    pub(crate) async fn count(&self, filter: TaskFilter) -> u64 {
        self.tasks.count(&self.id, &filter).await.unwrap()
    }

    /// All that is kept of the account's tasks.
    pub(crate) async fn everything(&self) -> (Vec<Task>, Vec<Change>) {
        (self.listed().await, self.log().await)
    }
}

/// The numbers of a log.
pub(crate) fn numbers(changes: &[Change]) -> Vec<u64> {
    changes.iter().map(|change| change.seq.get()).collect()
}
