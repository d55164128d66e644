//! The connection to SQLite or PostgreSQL.

mod address;
mod clock;
mod connect_error;
mod connection;
mod connections;
mod copies;
mod driver;
mod error;
mod health;
mod lent;
mod live;
mod migrations;
mod pool;
mod postgres;
mod sqlite;
mod transaction;
mod watch;

use std::{
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use sea_orm::{ConnectionTrait, DbBackend, DbErr};
use sqlx::PgPool;

pub use self::{
    address::{AddressError, DatabaseAddress},
    connect_error::ConnectError,
    connections::Connections,
    copies::{CopyError, back_up, restore},
    migrations::Migration,
    watch::{DatabaseObserver, StatementRun},
};
pub(crate) use self::{
    connection::Connection, error::store_error, health::PING_TIMEOUT, pool::TRIED_AFTER_IDLE,
    transaction::Transaction,
};
use self::{pool::WeakPool, postgres::Postgres, sqlite::SqliteFile, watch::Watch};
use crate::DatabaseSignals;

/// Which database, and how much of it.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseOptions {
    /// `sqlite://folder/file`, `sqlite::memory:` or `postgres://user:password@host/database`. The folder and
    /// the file are made if need be.
    pub url: String,
    /// How many connections at most: by default 16 on PostgreSQL, and on SQLite 4 readers, 2 with one core. The one
    /// writer of SQLite is not counted. [`Database::for_one_of`] shares out as many again, at least one to each.
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
    source: Arc<Source>,
    /// The pools of those that [`Database::for_one_of`] has made.
    workers: Arc<Mutex<Vec<WeakPool>>>,
    ping_timeout: Duration,
    signals: DatabaseSignals,
}

/// Where more connections come from.
#[derive(Debug)]
enum Source {
    Postgres(Postgres),
    SqliteFile(SqliteFile),
    /// Of those to a database in memory there is one.
    SqliteMemory,
}

impl Database {
    /// Connects, and fails at once if that does not work; [`ConnectError::is_retryable`] says whether
    /// waiting can help.
    ///
    /// # Errors
    /// As the variants of [`ConnectError`] say.
    pub async fn connect(options: &DatabaseOptions) -> Result<Self, ConnectError> {
        let (read, write, source) = match DatabaseAddress::parse(&options.url)? {
            DatabaseAddress::SqliteFile(file) => {
                let (file, write) = SqliteFile::open(options, &file).await?;
                let read = Connection::of_sessions(file.readers(1));
                (read, Connection::of_sessions(write), Source::SqliteFile(file))
            }
            DatabaseAddress::SqliteMemory => {
                let only = Connection::of_sessions(sqlite::open_memory(options)?);
                (only.clone(), only, Source::SqliteMemory)
            }
            DatabaseAddress::Postgres => {
                let postgres = Postgres::new(options)?;
                postgres.try_once().await?;
                let all = postgres.connection(1);
                (all.clone(), all, Source::Postgres(postgres))
            }
        };
        Ok(Self {
            read,
            write,
            source: Arc::new(source),
            workers: Arc::default(),
            ping_timeout: options.acquire_timeout.min(PING_TIMEOUT),
            signals: DatabaseSignals::default(),
        })
    }

    /// The same database, and `observer` is told of every statement of its stores and of every `COMMIT`, and how long
    /// connections were waited for, by the task that waits.
    #[must_use]
    pub fn watched(mut self, observer: impl DatabaseObserver + 'static) -> Self {
        let watch = Watch::new(observer);
        self.read.tell(&watch);
        self.write.tell(&watch);
        self
    }

    /// Tells of what is written to the logs of its users.
    #[must_use]
    pub fn signals(&self) -> DatabaseSignals {
        self.signals.clone()
    }

    /// The same database for one of so many runtimes that each run on a thread of their own, such as the
    /// workers of actix-web. A connection to PostgreSQL is driven by the runtime that opened it: used from
    /// another one it waits for that one's thread, and fails when that one ends. And who waits for a connection is
    /// woken by who gives it back, which costs more from one thread to another. So each gets its own, with its share of
    /// the connections; but SQLite has one that writes, for all.
    #[must_use]
    pub fn for_one_of(&self, runtimes: usize) -> Self {
        let shares = u32::try_from(runtimes).unwrap_or(u32::MAX);
        let read = match &*self.source {
            Source::Postgres(postgres) => postgres.connection(shares),
            Source::SqliteFile(file) => Connection::of_sessions(file.readers(shares)),
            Source::SqliteMemory => return self.clone(),
        };
        let read = read.watched_as(&self.read);
        self.workers().push(read.pool().weak());
        Self {
            write: if self.is_postgres() {
                read.clone()
            } else {
                self.write.clone()
            },
            read,
            ..self.clone()
        }
    }

    /// How its connections are used at the moment, pool by pool.
    #[must_use]
    pub fn connections(&self) -> Vec<Connections> {
        let workers = self.workers();
        let workers = workers
            .iter()
            .filter_map(WeakPool::upgrade)
            .map(|pool| pool.status());
        let read = [self.read.pool().status()];
        match &*self.source {
            Source::Postgres(_) => vec![Connections::of("jobs", read), Connections::of("workers", workers)],
            Source::SqliteFile(_) | Source::SqliteMemory => vec![
                Connections::of("read", workers.chain(read)),
                Connections::of("write", [self.write.pool().status()]),
            ],
        }
    }

    /// Closes all connections, once what is under way has finished. The one that writes goes last, so that SQLite puts its
    /// log away.
    pub async fn close(self) {
        let workers = mem::take(&mut *self.workers());
        for pool in workers.iter().filter_map(WeakPool::upgrade) {
            pool.close().await;
        }
        self.read.close().await;
        self.write.close().await;
    }

    /// No step here can panic half way.
    fn workers(&self) -> MutexGuard<'_, Vec<WeakPool>> {
        self.workers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn read(&self) -> &Connection {
        &self.read
    }

    pub(crate) fn write(&self) -> &Connection {
        &self.write
    }

    /// Connections to PostgreSQL of their own for `LISTEN` and `NOTIFY`, where these can be used.
    pub(crate) fn pool_for_signals(&self) -> Option<PgPool> {
        match &*self.source {
            Source::Postgres(postgres) => postgres.pool_for_signals(),
            Source::SqliteFile(_) | Source::SqliteMemory => None,
        }
    }

    pub(crate) fn is_postgres(&self) -> bool {
        self.write.get_database_backend() == DbBackend::Postgres
    }

    /// Begins a transaction that writes.
    pub(crate) async fn begin(&self) -> Result<Transaction, DbErr> {
        self.write.begin().await
    }
}
