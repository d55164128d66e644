//! Which adapter stands behind which port.

use std::{sync::Arc, time::Duration};

use taskwell_application::{
    Identity, Tasks,
    identity::{IdentityPolicy, IdentityPorts},
    ports::OpaqueTokens,
};
use taskwell_infrastructure::{
    Argon2Hasher, CachedSessions, Database, DatabaseOptions, JwtAccessTokens, RandomTokens, SqlSessionStore,
    SqlTaskStore, SqlUserStore, SystemClock, UuidV7Ids, kept_secret,
};
use taskwell_web::{Drain, Services};
use tokio::time::{Instant, sleep};

use crate::{
    commands::CommandError,
    settings::{AuthSettings, DatabaseSettings, SecretSource},
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
        SecretSource::KeptBeside(path) => kept_secret(path)
            .map_err(|error| CommandError::because(format!("{} cannot be kept", path.display()), error)),
        SecretSource::Ephemeral => Ok(RandomTokens.generate().text.into_bytes()),
    }
}

/// The use cases over the real adapters.
pub(crate) fn services(
    database: &Database,
    settings: &AuthSettings,
    secret: &[u8],
    drain: Drain,
) -> Services {
    let clock = Arc::new(SystemClock);
    let ids = Arc::new(UuidV7Ids);
    let ports = IdentityPorts {
        users: Arc::new(SqlUserStore::new(database.clone())),
        sessions: Arc::new(CachedSessions::new(Arc::new(SqlSessionStore::new(
            database.clone(),
        )))),
        passwords: Arc::new(Argon2Hasher::default()),
        access_tokens: Arc::new(JwtAccessTokens::new(secret)),
        opaque_tokens: Arc::new(RandomTokens),
        clock: clock.clone(),
        ids: ids.clone(),
    };
    let policy = IdentityPolicy {
        access_ttl: settings.access_ttl,
        refresh_ttl: settings.refresh_ttl,
        registration: settings.registration,
    };
    Services {
        tasks: Tasks::new(
            Arc::new(SqlTaskStore::new(database.clone())),
            clock.clone(),
            ids.clone(),
        ),
        identity: Identity::new(ports, policy),
        health: Arc::new(database.clone()),
        ids,
        drain,
    }
}
