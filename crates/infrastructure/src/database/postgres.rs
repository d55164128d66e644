use std::{fmt, io, str::FromStr, time::Duration};

use sqlx::{
    ConnectOptions, Connection as _, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use super::{ConnectError, Connection, DatabaseOptions, address, driver::DriverOptions, pool::Pool};

const MAX_CONNECTIONS: u32 = 16;

/// What statements leave behind for those that come after them on the same connection.
enum Sessions {
    /// Settings and prepared statements.
    Whole,
    /// Prepared statements, of which the pooler in between keeps track.
    OfStatements,
    /// Nothing: a pooler hands out connections of the server, one a transaction, which begins with this.
    None(String),
}

/// How to connect to a server, and how often at once.
pub(super) struct Postgres {
    connect: PgConnectOptions,
    sessions: Sessions,
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
        let settings = settings(options.statement_timeout);
        // Poolers let few parameters through, and we have no numbers that need this one.
        let for_pooler = connect.clone().extra_float_digits(None);
        let (connect, sessions) = if !options.pooler {
            (connect.options(settings), Sessions::Whole)
        } else if address::keeps_statements(&options.url) {
            (for_pooler, Sessions::OfStatements)
        } else {
            let session = Sessions::None(begin_session(&settings));
            (for_pooler.statement_cache_capacity(0), session)
        };
        Ok(Self {
            connect,
            sessions,
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

    /// One of so many equal shares of the connections, at least one, none of which is open yet.
    pub(super) fn connection(&self, shares: u32) -> Connection {
        let share = (self.max_connections / shares.max(1)).max(1);
        let connect = DriverOptions::Postgres(self.connect.clone());
        let pool = Pool::new(connect, share, self.acquire_timeout);
        match &self.sessions {
            Sessions::Whole | Sessions::OfStatements => Connection::of_sessions(pool),
            Sessions::None(session) => Connection::of_transactions(pool, session),
        }
    }

    /// Two connections, not open yet, that are kept however long nothing comes: one listens, the other one
    /// notifies, and neither takes one away from requests. A third may come while one that is dead is given up. A
    /// pooler would let `LISTEN` succeed, and nothing through.
    pub(super) fn pool_for_signals(&self) -> Option<PgPool> {
        let Sessions::Whole = self.sessions else {
            return None;
        };
        let connect = self.connect.clone().application_name("taskwell signals");
        let pool = PgPoolOptions::new()
            .max_connections(3)
            .acquire_timeout(self.acquire_timeout)
            .max_lifetime(None)
            .idle_timeout(None)
            .connect_lazy_with(connect);
        Some(pool)
    }
}

/// What a write in one statement rests on, whatever the server's own default is.
const ISOLATION: &str = "read committed";

/// What a session of ours has set.
fn settings(statement_timeout: Option<Duration>) -> Vec<(&'static str, String)> {
    let always = [
        ("default_transaction_isolation", ISOLATION),
        // One plan for each statement, which is kept: to plan again for each costs more than most of them.
        // It knows no values, so that it would take half of a table for most of it, and read all.
        ("plan_cache_mode", "force_generic_plan"),
        ("enable_seqscan", "off"),
        // The planner takes it that every part of a statement is gone through. Those of a listing stop at
        // a page, long before a compiled plan or a second process would have begun.
        ("jit", "off"),
        ("max_parallel_workers_per_gather", "0"),
    ];
    let always = always.map(|(name, value)| (name, value.to_owned()));
    let timeout = statement_timeout.map(|timeout| ("statement_timeout", timeout.as_millis().to_string()));
    always.into_iter().chain(timeout).collect()
}

/// Makes a transaction what is left of a session. What others have prepared on this connection of the server goes, for
/// the driver gives all of them the same names.
fn begin_session(settings: &[(&str, String)]) -> String {
    let mut session = format!("SET TRANSACTION ISOLATION LEVEL {ISOLATION}; DEALLOCATE ALL");
    for (name, value) in settings {
        session.push_str(&format!("; SET LOCAL {name} = '{value}'"));
    }
    session
}
