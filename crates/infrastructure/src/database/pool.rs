use std::{fmt, io, time::Duration};

use deadpool::{
    Status,
    managed::{self, Metrics, PoolError, QueueMode, RecycleError, RecycleResult},
};
use sea_orm::{DbBackend, DbErr, RuntimeErr, error::ConnAcquireErr};
use tokio::time::{sleep, timeout};

use super::{driver::DriverOptions, error::is_unavailable, lent::Lent, live::Live};

/// Firewalls and servers drop connections that nobody uses; after this long one is tried before it is used.
/// To try each time would be a round trip for every request.
pub(crate) const TRIED_AFTER_IDLE: Duration = Duration::from_secs(30);

/// So that connections move to a server that was added, or a role's new rights are in force, some time.
const MAX_AGE: Duration = Duration::from_secs(30 * 60);

/// Between two looks at what is soon to be.
const PAUSE: Duration = Duration::from_millis(20);

/// Connections that are opened when they are needed, and kept.
///
/// The pools of the driver ask the database whether a connection still lives whenever one comes back, which costs
/// as much as a small read. Here only those are asked that were left in the middle of something, and those that were not
/// used for a while.
#[derive(Clone)]
pub(super) struct Pool {
    pool: managed::Pool<Opener>,
    acquire_timeout: Duration,
}

impl Pool {
    pub(super) fn new(options: DriverOptions, max_connections: u32, acquire_timeout: Duration) -> Self {
        let builder = managed::Pool::builder(Opener(options))
            .max_size(usize::try_from(max_connections).unwrap_or(usize::MAX))
            // The one that was used last has what it needs at hand, and those that nobody needs are never used.
            .queue_mode(QueueMode::Lifo);
        #[expect(
            clippy::expect_used,
            reason = "it fails for limits of time without a runtime, and has none"
        )]
        let pool = builder.build().expect("a pool");
        Self {
            pool,
            acquire_timeout,
        }
    }

    pub(super) fn backend(&self) -> DbBackend {
        self.pool.manager().0.backend()
    }

    /// How to open one more.
    pub(super) fn options(&self) -> &DriverOptions {
        &self.pool.manager().0
    }

    /// How long to wait for one.
    pub(super) fn acquire_timeout(&self) -> Duration {
        self.acquire_timeout
    }

    /// A connection, as soon as one is free or opened.
    pub(super) async fn lend(&self) -> Result<Lent, DbErr> {
        match timeout(self.acquire_timeout, self.pool.get()).await {
            Ok(Ok(connection)) => Ok(Lent::new(connection, self.acquire_timeout)),
            Ok(Err(PoolError::Backend(error))) => Err(DbErr::Conn(RuntimeErr::SqlxError(error.into()))),
            Ok(Err(PoolError::Closed)) => Err(DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed)),
            // The others cannot be: it waits without a limit of its own.
            Ok(Err(_)) | Err(_) => Err(DbErr::ConnectionAcquire(ConnAcquireErr::Timeout)),
        }
    }

    /// Closes the connections that nobody uses, and waits for the others, which are closed when they come back.
    pub(super) async fn close(&self) {
        let idle = self.pool.retain(|_, _| false).removed;
        self.pool.close();
        for connection in idle {
            if let Err(error) = connection.close().await {
                tracing::warn!(%error, "closing the database failed");
            }
        }
        // The pool tells nobody that one came back.
        while self.pool.status().size > 0 {
            sleep(PAUSE).await;
        }
    }

    /// How its connections are used at the moment.
    pub(super) fn status(&self) -> Status {
        self.pool.status()
    }

    /// The same pool for those who only look at it, and who should not keep it open.
    pub(super) fn weak(&self) -> WeakPool {
        WeakPool {
            pool: self.pool.weak(),
            acquire_timeout: self.acquire_timeout,
        }
    }
}

/// A pool as long as somebody uses it.
pub(super) struct WeakPool {
    pool: managed::WeakPool<Opener>,
    acquire_timeout: Duration,
}

impl fmt::Debug for WeakPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("WeakPool").field(&self.upgrade()).finish()
    }
}

impl WeakPool {
    /// The pool, if it is still there.
    pub(super) fn upgrade(&self) -> Option<Pool> {
        Some(Pool {
            pool: self.pool.upgrade()?,
            acquire_timeout: self.acquire_timeout,
        })
    }
}

impl fmt::Debug for Pool {
    /// Without how to connect, which has the password in it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool")
            .field("connections", &self.pool.status())
            .finish_non_exhaustive()
    }
}

/// Opens connections, and says which can be used once more. What is seldom done has a box of its own, for what waits for a
/// statement has room for all that may have to be waited for first: it was 7.8 KiB a statement.
pub(super) struct Opener(DriverOptions);

