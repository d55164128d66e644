use std::{
    path::Path,
    str::FromStr,
    thread,
    time::{Duration, Instant},
};

use sea_orm::{DatabaseConnection, SqlxSqliteConnector};
use sqlx::{
    SqlitePool,
    sqlite::{SqliteConnectOptions, SqlitePoolOptions, SqliteSynchronous},
};

use super::{ConnectError, DatabaseOptions};

/// How long to wait for a writer in another process. In this one there is only one, for which the others
/// queue up in the pool, in order.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// The reader and the writer.
pub(super) async fn connect(
    options: &DatabaseOptions,
) -> Result<(DatabaseConnection, DatabaseConnection), ConnectError> {
    let connect = SqliteConnectOptions::from_str(&options.url)
        .map_err(|error| ConnectError::Address(Box::new(error)))?
        .create_if_missing(true)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        // What was acknowledged survives a power cut.
        .synchronous(SqliteSynchronous::Full)
        .pragma("temp_store", "MEMORY");
    if is_in_memory(&options.url) {
        // A second connection would wait for the first one where files do not, and be another database if
        // the first one was closed.
        let only = pool(options, 1).connect_with(connect).await?;
        let only = SqlxSqliteConnector::from_sqlx_sqlite_pool(only);
        return Ok((only.clone(), only));
    }
    make_folder(connect.get_filename()).map_err(|error| ConnectError::Refused(Box::new(error)))?;
    let write = pool(options, 1).connect_with(connect.clone()).await?;
    switch_to_wal(&write, options.acquire_timeout).await?;
    let read = pool(options, options.max_connections.unwrap_or_else(readers))
        .connect_with(connect.pragma("query_only", "ON"))
        .await?;
    Ok((
        SqlxSqliteConnector::from_sqlx_sqlite_pool(read),
        SqlxSqliteConnector::from_sqlx_sqlite_pool(write),
    ))
}

/// Whether the driver reads the address so; what it made of it, it does not tell.
fn is_in_memory(url: &str) -> bool {
    let (database, parameters) = url.split_once('?').unwrap_or((url, ""));
    let name = database
        .trim_start_matches("sqlite://")
        .trim_start_matches("sqlite:");
    name == ":memory:" || parameters.split('&').any(|parameter| parameter == "mode=memory")
}

fn make_folder(file: &Path) -> std::io::Result<()> {
    match file.parent() {
        Some(folder) => std::fs::create_dir_all(folder),
        None => Ok(()),
    }
}

/// Connections cost nothing while nobody uses them and everything (a database in memory) when they are
/// closed, so they never are.
fn pool(options: &DatabaseOptions, connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(options.acquire_timeout)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
}

fn readers() -> u32 {
    match thread::available_parallelism().map_or(1, usize::from) {
        1 => 2,
        _ => 4,
    }
}

/// With a write-ahead log readers and the writer do not wait for each other. The file remembers it. The
/// switch needs the file alone and, unlike all else, does not wait by itself.
async fn switch_to_wal(write: &SqlitePool, timeout: Duration) -> Result<(), ConnectError> {
    let began = Instant::now();
    loop {
        let switched = sqlx::query("PRAGMA journal_mode = WAL").execute(write).await;
        match switched.map_err(ConnectError::from) {
            Err(error) if error.is_retryable() && began.elapsed() < timeout => {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            switched => return switched.map(drop),
        }
    }
}
