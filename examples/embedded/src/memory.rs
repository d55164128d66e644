//! A storage in memory.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use taskwell_application::ports::{
    Constraint, Credentials, Health, Page, PasswordHash, Position, SessionStore, Sort, Start, StoreError,
    TaskFilter, TaskQuery, TaskStore, TokenHash, UserStore,
};
use taskwell_domain::{
    Change, Email, Origin, Seq, Session, SessionId, Task, TaskChange, TaskId, Timestamp, User, UserId,
};

/// Keeps everything in memory, behind one lock: whoever holds it sees and makes whole steps only.
#[derive(Default)]
pub struct MemoryStorage {
    accounts: Mutex<Accounts>,
}

type Accounts = HashMap<UserId, Account>;

/// An account and all that it owns.
struct Account {
    credentials: Credentials,
    sessions: HashMap<SessionId, Session>,
    /// The trash included.
    tasks: HashMap<TaskId, Task>,
    /// The change with the number n stands at n - 1.
    log: Vec<Change>,
}

impl MemoryStorage {
    /// An empty storage.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// No method panics half way through a write, so what a poisoned lock guards is whole.
    fn lock(&self) -> MutexGuard<'_, Accounts> {
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Health for MemoryStorage {
    async fn check(&self) -> Result<(), StoreError> {
        Ok(())
    }
}

#[async_trait]
impl UserStore for MemoryStorage {
    async fn add(&self, user: &User, password: &PasswordHash) -> Result<(), StoreError> {
        let mut accounts = self.lock();
        if accounts.contains_key(&user.id) {
            return Err(StoreError::Internal("the user id is taken".into()));
        }
        if let Some(email) = &user.email
            && with_email(&accounts, email).is_some()
        {
            return Err(StoreError::Conflict(Constraint::Email));
        }
        let account = Account {
            credentials: Credentials {
                user: user.clone(),
                password: password.clone(),
            },
            sessions: HashMap::new(),
            tasks: HashMap::new(),
            log: Vec::new(),
        };
        accounts.insert(user.id.clone(), account);
        Ok(())
    }

    async fn find(&self, id: &UserId) -> Result<Option<User>, StoreError> {
        Ok(self
            .lock()
            .get(id)
            .map(|account| account.credentials.user.clone()))
    }

    async fn find_credentials(&self, email: &Email) -> Result<Option<Credentials>, StoreError> {
        Ok(with_email(&self.lock(), email).map(|account| account.credentials.clone()))
    }
}

fn with_email<'a>(accounts: &'a Accounts, email: &Email) -> Option<&'a Account> {
    let key = email.key();
    accounts.values().find(|account| {
        let known = account.credentials.user.email.as_ref();
        known.is_some_and(|known| known.key() == key)
    })
}

#[async_trait]
impl SessionStore for MemoryStorage {
    /// Nothing reads the refresh token yet.
    async fn start(&self, session: &Session, _refresh_token: &TokenHash) -> Result<(), StoreError> {
        let mut accounts = self.lock();
        let account = accounts.get_mut(&session.user_id).ok_or(StoreError::NotFound)?;
        account.sessions.insert(session.id, session.clone());
        Ok(())
    }

    async fn find(&self, user: &UserId, id: SessionId) -> Result<Option<Session>, StoreError> {
        let accounts = self.lock();
        let session = accounts.get(user).and_then(|account| account.sessions.get(&id));
        Ok(session.cloned())
    }

    async fn end(&self, user: &UserId, id: SessionId, now: Timestamp) -> Result<(), StoreError> {
        let mut accounts = self.lock();
        let account = accounts.get_mut(user);
        if let Some(session) = account.and_then(|account| account.sessions.get_mut(&id)) {
            session.ended_at.get_or_insert(now);
        }
        Ok(())
    }
}

