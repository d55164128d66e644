//! The connection to SQLite or PostgreSQL.

mod address;
mod clock;
mod connect_error;
mod connection;
mod connections;
mod copies;
mod error;
mod health;
mod migrations;
mod postgres;
mod sqlite;
mod statements;
mod transaction;

use std::time::Duration;

use sea_orm::{ConnectionTrait, DbBackend, DbErr, SqliteTransactionMode, TransactionOptions};
use sqlx::PgPool;

pub(crate) use self::postgres::TRIED_AFTER_IDLE;
pub use self::{
    address::{AddressError, DatabaseAddress},
    connect_error::ConnectError,
    connections::Connections,
    copies::{CopyError, back_up, restore},
    migrations::Migration,
    statements::StatementRun,
};
pub(crate) use self::{
    connection::Connection, error::store_error, health::PING_TIMEOUT, transaction::Transaction,
};
use self::{postgres::Postgres, statements::StatementWatch};
use crate::DatabaseSignals;

/// Which database, and how much of it.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseOptions {
    /// `sqlite://folder/file`, `sqlite::memory:` or `postgres://user:password@host/database`. The folder and
    /// the file are made if need be.
    pub url: String,
    /// How many connections at most: by default 16 on PostgreSQL, and on SQLite 2 to 4 readers. The one
    /// writer of SQLite is not counted.
    pub max_connections: Option<u32>,
    /// How long to wait for a connection, a new one to the server included.
    pub acquire_timeout: Duration,
    /// How long a statement may take on PostgreSQL. `None` leaves it to the server's own settings.
    pub statement_timeout: Option<Duration>,
    /// Whether a pooler stands before PostgreSQL that gives away a connection between two transactions, such as
    /// PgBouncer. Then nothing is used that needs a session; prepared statements only if the address has a
    /// `statement-cache-capacity`, for a pooler that keeps track of them.
    pub pooler: bool,
}

impl DatabaseOptions {
    /// That database with 5 seconds to get a connection and 10 seconds for a statement.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            max_connections: None,
            acquire_timeout: Duration::from_secs(5),
            statement_timeout: Some(Duration::from_secs(10)),
            pooler: false,
        }
    }
}

/// Without the password that may stand in the address.
impl std::fmt::Debug for DatabaseOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DatabaseOptions")
            .field("max_connections", &self.max_connections)
            .field("acquire_timeout", &self.acquire_timeout)
            .field("statement_timeout", &self.statement_timeout)
            .field("pooler", &self.pooler)
            .finish_non_exhaustive()
    }
}

/// A database. Clones share its connections.
#[derive(Clone, Debug)]
pub struct Database {
    /// For statements that only read.
    read: Connection,
    /// For everything else. With PostgreSQL both are the same.
    write: Connection,
    /// Where more connections come from, with PostgreSQL.
    postgres: Option<Postgres>,
    ping_timeout: Duration,
    signals: DatabaseSignals,
    watch: Option<StatementWatch>,
}

impl Database {
    /// Connects, and fails at once if that does not work; [`ConnectError::is_retryable`] says whether
    /// waiting can help.
    ///
    /// # Errors
    /// As the variants of [`ConnectError`] say.
    pub async fn connect(options: &DatabaseOptions) -> Result<Self, ConnectError> {
        let (read, write, postgres) = match DatabaseAddress::parse(&options.url)? {
            DatabaseAddress::SqliteFile(file) => {
                let (read, write) = sqlite::open_file(options, &file).await?;
                (
                    Connection::of_sessions(read),
                    Connection::of_sessions(write),
                    None,
                )
            }
            DatabaseAddress::SqliteMemory => {
                let only = Connection::of_sessions(sqlite::open_memory(options).await?);
                (only.clone(), only, None)
            }
            DatabaseAddress::Postgres => {
                let postgres = Postgres::new(options)?;
                postgres.try_once().await?;
                let pool = postgres.pool(1);
                (pool.clone(), pool, Some(postgres))
            }
        };
        Ok(Self {
            read,
            write,
            postgres,
            ping_timeout: options.acquire_timeout.min(PING_TIMEOUT),
            signals: DatabaseSignals::default(),
            watch: None,
        })
    }

    /// The same database, and `watch` is told of every statement of its stores and of every `COMMIT`, by the task
    /// that waits for it. What begins a transaction is left out.
    #[must_use]
    pub fn watched(mut self, watch: impl Fn(&StatementRun<'_>) + Send + Sync + 'static) -> Self {
        let watch = StatementWatch::new(watch);
        self.read.tell(&watch);
        self.write.tell(&watch);
        Self {
            watch: Some(watch),
            ..self
        }
    }

    /// Tells of what is written to the logs of its users.
    #[must_use]
    pub fn signals(&self) -> DatabaseSignals {
        self.signals.clone()
    }

    /// The same database for one of so many runtimes that each run on a thread of their own, such as the
    /// workers of actix-web. A connection to PostgreSQL is driven by the runtime that opened it: used from
    /// another one it waits for that one's thread, and fails when that one ends. So each gets its own pool,
    /// with its share of the connections. SQLite has threads of its own, and its connections serve all.
    #[must_use]
    pub fn for_one_of(&self, runtimes: usize) -> Self {
        let Some(postgres) = &self.postgres else {
            return self.clone();
        };
        let mut pool = postgres.pool_of_worker(u32::try_from(runtimes).unwrap_or(u32::MAX));
        if let Some(watch) = &self.watch {
            pool.tell(watch);
        }
        Self {
            read: pool.clone(),
            write: pool,
            ..self.clone()
        }
    }

    /// How its connections are used at the moment, pool by pool.
    #[must_use]
    pub fn connections(&self) -> Vec<Connections> {
        match &self.postgres {
            Some(postgres) => vec![
                Connections::of("jobs", [self.write.pool().get_postgres_connection_pool()]),
                postgres.connections_of_workers(),
            ],
            None => vec![
                Connections::of("read", [self.read.pool().get_sqlite_connection_pool()]),
                Connections::of("write", [self.write.pool().get_sqlite_connection_pool()]),
            ],
        }
    }

    /// Closes all connections, once what is under way has finished.
    pub async fn close(self) {
        for pool in [self.read, self.write] {
            if let Err(error) = pool.close().await {
                tracing::warn!(%error, "closing the database failed");
            }
        }
    }

    pub(crate) fn read(&self) -> &Connection {
        &self.read
    }

    pub(crate) fn write(&self) -> &Connection {
        &self.write
    }

    /// Connections to PostgreSQL of their own for `LISTEN` and `NOTIFY`, where these can be used.
    pub(crate) fn pool_for_signals(&self) -> Option<PgPool> {
        self.postgres.as_ref().and_then(Postgres::pool_for_signals)
    }

    pub(crate) fn is_postgres(&self) -> bool {
        self.write.get_database_backend() == DbBackend::Postgres
    }

    /// Begins a transaction that writes. SQLite must know that at the beginning: a reader that wants to
    /// become a writer fails at once if another one is writing, however long it would have waited.
    pub(crate) async fn begin(&self) -> Result<Transaction, DbErr> {
        let immediate = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        self.write.begin(immediate).await
    }
}
