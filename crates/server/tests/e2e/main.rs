//! The real binary on both databases, used as a client uses it: through HTTP, signals and exit codes.
#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed"
)]

mod assistant;
mod authority;
mod client;
mod cluster;
mod collector;
mod command;
mod configured_cluster;
mod database;
mod events;
mod exports;
mod issuer;
mod keys;
mod pgbouncer;
mod proxy;
mod raw;
mod scrape;
mod server;

mod api_tokens;
mod assistants;
mod assistants_doc;
mod backup;
mod bad_tokens;
mod better_auth;
mod budget;
mod commands;
mod deploy;
mod doctor;
mod dump;
mod everyday;
mod faults;
mod frontend_doc;
mod hostile;
mod housekeeping;
mod https;
mod idempotency;
mod issuers;
mod last_admin;
mod limits;
mod login_storm;
mod logs;
mod mcp_clients;
mod mcp_command;
mod metrics;
mod operations_doc;
mod outage;
mod pooler;
mod postgres_tls;
mod readme;
mod realtime_doc;
mod reminders;
mod request_limits;
mod sessions;
mod several_servers;
mod signing;
mod spread;
mod stopping;
mod streams;
mod sync;
mod tasks;
mod tasks_doc;
mod traces;
mod user_commands;

/// Runs one test on a SQLite file and on PostgreSQL, each time on a database of its own.
macro_rules! on_both_databases {
    ($($(#[$attribute:meta])* async fn $name:ident($database:ident: $kind:ty) $body:block)+) => {
        $(pub(crate) mod $name {
            use super::*;

            pub(crate) async fn on($database: $kind) $body

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