impl Opener {
    /// While the server is started anew, until it is there or whoever waits for it gives up.
    async fn open(&self) -> sqlx::Result<Live> {
        loop {
            match self.0.connect().await {
                Err(error) if is_starting(&error) => {
                    tracing::debug!(%error, "the database lets nobody in yet");
                    sleep(PAUSE).await;
                }
                connected => return connected.map(Live::new),
            }
        }
    }
}

impl managed::Manager for Opener {
    type Type = Live;
    type Error = sqlx::Error;

    async fn create(&self) -> sqlx::Result<Live> {
        Box::pin(self.open()).await
    }

    async fn recycle(&self, connection: &mut Live, used: &Metrics) -> RecycleResult<sqlx::Error> {
        // As when the runtime that should have seen to it has ended.
        if !connection.is_settled() {
            return Err(RecycleError::message("something was left behind on it"));
        }
        if self.0.backend() == DbBackend::Sqlite {
            return Ok(());
        }
        if used.age() > MAX_AGE {
            return Err(RecycleError::message("it is old"));
        }
        if used.last_used() >= TRIED_AFTER_IDLE {
            let answer = Box::pin(connection.ping()).await;
            answer.map_err(|error| RecycleError::message(error.to_string()))?;
        }
        Ok(())
    }
}

