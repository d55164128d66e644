use std::{
    io,
    path::Path,
    str::FromStr,
    thread,
    time::{Duration, Instant},
};

use sqlx::{
    ConnectOptions, Connection, Executor,
    sqlite::{SqliteConnectOptions, SqliteSynchronous},
};

use super::{ConnectError, DatabaseOptions, driver::DriverOptions, pool::Pool};
use crate::private_files;

/// How long to wait for a writer in another process. In this one there is only one, for which the others
/// queue up in the pool, in order.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// A database in a file, and how many read it at once.
#[derive(Debug)]
pub(super) struct SqliteFile {
    connect: SqliteConnectOptions,
    readers: u32,
    acquire_timeout: Duration,
}

impl SqliteFile {
    /// The file, which is made if there is none, and the one connection that writes to it.
    pub(super) async fn open(options: &DatabaseOptions, file: &Path) -> Result<(Self, Pool), ConnectError> {
        make(file).map_err(|error| ConnectError::Refused(Box::new(error)).in_file(file))?;
        let connect = connect_options(&options.url)?;
        switch_to_wal(&connect, options.acquire_timeout)
            .await
            .map_err(|error| error.in_file(file))?;
        let write = Pool::new(DriverOptions::Sqlite(connect.clone()), 1, options.acquire_timeout);
        let file = Self {
            connect,
            readers: options.max_connections.unwrap_or_else(readers),
            acquire_timeout: options.acquire_timeout,
        };
        Ok((file, write))
    }

    /// Connections that read, one of so many equal shares of all, at least one.
    pub(super) fn readers(&self, shares: u32) -> Pool {
        let connect = self.connect.clone().pragma("query_only", "ON");
        let share = (self.readers / shares.max(1)).max(1);
        Pool::new(DriverOptions::Sqlite(connect), share, self.acquire_timeout)
    }
}

/// The one connection for use cases to a database in memory, whatever it is called. A second one would wait for it
/// where files do not, and be another database if the first one was closed. While it is open, this address alone gives
/// migrations another one to the same database.
pub(super) fn open_memory(options: &DatabaseOptions) -> Result<Pool, ConnectError> {
    let connect = DriverOptions::Sqlite(connect_options("sqlite::memory:")?);
    Ok(Pool::new(connect, 1, options.acquire_timeout))
}

fn connect_options(url: &str) -> Result<SqliteConnectOptions, ConnectError> {
    let connect =
        SqliteConnectOptions::from_str(url).map_err(|error| ConnectError::Address(Box::new(error)))?;
    Ok(connect
        .create_if_missing(true)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        // What was acknowledged survives a power cut.
        .synchronous(SqliteSynchronous::Full)
        .pragma("temp_store", "MEMORY"))
}

/// Makes the file, for its owner alone, and its folder, where there is none: SQLite would let everybody read
/// it. What stands beside the file while it is open gets the same rights.
fn make(file: &Path) -> io::Result<()> {
    private_files::make_folder(private_files::folder_of(file))?;
    match private_files::create_file(file) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

fn readers() -> u32 {
    match thread::available_parallelism().map_or(1, usize::from) {
        1 => 2,
        _ => 4,
    }
}

/// With a write-ahead log readers and the writer do not wait for each other. The file remembers it. The
/// switch needs the file alone and, unlike all else, does not wait by itself.
async fn switch_to_wal(file: &SqliteConnectOptions, timeout: Duration) -> Result<(), ConnectError> {
    let mut writer = file.connect().await?;
    let began = Instant::now();
    loop {
        let switched = writer.execute("PRAGMA journal_mode = WAL").await;
        match switched.map_err(ConnectError::from) {
            Err(error) if error.is_retryable() && began.elapsed() < timeout => {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            Err(error) => return Err(error),
            Ok(_) => return Ok(writer.close().await?),
        }
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::{ConnectionTrait, DbErr, Statement};
    use sqlx::SqliteConnection;
    use taskwell_application::ports::StoreError;
    use tempfile::TempDir;

    use super::super::{Database, store_error};
    use super::*;

    async fn fresh() -> (TempDir, String, Database) {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("t.db").display());
        let database = Database::connect(&DatabaseOptions::new(&url)).await.unwrap();
        (folder, url, database)
    }

    async fn pragma(connection: &impl ConnectionTrait, name: &str) -> String {
        let sql = format!("SELECT CAST({name} AS TEXT) FROM pragma_{name}");
        let statement = Statement::from_string(connection.get_database_backend(), sql);
        let row = connection.query_one_raw(statement).await.unwrap().unwrap();
        row.try_get_by_index(0).unwrap()
    }

    async fn write(database: &Database) -> Result<(), DbErr> {
        let transaction = database.begin().await?;
        transaction
            .execute_unprepared("CREATE TABLE big (x); INSERT INTO big VALUES (zeroblob(100000))")
            .await?;
        transaction.commit().await
    }

    #[tokio::test]
    async fn a_fresh_file_has_a_write_ahead_log_and_commits_reach_the_disk() {
        let (_folder, _, database) = fresh().await;
        for connection in [database.read(), database.write()] {
            assert_eq!(pragma(connection, "journal_mode").await, "wal");
            const FULL: &str = "2";
            assert_eq!(pragma(connection, "synchronous").await, FULL);
        }
    }

    #[tokio::test]
    async fn a_writer_elsewhere_that_does_not_end_makes_it_unavailable() {
        let (_folder, url, database) = fresh().await;
        database
            .write()
            .execute_unprepared("PRAGMA busy_timeout = 50")
            .await
            .unwrap();
        let mut other = SqliteConnection::connect(&url).await.unwrap();
        other.execute("BEGIN IMMEDIATE").await.unwrap();
        let busy = store_error(write(&database).await.unwrap_err());
        assert!(matches!(busy, StoreError::Unavailable(_)), "{busy:?}");

        other.execute("ROLLBACK").await.unwrap();
        write(&database).await.unwrap();
    }

    #[tokio::test]
    async fn a_disk_without_space_makes_it_unavailable() {
        let (_folder, _, database) = fresh().await;
        database
            .write()
            .execute_unprepared("PRAGMA max_page_count = 10")
            .await
            .unwrap();
        let full = store_error(write(&database).await.unwrap_err());
        assert!(matches!(full, StoreError::Unavailable(_)), "{full:?}");
        // To read goes on.
        pragma(database.read(), "page_count").await;
    }
}
