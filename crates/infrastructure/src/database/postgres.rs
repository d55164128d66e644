use std::{str::FromStr, time::Duration};

use sea_orm::{DatabaseConnection, SqlxPostgresConnector};
use sqlx::{
    ConnectOptions, Connection,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use super::{ConnectError, DatabaseOptions};

const MAX_CONNECTIONS: u32 = 16;

/// Firewalls and servers drop connections that nobody uses; after this long one is tried before it is used.
/// To try each time would be a round trip for every request.
const TRIED_AFTER_IDLE: Duration = Duration::from_secs(30);

pub(super) async fn connect(options: &DatabaseOptions) -> Result<DatabaseConnection, ConnectError> {
    let mut connect = PgConnectOptions::from_str(&options.url)
        .map_err(|error| ConnectError::Address(Box::new(error)))?
        .application_name("taskwell");
    if let Some(timeout) = options.statement_timeout {
        connect = connect.options([("statement_timeout", timeout.as_millis().to_string())]);
    }
    try_once(&connect, options.acquire_timeout).await?;
    let pool = PgPoolOptions::new()
        .max_connections(options.max_connections.unwrap_or(MAX_CONNECTIONS))
        .acquire_timeout(options.acquire_timeout)
        .test_before_acquire(false)
        .before_acquire(|connection, state| {
            Box::pin(async move {
                if state.idle_for >= TRIED_AFTER_IDLE {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .connect_lazy_with(connect);
    Ok(SqlxPostgresConnector::from_sqlx_postgres_pool(pool))
}

/// The pool would try again and again until its time is up, and then not say what was wrong.
async fn try_once(connect: &PgConnectOptions, timeout: Duration) -> Result<(), ConnectError> {
    let attempt = async { connect.connect().await?.close().await };
    match tokio::time::timeout(timeout, attempt).await {
        Ok(answer) => Ok(answer?),
        Err(elapsed) => Err(ConnectError::Away(Box::new(elapsed))),
    }
}