/// Whether nobody listens yet, or who listens lets nobody in yet.
fn is_starting(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(error) => error.kind() == io::ErrorKind::ConnectionRefused,
        sqlx::Error::Database(_) => is_unavailable(error),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use futures_util::FutureExt;
    use sea_orm::{ConnectionTrait, Statement};
    use sqlx::{Connection, Executor, PgConnection, SqliteConnection};

    use super::super::{Database, DatabaseOptions, Transaction};
    use crate::testing::TestDatabase;

    /// The same database by one connection.
    async fn alone(test: &TestDatabase) -> Database {
        let options = DatabaseOptions {
            max_connections: Some(1),
            ..DatabaseOptions::new(test.url())
        };
        Database::connect(&options).await.unwrap()
    }

    async fn number(connection: &impl ConnectionTrait, sql: &str) -> i64 {
        let statement = Statement::from_string(connection.get_database_backend(), sql);
        let row = connection.query_one_raw(statement).await.unwrap().unwrap();
        row.try_get_by_index(0).unwrap()
    }

    /// Of the session on the server.
    async fn session(database: &Database) -> i64 {
        number(database.write(), "SELECT pg_backend_pid()::bigint").await
    }

    #[tokio::test]
    async fn a_statement_that_nobody_waits_for_any_more_does_not_answer_the_next() {
        let test = TestDatabase::empty_postgres().await;
        let database = alone(&test).await;
        let before = session(&database).await;
        let asked = number(database.write(), "SELECT 1::bigint FROM pg_sleep(0.1)");
        let given_up = tokio::time::timeout(Duration::from_millis(20), asked).await;
        assert!(given_up.is_err());
        assert_eq!(number(database.write(), "SELECT 2::bigint").await, 2);
        assert_eq!(session(&database).await, before, "the connection was kept");
    }

    #[tokio::test]
    async fn a_statement_that_fails_when_nobody_waits_for_it_any_more_does_not_keep_its_transaction() {
        let test = TestDatabase::empty_postgres().await;
        let database = alone(&test).await;
        let failing = [
            "SELECT 1 / (random() * 0)::bigint FROM pg_sleep(0.1)",
            "SELECT 1::bigint FROM pg_sleep(1)",
        ];
        for sql in failing {
            let before = session(&database).await;
            let transaction = database.begin().await.unwrap();
            let limit = "SET LOCAL statement_timeout = 100";
            transaction.execute_unprepared(limit).await.unwrap();
            let asked = number(&transaction, sql);
            let given_up = tokio::time::timeout(Duration::from_millis(20), asked).await;
            assert!(given_up.is_err());
            drop(transaction);
            assert_eq!(number(database.write(), "SELECT 2::bigint").await, 2);
            assert_eq!(session(&database).await, before, "the connection was kept");
        }
    }

    #[tokio::test]
    async fn a_beginning_that_nobody_waits_for_any_more_is_undone() {
        let test = TestDatabase::empty_sqlite().await;
        let database = with_numbers(&test).await;
        let mut other = SqliteConnection::connect(test.url()).await.unwrap();
        other.execute("BEGIN IMMEDIATE").await.unwrap();
        let begins = tokio::time::timeout(Duration::from_millis(20), database.begin()).await;
        assert!(begins.is_err());
        other.execute("ROLLBACK").await.unwrap();
        // Whether it is before the one that was given up or after it.
        for _ in 0..3 {
            other.execute("BEGIN IMMEDIATE; ROLLBACK").await.unwrap();
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    #[tokio::test]
    async fn a_session_that_the_server_has_ended_is_replaced() {
        let test = TestDatabase::empty_postgres().await;
        let database = alone(&test).await;
        let ended = session(&database).await;
        let mut other = PgConnection::connect(test.url()).await.unwrap();
        let end = format!("SELECT pg_terminate_backend({ended}, 5000)");
        other.execute(sqlx::AssertSqlSafe(end)).await.unwrap();
        let sql = Statement::from_string(database.write().get_database_backend(), "SELECT 1::bigint");
        // Nobody knew yet.
        database.write().query_one_raw(sql).await.unwrap_err();
        assert_ne!(session(&database).await, ended);
    }

    async fn begun(database: &Database) -> Transaction {
        let transaction = database.begin().await.unwrap();
        transaction
            .execute_unprepared("INSERT INTO numbers VALUES (1)")
            .await
            .unwrap();
        transaction
    }

    async fn with_numbers(test: &TestDatabase) -> Database {
        let database = alone(test).await;
        let make = "CREATE TABLE numbers (number bigint UNIQUE)";
        database.write().execute_unprepared(make).await.unwrap();
        database
    }

    #[tokio::test]
    async fn a_transaction_that_is_dropped_is_undone_at_once_on_postgres() {
        let test = TestDatabase::empty_postgres().await;
        let database = with_numbers(&test).await;
        drop(begun(&database).await);
        // Waits for the other one's number, and nobody asks for that one's connection meanwhile.
        let mut other = PgConnection::connect(test.url()).await.unwrap();
        other.execute("INSERT INTO numbers VALUES (1)").await.unwrap();
        assert_eq!(number(database.write(), "SELECT count(*) FROM numbers").await, 1);
    }

    #[tokio::test]
    async fn a_transaction_that_is_dropped_is_undone_at_once_on_sqlite() {
        let test = TestDatabase::empty_sqlite().await;
        let database = with_numbers(&test).await;
        drop(begun(&database).await);
        let mut other = SqliteConnection::connect(test.url()).await.unwrap();
        other.execute("INSERT INTO numbers VALUES (1)").await.unwrap();
        assert_eq!(number(database.read(), "SELECT count(*) FROM numbers").await, 1);
    }

    #[tokio::test]
    async fn a_transaction_whose_runtime_ends_with_it_is_undone() {
        let test = TestDatabase::empty_sqlite().await;
        let database = with_numbers(&test).await;
        let elsewhere = database.clone();
        let ended = tokio::task::spawn_blocking(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(async { drop(begun(&elsewhere).await) });
        });
        ended.await.unwrap();
        let insert = "INSERT INTO numbers VALUES (2)";
        database.write().execute_unprepared(insert).await.unwrap();
        database.close().await;
        let database = alone(&test).await;
        assert_eq!(
            number(database.read(), "SELECT sum(number) FROM numbers").await,
            2
        );
    }

    #[tokio::test]
    async fn a_text_with_a_transaction_that_nobody_waits_for_any_more_is_undone_or_done() {
        let test = TestDatabase::empty_sqlite().await;
        let database = with_numbers(&test).await;
        for given_up_after in 0..20 {
            let text = format!(
                "BEGIN IMMEDIATE;
                 INSERT INTO numbers VALUES ({given_up_after}) RETURNING number;
                 INSERT INTO numbers VALUES (100 + {given_up_after}) RETURNING number;
                 COMMIT"
            );
            let text = Statement::from_string(sea_orm::DbBackend::Sqlite, text);
            let mut writing = Box::pin(database.write().transact(text));
            for _ in 0..given_up_after {
                if writing.as_mut().now_or_never().is_some() {
                    break;
                }
                tokio::task::yield_now().await;
            }
        }
        let odd = "SELECT count(*) FROM numbers AS one WHERE NOT EXISTS (
            SELECT 1 FROM numbers AS other WHERE abs(other.number - one.number) = 100)";
        assert_eq!(number(database.write(), odd).await, 0);
        database.begin().await.unwrap().commit().await.unwrap();
    }

    #[tokio::test]
    async fn a_text_with_a_transaction_that_fails_leaves_nothing() {
        let test = TestDatabase::empty_sqlite().await;
        let database = with_numbers(&test).await;
        let text = "BEGIN IMMEDIATE; INSERT INTO numbers VALUES (1); INSERT INTO numbers VALUES (1); COMMIT";
        let text = Statement::from_string(sea_orm::DbBackend::Sqlite, text);
        database.write().transact(text).await.unwrap_err();
        assert_eq!(number(database.read(), "SELECT count(*) FROM numbers").await, 0);
        begun(&database).await.commit().await.unwrap();
    }
}
