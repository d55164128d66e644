//! The real binary on both databases, used as a client uses it: through HTTP, signals and exit codes.
#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed"
)]

mod client;
mod database;
mod proxy;
mod server;

mod budget;
mod commands;
mod everyday;
mod limits;
mod outage;
mod readme;
mod several_servers;
mod stopping;

/// Runs one test on a SQLite file and on PostgreSQL, each time on a database of its own.
macro_rules! on_both_databases {
    ($($(#[$attribute:meta])* async fn $name:ident($database:ident: $kind:ty) $body:block)+) => {
        $(mod $name {
            use super::*;

            async fn on($database: $kind) $body

            #[tokio::test(flavor = "multi_thread")]
            async fn sqlite() {
                on($crate::database::TestDatabase::empty_sqlite().await).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn postgres() {
                on($crate::database::TestDatabase::empty_postgres().await).await;
            }
        })+
    };
}

pub(crate) use on_both_databases;
