use std::{fmt, time::Duration};

use deadpool::{
    Status,
    managed::{self, Metrics, Object, PoolError, QueueMode, RecycleError, RecycleResult},
};
use sea_orm::{DbBackend, DbErr, RuntimeErr, error::ConnAcquireErr};
use tokio::time::{sleep, timeout};

use super::{driver::DriverOptions, error::is_unavailable, live::Live};

/// Firewalls and servers drop connections that nobody uses; after this long one is tried before it is used.
/// To try each time would be a round trip for every request.
pub(crate) const TRIED_AFTER_IDLE: Duration = Duration::from_secs(30);

/// So that connections move to a server that was added, or a role's new rights are in force, some time.
const MAX_AGE: Duration = Duration::from_secs(30 * 60);

/// Between two attempts to connect to a server that is starting.
const PAUSE: Duration = Duration::from_millis(50);

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
            Ok(Ok(lent)) => Ok(lent),
            Ok(Err(PoolError::Backend(error))) => Err(DbErr::Conn(RuntimeErr::SqlxError(error.into()))),
            Ok(Err(PoolError::Closed)) => Err(DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed)),
            // The others cannot be: it waits without a limit of its own.
            Ok(Err(_)) | Err(_) => Err(DbErr::ConnectionAcquire(ConnAcquireErr::Timeout)),
        }
    }

    /// Closes the connections that nobody uses, and the others as soon as they come back.
    pub(super) async fn close(&self) {
        let idle = self.pool.retain(|_, _| false).removed;
        self.pool.close();
        for connection in idle {
            if let Err(error) = connection.close().await {
                tracing::warn!(%error, "closing the database failed");
            }
        }
    }

    /// How its connections are used at the moment.
    pub(super) fn status(&self) -> Status {
        self.pool.status()
    }

    /// The same pool for those who only look at it, and who should not keep it open.
    pub(super) fn weak(&self) -> WeakPool {
        WeakPool(self.pool.weak())
    }
}

/// A connection until it is dropped.
pub(super) type Lent = Object<Opener>;

/// A pool as long as somebody uses it.
pub(super) struct WeakPool(managed::WeakPool<Opener>);

impl fmt::Debug for WeakPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("WeakPool").field(&self.status()).finish()
    }
}

impl WeakPool {
    /// How its connections are used, if it is still there.
    pub(super) fn status(&self) -> Option<Status> {
        self.0.upgrade().map(|pool| pool.status())
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

/// Opens connections, and says which can be used once more.
pub(super) struct Opener(DriverOptions);

impl managed::Manager for Opener {
    type Type = Live;
    type Error = sqlx::Error;

    /// Until it succeeds, or whoever waits for it gives up: a server that is started anew is soon there.
    async fn create(&self) -> sqlx::Result<Live> {
        loop {
            match self.0.connect().await {
                Err(error) if is_unavailable(&error) => sleep(PAUSE).await,
                connected => return connected.map(Live::new),
            }
        }
    }

    async fn recycle(&self, connection: &mut Live, used: &Metrics) -> RecycleResult<sqlx::Error> {
        let useless = |error: DbErr| RecycleError::message(error.to_string());
        connection.settle().await.map_err(useless)?;
        if self.0.backend() == DbBackend::Sqlite {
            return Ok(());
        }
        if used.age() > MAX_AGE {
            return Err(RecycleError::message("it is old"));
        }
        if used.last_used() >= TRIED_AFTER_IDLE {
            connection.ping().await.map_err(useless)?;
        }
        Ok(())
    }
}
