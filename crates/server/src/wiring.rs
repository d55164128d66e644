//! Which adapter stands behind which port.

use std::{sync::Arc, time::Duration};

use taskwell_application::{
    Identity, Tasks,
    identity::{IdentityPolicy, IdentityPorts},
    ports::OpaqueTokens,
};
use taskwell_infrastructure::{
    Argon2Hasher, CachedSessions, Database, DatabaseOptions, JwtAccessTokens, RandomTokens, SessionCache,
    SqlSessionStore, SqlTaskStore, SqlUserStore, SystemClock, UuidV7Ids,
};
use taskwell_web::{Drain, Services};
use tokio::time::{Instant, sleep};

use crate::{
    commands::CommandError,
    settings::{DatabaseSettings, Secret, SecretSource, Settings},
};

/// How long a database may stay away when the server starts.
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(250);

/// Connects, and waits for a database that is about to come.
pub(crate) async fn connect(settings: &DatabaseSettings) -> Result<Database, CommandError> {
    let options = DatabaseOptions {
        url: settings.url.as_str().to_owned(),
        max_connections: settings.max_connections,
        acquire_timeout: settings.acquire_timeout,
        statement_timeout: Some(settings.statement_timeout),
    };
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

/// The secret that access tokens are signed with.
pub(crate) fn secret(source: &SecretSource) -> Result<Vec<u8>, CommandError> {
    match source {
        SecretSource::Given(secret) => Ok(secret.as_bytes().to_vec()),
        SecretSource::KeptBeside(path) => Ok(Secret::kept(path)?.as_bytes().to_vec()),
        SecretSource::Ephemeral => Ok(RandomTokens.generate().text.into_bytes()),
    }
}

/// The adapters that all workers share.
#[derive(Clone)]
pub(crate) struct Wiring {
    database: Database,
    workers: usize,
    session_cache: SessionCache,
    passwords: Argon2Hasher,
    access_tokens: Arc<JwtAccessTokens>,
    policy: IdentityPolicy,
    drain: Drain,
}

impl Wiring {
    pub(crate) fn new(database: Database, settings: &Settings, secret: &[u8], drain: Drain) -> Self {
        Self {
            database,
            workers: settings.server.workers,
            session_cache: SessionCache::default(),
            passwords: Argon2Hasher::default(),
            access_tokens: Arc::new(JwtAccessTokens::new(secret)),
            policy: IdentityPolicy {
                access_ttl: settings.auth.access_ttl,
                refresh_ttl: settings.auth.refresh_ttl,
                registration: settings.auth.registration,
            },
            drain,
        }
    }

    /// The use cases for one worker, called on its thread: its connections are its own.
    pub(crate) fn services(&self) -> Services {
        let database = self.database.for_one_of(self.workers);
        let sessions = Arc::new(SqlSessionStore::new(database.clone()));
        let clock = Arc::new(SystemClock);
        let ids = Arc::new(UuidV7Ids);
        let ports = IdentityPorts {
            users: Arc::new(SqlUserStore::new(database.clone())),
            sessions: Arc::new(CachedSessions::new(sessions, self.session_cache.clone())),
            passwords: Arc::new(self.passwords.clone()),
            access_tokens: self.access_tokens.clone(),
            opaque_tokens: Arc::new(RandomTokens),
            clock: clock.clone(),
            ids: ids.clone(),
        };
        let tasks = Arc::new(SqlTaskStore::new(database.clone()));
        Services {
            tasks: Tasks::new(tasks, clock, ids.clone()),
            identity: Identity::new(ports, self.policy),
            health: Arc::new(database),
            ids,
            drain: self.drain.clone(),
        }
    }
}