#[async_trait]
impl TaskStore for MemoryStorage {
    /// Works on a copy of the tasks, which takes their place once every change has passed.
    async fn record(
        &self,
        owner: &UserId,
        changes: Vec<TaskChange>,
        origin: &Origin,
    ) -> Result<Vec<Change>, StoreError> {
        let mut accounts = self.lock();
        let account = accounts.get_mut(owner).ok_or(StoreError::NotFound)?;
        let mut tasks = account.tasks.clone();
        let mut seq = account.log.last().map_or(Seq::START, |last| last.seq);
        let mut recorded = Vec::with_capacity(changes.len());
        for change in changes {
            check(tasks.get(&change.task().id), change.based_on())?;
            seq = seq.next();
            let change = change.recorded_as(seq, origin);
            tasks.insert(change.task_id(), change.task.clone());
            recorded.push(change);
        }
        account.tasks = tasks;
        account.log.extend_from_slice(&recorded);
        Ok(recorded)
    }

    async fn find(&self, owner: &UserId, id: TaskId) -> Result<Option<Task>, StoreError> {
        let accounts = self.lock();
        let task = accounts.get(owner).and_then(|account| account.tasks.get(&id));
        Ok(task.filter(|task| task.deleted_at.is_none()).cloned())
    }

    async fn find_creation(&self, owner: &UserId, id: TaskId) -> Result<Option<Task>, StoreError> {
        let accounts = self.lock();
        let created = accounts.get(owner).and_then(|account| {
            let mut log = account.log.iter();
            // What happens to a task first is its creation.
            log.find(|change| change.task_id() == id)
        });
        Ok(created.map(|change| change.task.clone()))
    }

    async fn belongs_to_another(&self, owner: &UserId, id: TaskId) -> Result<bool, StoreError> {
        let accounts = self.lock();
        let mut others = accounts.iter().filter(|(user, _)| *user != owner);
        Ok(others.any(|(_, account)| account.tasks.contains_key(&id)))
    }

    async fn list(&self, owner: &UserId, query: &TaskQuery) -> Result<Page, StoreError> {
        let mut tasks = matching(&self.lock(), owner, &query.filter);
        let descending = query.sort == Sort::CreatedAtDescending;
        tasks.sort_by_key(|task| key(Position::from(task)));
        if descending {
            tasks.reverse();
        }
        let skipped = match query.start {
            Start::Skip(skip) => usize::try_from(skip).unwrap_or(usize::MAX),
            Start::After(position) => tasks.partition_point(|task| {
                let (task, position) = (key(Position::from(task)), key(position));
                if descending {
                    task >= position
                } else {
                    task <= position
                }
            }),
        };
        let limit = query.limit as usize;
        let more = tasks.len() > limit.saturating_add(skipped);
        let tasks = tasks.into_iter().skip(skipped).take(limit).collect();
        Ok(Page { tasks, more })
    }

    async fn count(&self, owner: &UserId, filter: &TaskFilter) -> Result<u64, StoreError> {
        Ok(matching(&self.lock(), owner, filter).len() as u64)
    }

    async fn changes(&self, owner: &UserId, since: Seq, limit: u32) -> Result<Vec<Change>, StoreError> {
        let accounts = self.lock();
        let log = accounts.get(owner).map_or(&[][..], |account| &account.log);
        let news = log.iter().filter(|change| change.seq > since);
        Ok(news.take(limit as usize).cloned().collect())
    }
}

/// Whether a change that rests on that version fits the task as it is stored.
fn check(stored: Option<&Task>, based_on: Option<Seq>) -> Result<(), StoreError> {
    match (stored, based_on) {
        (None, None) => Ok(()),
        (Some(_), None) => Err(StoreError::Conflict(Constraint::TaskId)),
        (Some(task), Some(version)) if task.version == version && task.deleted_at.is_none() => Ok(()),
        (_, Some(_)) => Err(StoreError::Stale),
    }
}

/// The tasks outside the trash that pass the filter, in no order.
fn matching(accounts: &Accounts, owner: &UserId, filter: &TaskFilter) -> Vec<Task> {
    let tasks = accounts
        .get(owner)
        .into_iter()
        .flat_map(|account| account.tasks.values());
    tasks
        .filter(|task| task.deleted_at.is_none())
        .filter(|task| {
            filter
                .completed
                .is_none_or(|completed| completed == task.is_completed())
        })
        .cloned()
        .collect()
}

fn key(position: Position) -> (Timestamp, TaskId) {
    (position.created_at, position.id)
}
