//! What the cases start from, and how they look at what came of it.

use std::{sync::Arc, time::Duration};

use taskwell_application::ports::{
    Constraint, PasswordHash, Sort, Start, StoreError, TaskFilter, TaskQuery, TaskStore,
};
use taskwell_domain::{
    ActorKind, Change, ChangeActor, Completion, Description, Email, NewTask, Origin, RequestId, Role, Seq,
    Task, TaskChange, TaskEdit, TaskId, Timestamp, Title, User, UserId,
};
use tokio::sync::Barrier;

use crate::fixture::Storage;

/// More than any case writes.
const ALL: u32 = 10_000;

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// The instant at which the cases begin.
pub(crate) fn noon() -> Timestamp {
    at("2026-11-21T12:00:00.123Z")
}

pub(crate) fn later(minutes: u64) -> Timestamp {
    noon().after(Duration::from_secs(60 * minutes))
}

pub(crate) fn user_id(text: &str) -> UserId {
    UserId::parse(text).unwrap()
}

pub(crate) fn user(id: &str, email: &str) -> User {
    User {
        id: user_id(id),
        email: Some(Email::parse(email).unwrap()),
        role: Role::User,
        created_at: noon(),
    }
}

pub(crate) fn password_hash() -> PasswordHash {
    PasswordHash::from("$argon2id$v=19$m=19456,t=2,p=1$c29tZSBzYWx0$aGFzaCBvZiBhIHBhc3N3b3Jk".to_owned())
}

/// Ids in the order of their numbers.
pub(crate) fn task_id(n: u64) -> TaskId {
    TaskId::parse(&format!("0199f0c1-2345-7abc-8def-{n:012x}")).unwrap()
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
    /// Adds an account with an address of its own.
    pub(crate) async fn account(&self, id: &str) -> Account {
        let user = user(id, &format!("{id}@example.com"));
        self.users.add(&user, &password_hash()).await.unwrap();
        self.owner(&user.id)
    }

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

#[track_caller]
pub(crate) fn assert_stale<T: std::fmt::Debug>(outcome: &Result<T, StoreError>) {
    assert!(matches!(outcome, Err(StoreError::Stale)), "{outcome:?}");
}

#[track_caller]
pub(crate) fn assert_taken<T: std::fmt::Debug>(outcome: &Result<T, StoreError>, what: Constraint) {
    assert!(
        matches!(outcome, Err(StoreError::Conflict(taken)) if *taken == what),
        "{outcome:?}"
    );
}

#[track_caller]
pub(crate) fn assert_not_found<T: std::fmt::Debug>(outcome: &Result<T, StoreError>) {
    assert!(matches!(outcome, Err(StoreError::NotFound)), "{outcome:?}");
}

/// The numbers of a log.
pub(crate) fn numbers(changes: &[Change]) -> Vec<u64> {
    changes.iter().map(|change| change.seq.get()).collect()
}

/// Runs all of them at once, none before the last is ready to; what they answer, in the order given.
pub(crate) async fn at_once<F>(work: impl IntoIterator<Item = F>) -> Vec<F::Output>
where
    F: Future<Output: Send> + Send + 'static,
{
    let work: Vec<F> = work.into_iter().collect();
    let start = Arc::new(Barrier::new(work.len()));
    let running: Vec<_> = work
        .into_iter()
        .map(|one| {
            let start = Arc::clone(&start);
            tokio::spawn(async move {
                start.wait().await;
                one.await
            })
        })
        .collect();
    let mut answers = Vec::new();
    for one in running {
        answers.push(one.await.unwrap());
    }
    answers
}
