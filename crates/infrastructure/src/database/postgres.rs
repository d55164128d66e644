use std::{fmt, io, str::FromStr, time::Duration};

use sea_orm::{DatabaseConnection, SqlxPostgresConnector};
use sqlx::{
    ConnectOptions, Connection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use super::{ConnectError, DatabaseOptions};

const MAX_CONNECTIONS: u32 = 16;

/// Firewalls and servers drop connections that nobody uses; after this long one is tried before it is used.
/// To try each time would be a round trip for every request.
const TRIED_AFTER_IDLE: Duration = Duration::from_secs(30);

/// How to connect to a server, and how often at once.
#[derive(Clone)]
pub(super) struct Postgres {
    connect: PgConnectOptions,
    /// Whether what hands out connections of the server, one a transaction, stands in between.
    pooler: bool,
    max_connections: u32,
    acquire_timeout: Duration,
}

/// Without how to connect, which has the password in it.
impl fmt::Debug for Postgres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Postgres")
            .field("max_connections", &self.max_connections)
            .finish_non_exhaustive()
    }
}

/// Why there is no TLS: a certificate is not trusted or of another host, or a file of the address is not there.
#[derive(Debug, thiserror::Error)]
#[error("TLS, by what sslmode and sslrootcert say, fails")]
struct NoTls(#[source] io::Error);

impl Postgres {
    pub(super) fn new(options: &DatabaseOptions) -> Result<Self, ConnectError> {
        let connect = PgConnectOptions::from_str(&options.url)
            .map_err(|error| ConnectError::Address(Box::new(error)))?
            .application_name("taskwell");
        let connect = if options.pooler {
            connect
        } else {
            for_session(connect, options.statement_timeout)
        };
        Ok(Self {
            connect,
            pooler: options.pooler,
            max_connections: options.max_connections.unwrap_or(MAX_CONNECTIONS),
            acquire_timeout: options.acquire_timeout,
        })
    }

    /// Whether the server lets us in. A pool would try again and again until its time is up, and then not
    /// say what was wrong.
    pub(super) async fn try_once(&self) -> Result<(), ConnectError> {
        let attempt = async { self.connect.connect().await?.close().await };
        match tokio::time::timeout(self.acquire_timeout, attempt).await {
            Ok(Err(sqlx::Error::Io(error))) if self.is_about_tls(&error) => {
                Err(ConnectError::Refused(Box::new(NoTls(error))))
            }
            Ok(answer) => Ok(answer?),
            Err(elapsed) => Err(ConnectError::Away(Box::new(elapsed))),
        }
    }

    /// What TLS refuses, and files that it lacks, come as errors of the connection. None of these comes from TCP.
    fn is_about_tls(&self, error: &io::Error) -> bool {
        let by_tcp = self.connect.get_socket().is_none() && !self.connect.get_host().starts_with('/');
        match error.kind() {
            io::ErrorKind::InvalidData => true,
            io::ErrorKind::NotFound => by_tcp,
            _ => false,
        }
    }

    /// A pool with one of so many equal shares of the connections, at least one, none of which is open yet.
    pub(super) fn pool(&self, shares: u32) -> DatabaseConnection {
        let pool = PgPoolOptions::new()
            .max_connections((self.max_connections / shares.max(1)).max(1))
            .acquire_timeout(self.acquire_timeout)
            .test_before_acquire(false)
            .before_acquire(|connection, state| {
                Box::pin(async move {
                    if state.idle_for >= TRIED_AFTER_IDLE {
                        connection.ping().await?;
                    }
                    Ok(true)
                })
            })
            .connect_lazy_with(self.connect.clone());
        SqlxPostgresConnector::from_sqlx_postgres_pool(pool)
    }

    /// Two connections, not open yet, that are kept however long nothing comes: one listens, the other one
    /// notifies, and neither takes one away from requests. A pooler would let `LISTEN` succeed, and nothing
    /// through.
    pub(super) fn pool_for_signals(&self) -> Option<PgPool> {
        if self.pooler {
            return None;
        }
        let connect = self.connect.clone().application_name("taskwell signals");
        let pool = PgPoolOptions::new()
            .max_connections(2)
            .acquire_timeout(self.acquire_timeout)
            .max_lifetime(None)
            .idle_timeout(None)
            .connect_lazy_with(connect);
        Some(pool)
    }
}

/// With what a session of ours has set: a pooler would refuse the connection for it.
fn for_session(connect: PgConnectOptions, statement_timeout: Option<Duration>) -> PgConnectOptions {
    let connect = connect.options([
        // What a write in one statement rests on, whatever the server's own default is.
        ("default_transaction_isolation", "read committed"),
        // One plan for each statement, which is kept: to plan again for each costs more than most of them.
        // It knows no values, so that it would take half of a table for most of it, and read all.
        ("plan_cache_mode", "force_generic_plan"),
        ("enable_seqscan", "off"),
        // The planner takes it that every part of a statement is gone through. Those of a listing stop at
        // a page, long before a compiled plan or a second process would have begun.
        ("jit", "off"),
        ("max_parallel_workers_per_gather", "0"),
    ]);
    match statement_timeout {
        Some(timeout) => connect.options([("statement_timeout", timeout.as_millis().to_string())]),
        None => connect,
    }
}
