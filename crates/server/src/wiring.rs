//! Which adapter stands behind which port.

use std::{sync::Arc, time::Duration};

use taskwell_application::{
    Administration, Identity, Jobs, Tasks,
    identity::{IdentityPolicy, IdentityPorts, TryLimits},
    ports::RequestLimit,
    tasks::{Followers, TaskMemory},
};
use taskwell_domain::Quota;
use taskwell_infrastructure::{
    AccountChanges, Argon2Hasher, Database, DatabaseOptions, JwtAccessTokens, JwtTickets, OutsideIssuers,
    RandomTokens, RequestLimits, Seen, SqlApiTokenStore, SqlAuditTrail, SqlJobStore, SqlSessionStore,
    SqlSharedLimits, SqlTaskStore, SqlUserStore, SystemClock, UuidV7Ids,
};
use taskwell_web::{CursorKey, Drain, LargeBodies, Observer, Services, StreamLimits, Streams};
use tokio::time::{Instant, sleep};

use crate::{
    assistants::OverHttp,
    commands::CommandError,
    settings::{DatabaseSettings, LimitSettings, Settings},
    telemetry::Inside,
    trust,
};

/// How often a session may be renewed in a minute, which clients do once in some minutes.
const REFRESHES_PER_MINUTE: u32 = 10;

/// How long a database may stay away when the server starts.
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(250);

/// How to connect.
pub(crate) fn database_options(settings: &DatabaseSettings) -> DatabaseOptions {
    DatabaseOptions {
        url: settings.url.as_str().to_owned(),
        max_connections: settings.max_connections,
        acquire_timeout: settings.acquire_timeout,
        statement_timeout: Some(settings.statement_timeout),
        pooler: settings.pooler,
    }
}

/// Connects, and waits for a database that is about to come.
pub(crate) async fn connect(settings: &DatabaseSettings) -> Result<Database, CommandError> {
    let options = database_options(settings);
    let begun = Instant::now();
    loop {
        match Database::connect(&options).await {
            Ok(database) => return Ok(database),
            Err(error) if error.is_retryable() && begun.elapsed() < PATIENCE => {
                tracing::warn!(%error, "waiting for the database");
                sleep(PAUSE).await;
            }
            Err(error) => return Err(CommandError::because("there is no database", error)),
        }
    }
}

/// The adapters that all workers share.
#[derive(Clone)]
pub(crate) struct Wiring {
    database: Database,
    workers: usize,
    seen: Seen,
    passwords: Argon2Hasher,
    access_tokens: Arc<JwtAccessTokens>,
    tickets: Arc<JwtTickets>,
    outside_tokens: Arc<OutsideIssuers>,
    requests: Arc<RequestLimits>,
    streams: Streams,
    cursor_key: [u8; 32],
    policy: IdentityPolicy,
    memory: TaskMemory,
    large_bodies: LargeBodies,
    drain: Drain,
    observer: Option<Arc<dyn Observer>>,
}

impl Wiring {
    pub(crate) fn new(database: Database, settings: &Settings, drain: Drain) -> Result<Self, CommandError> {
        let auth = &settings.auth;
        let signing_keys = trust::signing_keys(auth)?;
        Ok(Self {
            cursor_key: signing_keys.derived("cursors"),
            database,
            workers: settings.server.workers,
            seen: Seen::default(),
            passwords: Argon2Hasher::default(),
            tickets: Arc::new(JwtTickets::new(&signing_keys)),
            access_tokens: Arc::new(JwtAccessTokens::new(signing_keys)),
            outside_tokens: Arc::new(trust::outside_issuers(auth)?),
            requests: Arc::new(RequestLimits::new(requests(&settings.limits))),
            streams: Streams::new(streams(&settings.limits)),
            policy: IdentityPolicy {
                access_ttl: auth.access_ttl,
                refresh_ttl: auth.refresh_ttl,
                registration: auth.registration,
                limits: tries(&settings.limits),
            },
            memory: TaskMemory {
                trash: settings.retention.trash,
                log: settings.retention.changes,
            },
            large_bodies: LargeBodies::default(),
            drain,
            observer: None,
        })
    }

    /// The same, and that observer is told what goes through.
    pub(crate) fn observed(self, observer: Option<Arc<dyn Observer>>) -> Self {
        Self { observer, ..self }
    }

    /// What there is to be seen inside.
    pub(crate) fn inside(&self) -> Inside {
        Inside {
            database: self.database.clone(),
            passwords: self.passwords.clone(),
            outside_tokens: Arc::clone(&self.outside_tokens),
        }
    }

