//! The database schema of Taskwell, the same for SQLite and PostgreSQL.
//!
//! Every table but `users` names its owner in its key, and goes when the owner goes (`changes` on PostgreSQL by a
//! trigger, the others by a foreign key); except `audit`, which
//! outlives whom it is about, `rate_limits`, which counts tries of anybody, and `jobs`, which are the servers' own. All values come from the
//! program, times included: SQLite keeps times as text, which sorts rightly only if one hand writes it.

mod m20261121_000001_initial;
mod m20261122_000001_identity;
mod m20261122_000002_tasks;
mod m20261122_000003_completion;
mod m20261122_000004_jobs;
mod m20261122_000005_log;

use sea_orm_migration::MigrationTrait;
pub use sea_orm_migration::{MigrationStatus, MigratorTrait};

/// The migrations, in order.
#[derive(Clone, Copy, Debug)]
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261121_000001_initial::Migration),
            Box::new(m20261122_000001_identity::Migration),
            Box::new(m20261122_000002_tasks::Migration),
            Box::new(m20261122_000003_completion::Migration),
            Box::new(m20261122_000004_jobs::Migration),
            Box::new(m20261122_000005_log::Migration),
        ]
    }
}
