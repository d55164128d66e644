//! A storage in memory.

mod api_tokens;
mod audit;
mod jobs;
mod limits;
mod sessions;
mod signals;
mod tasks;
mod users;

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use taskwell_application::ports::{Health, Job, JobRun, KeptAnswer, PasswordHash, StoreError, TokenHash};
use taskwell_domain::{
    ApiToken, AuditEntry, AuditId, Change, RefreshUse, RequestId, Seq, Session, SessionId, Task, TaskId,
    Timestamp, User, UserId,
};
use tokio::sync::watch;

/// Keeps everything in memory, behind one lock: whoever holds it sees and makes whole steps only.
#[derive(Default)]
pub struct MemoryStorage {
    memory: Mutex<Memory>,
    /// Told of whenever tasks were written.
    written: watch::Sender<()>,
}

#[derive(Default)]
struct Memory {
    accounts: HashMap<UserId, Account>,
    audit: BTreeMap<AuditId, AuditEntry>,
    /// The last run of each job, and what it is known by.
    jobs: HashMap<Job, (RequestId, JobRun)>,
    /// For each key, when its whole burst is allowed again.
    limits: HashMap<String, DateTime<Utc>>,
}

/// An account and all that it owns.
struct Account {
    user: User,
    password: Option<PasswordHash>,
    sessions: HashMap<SessionId, KeptSession>,
    api_tokens: HashMap<TokenHash, ApiToken>,
    /// The trash included.
    tasks: HashMap<TaskId, Task>,
    /// What happened to them, as far as it is not forgotten.
    log: BTreeMap<Seq, Change>,
    /// The last number of the log.
    latest: Seq,
    /// The last number of the log that was forgotten.
    forgotten: Seq,
    /// By the keys of the requests.
    answers: HashMap<String, KeptAnswer>,
}

/// A session and what it is known by.
struct KeptSession {
    session: Session,
    /// The network that it was begun from, if that is known, wherever it was renewed since.
    begun_from: Option<String>,
    /// Each with the time that it was first used, if it was.
    refresh_tokens: HashMap<TokenHash, RefreshUse>,
}

impl MemoryStorage {
    /// An empty storage.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// No method panics half way through a write, so what a poisoned lock guards is whole.
    fn lock(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Memory {
    /// Adds an entry to the audit trail.
    fn note(&mut self, entry: &AuditEntry) {
        self.audit.insert(entry.id, entry.clone());
    }
}

impl Account {
    fn new(user: &User, password: Option<PasswordHash>) -> Self {
        Self {
            user: user.clone(),
            password,
            sessions: HashMap::new(),
            api_tokens: HashMap::new(),
            tasks: HashMap::new(),
            log: BTreeMap::new(),
            latest: Seq::START,
            forgotten: Seq::START,
            answers: HashMap::new(),
        }
    }

    /// Ends every session but `keep`, expired ones too: one of them may be being renewed from just before.
    fn end_sessions(&mut self, keep: Option<SessionId>, now: Timestamp) {
        for (id, kept) in &mut self.sessions {
            if Some(*id) != keep {
                kept.session.ended_at.get_or_insert(now);
            }
        }
    }
}

#[async_trait]
impl Health for MemoryStorage {
    async fn check(&self) -> Result<(), StoreError> {
        Ok(())
    }
}
