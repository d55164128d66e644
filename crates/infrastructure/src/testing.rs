//! Throw-away databases for tests.
#![expect(clippy::expect_used, reason = "a test that cannot be set up has failed")]

use std::{str::FromStr, thread};

use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, PgConnection, postgres::PgConnectOptions};
use tempfile::TempDir;

use crate::{Database, DatabaseOptions};

/// The variable that says on which PostgreSQL server databases for tests are made.
const SERVER: &str = "TEST_DATABASE_URL";

/// A database of its own for one test, gone when this is dropped.
pub struct TestDatabase {
    url: String,
    database: Database,
    // Dropped last.
    _place: Place,
}

enum Place {
    Folder { _folder: TempDir },
    Server { server: String, name: String },
}

impl TestDatabase {
    /// SQLite in a file, with the schema.
    pub async fn sqlite() -> Self {
        Self::empty_sqlite().await.migrated().await
    }

    /// PostgreSQL, with the schema.
    ///
    /// # Panics
    /// If the variable `TEST_DATABASE_URL` names no server: a test that is not run must not look as if it
    /// had passed.
    pub async fn postgres() -> Self {
        Self::empty_postgres().await.migrated().await
    }

    /// SQLite in a file, without anything in it.
    pub async fn empty_sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let url = format!("sqlite://{}", folder.path().join("taskwell.db").display());
        Self::connect(url, Place::Folder { _folder: folder }).await
    }

    /// PostgreSQL, without anything in it.
    ///
    /// # Panics
    /// As for [`TestDatabase::postgres`].
    pub async fn empty_postgres() -> Self {
        let server = std::env::var(SERVER).unwrap_or_else(|_| {
            panic!(
                "this test needs a PostgreSQL server: run ./test, which finds or makes one, or set {SERVER} \
                 to postgres://user:password@host/database, where the user may create databases"
            )
        });
        let random = getrandom::u64().expect("the system gives random bytes");
        let name = format!("taskwell_test_{random:016x}");
        execute(&server, format!("CREATE DATABASE {name}"))
            .await
            .expect("a database can be made on the server of TEST_DATABASE_URL");
        let there = PgConnectOptions::from_str(&server).expect("TEST_DATABASE_URL is an address");
        let url = there.database(&name).to_url_lossy().to_string();
        Self::connect(url, Place::Server { server, name }).await
    }

    async fn connect(url: String, place: Place) -> Self {
        let database = Database::connect(&DatabaseOptions::new(&url))
            .await
            .expect("a fresh database can be connected to");
        Self {
            url,
            database,
            _place: place,
        }
    }

    async fn migrated(self) -> Self {
        self.database
            .migrate()
            .await
            .expect("a fresh database can be migrated");
        self
    }

    /// Its address, for another connection to it.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A connection to it, which clones share.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.database
    }
}

async fn execute(server: &str, sql: String) -> Result<(), sqlx::Error> {
    let mut connection = PgConnection::connect(server).await?;
    connection.execute(AssertSqlSafe(sql)).await?;
    connection.close().await
}

impl Drop for Place {
    /// Best effort: a database that is left over on a server for tests does no harm.
    fn drop(&mut self) {
        let Self::Server { server, name } = self else {
            return;
        };
        let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        // Not on this thread: it may be one of an async runtime, where nothing can be waited for.
        thread::scope(|scope| {
            let dropping = scope.spawn(|| {
                tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .map(|runtime| runtime.block_on(execute(server, drop)))
            });
            let _best_effort = dropping.join();
        });
    }
}
