use std::{fmt, sync::Arc, time::Duration};

use sea_orm::{DatabaseConnection, DbBackend};

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

/// Is told of every statement, by the task that waits for it.
#[derive(Clone)]
pub(super) struct StatementWatch(Arc<dyn Fn(&StatementRun<'_>) + Send + Sync>);

impl StatementWatch {
    pub(super) fn new(watch: impl Fn(&StatementRun<'_>) + Send + Sync + 'static) -> Self {
        Self(Arc::new(watch))
    }

    /// From now on it is told of what runs there.
    pub(super) fn over(&self, connection: &mut DatabaseConnection) {
        let watch = self.clone();
        let backend = connection.get_database_backend();
        connection.set_metric_callback(move |info| {
            watch.tell(backend, &info.statement.sql, info.elapsed, info.failed);
        });
    }

    pub(super) fn tell(&self, backend: DbBackend, sql: &str, elapsed: Duration, failed: bool) {
        let Self(watch) = self;
        watch(&StatementRun {
            system: match backend {
                DbBackend::Postgres => "postgresql",
                _ => "sqlite",
            },
            sql,
            elapsed,
            failed,
        });
    }
}

impl fmt::Debug for StatementWatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StatementWatch(…)")
    }
}