    /// The use cases for one worker, called on its thread: its connections are its own.
    pub(crate) fn services(&self) -> Services {
        let database = self.database.for_one_of(self.workers);
        let ports = self.identity_ports(&database);
        let tasks = tasks(&database, &ports);
        Services {
            assistants: Arc::new(OverHttp {
                tasks: tasks.clone(),
                cursor_key: self.cursor_key(),
            }),
            followers: Followers::new(tasks.clone(), Arc::new(database.signals())),
            tasks,
            streams: self.streams.clone(),
            ids: ports.ids.clone(),
            administration: Administration::new(ports.clone()),
            identity: Identity::new(ports, self.policy),
            requests: self.requests(),
            health: Arc::new(database),
            large_bodies: self.large_bodies.clone(),
            drain: self.drain.clone(),
            observer: self.observer.clone(),
        }
    }

    /// What the server does by itself, for the thread that made the connection.
    pub(crate) fn jobs(&self) -> Jobs {
        let ports = self.identity_ports(&self.database);
        Jobs::new(
            Arc::new(SqlJobStore::new(self.database.clone())),
            ports.clock.clone(),
            ports.ids.clone(),
            tasks(&self.database, &ports),
            Identity::new(ports, self.policy),
            self.memory,
        )
    }

    /// The accounts and what they sign in with, for the thread that made the connection.
    pub(crate) fn identity(&self) -> Identity {
        Identity::new(self.identity_ports(&self.database), self.policy)
    }

    /// The tasks, for the thread that made the connection.
    pub(crate) fn tasks(&self) -> Tasks {
        tasks(&self.database, &self.identity_ports(&self.database))
    }

    /// The use cases of administrators, for the thread that made the connection.
    pub(crate) fn administration(&self) -> Administration {
        Administration::new(self.identity_ports(&self.database))
    }

    /// The streams that are open on any worker.
    pub(crate) fn streams(&self) -> Streams {
        self.streams.clone()
    }

    /// Whose sessions, tokens and accounts are changed through any worker.
    pub(crate) fn account_changes(&self) -> AccountChanges {
        self.seen.changes()
    }

    /// What cursors are signed with: all servers of one key understand each other's.
    pub(crate) fn cursor_key(&self) -> CursorKey {
        CursorKey::from(self.cursor_key)
    }

    pub(crate) fn requests(&self) -> Arc<dyn RequestLimit> {
        self.requests.clone()
    }

    fn identity_ports(&self, database: &Database) -> IdentityPorts {
        IdentityPorts {
            users: Arc::new(SqlUserStore::new(database.clone(), self.seen.clone())),
            sessions: Arc::new(SqlSessionStore::new(database.clone(), self.seen.clone())),
            api_tokens: Arc::new(SqlApiTokenStore::new(database.clone(), self.seen.clone())),
            audit: Arc::new(SqlAuditTrail::new(database.clone())),
            limits: Arc::new(SqlSharedLimits::new(database.clone())),
            passwords: Arc::new(self.passwords.clone()),
            access_tokens: self.access_tokens.clone(),
            outside_tokens: self.outside_tokens.clone(),
            tickets: self.tickets.clone(),
            opaque_tokens: Arc::new(RandomTokens),
            clock: Arc::new(SystemClock),
            ids: Arc::new(UuidV7Ids),
        }
    }
}

fn tasks(database: &Database, ports: &IdentityPorts) -> Tasks {
    let store = Arc::new(SqlTaskStore::new(database.clone()));
    Tasks::new(store, ports.clock.clone(), ports.ids.clone())
}

fn tries(limits: &LimitSettings) -> Option<TryLimits> {
    const MINUTE: Duration = Duration::from_secs(60);
    limits.enabled.then(|| TryLimits {
        login: Quota::per(limits.login_per_minute, MINUTE),
        register: Quota::per(limits.register_per_hour, 60 * MINUTE),
        refresh: Quota::per(REFRESHES_PER_MINUTE, MINUTE),
    })
}

fn streams(limits: &LimitSettings) -> StreamLimits {
    let limit = |most| if limits.enabled { most } else { u32::MAX };
    StreamLimits {
        per_user: limit(limits.streams_per_user),
        in_all: limit(limits.streams),
    }
}

fn requests(limits: &LimitSettings) -> Option<Quota> {
    limits
        .enabled
        .then(|| Quota::per(limits.requests_per_second, Duration::from_secs(1)))
}
