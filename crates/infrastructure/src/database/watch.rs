use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use sea_orm::{DbBackend, DbErr, Statement};

/// A statement that has been run.
#[derive(Clone, Copy, Debug)]
pub struct StatementRun<'a> {
    /// What the database is: `postgresql` or `sqlite`.
    pub system: &'static str,
    /// Its text, in which placeholders stand for all values.
    pub sql: &'a str,
    /// How long it took on its connection; to get one is not part of it.
    pub elapsed: Duration,
    /// Whether it was answered with an error, which may well be what was to be found out.
    pub failed: bool,
}

/// Is told what happens with the database, by the task that waits for it.
pub trait DatabaseObserver: Send + Sync {
    /// A statement of a store, or a `COMMIT`, was run. What begins a transaction is left out.
    fn statement(&self, run: &StatementRun<'_>);

    /// It took this long until there was a connection.
    fn connection(&self, waited: Duration);
}

/// An observer of a database.
#[derive(Clone)]
pub(super) struct Watch(Arc<dyn DatabaseObserver>);

impl Watch {
    pub(super) fn new(observer: impl DatabaseObserver + 'static) -> Self {
        Self(Arc::new(observer))
    }

    pub(super) fn tell(&self, backend: DbBackend, sql: &str, elapsed: Duration, failed: bool) {
        self.0.statement(&StatementRun {
            system: match backend {
                DbBackend::Postgres => "postgresql",
                _ => "sqlite",
            },
            sql,
            elapsed,
            failed,
        });
    }

    pub(super) fn waited(&self, waited: Duration) {
        self.0.connection(waited);
    }
}

/// Runs the statement, and tells of it if somebody wants to know.
pub(super) async fn told<T, F>(
    watch: Option<&Watch>,
    statement: Statement,
    run: impl FnOnce(Statement) -> F,
) -> Result<T, DbErr>
where
    F: Future<Output = Result<T, DbErr>>,
{
    let Some(watch) = watch else {
        return run(statement).await;
    };
    let (backend, sql, begun) = (statement.db_backend, statement.sql.clone(), Instant::now());
    let answer = run(statement).await;
    watch.tell(backend, &sql, begun.elapsed(), answer.is_err());
    answer
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Watch(…)")
    }
}
