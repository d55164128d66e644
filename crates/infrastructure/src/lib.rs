//! The adapters behind the ports of [`taskwell_application`]: accounts, sessions and tasks in SQLite or
//! PostgreSQL, Argon2id, JWT, the system's clock and randomness.
//!
//! ```no_run
//! use std::sync::Arc;
//! use taskwell_application::Tasks;
//! use taskwell_infrastructure::{Database, DatabaseOptions, SqlTaskStore, SystemClock, UuidV7Ids};
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let database = Database::connect(&DatabaseOptions::new("sqlite://data/taskwell.db")).await?;
//! database.migrate().await?;
//! let store = SqlTaskStore::new(database.clone());
//! let tasks = Tasks::new(Arc::new(store), Arc::new(SystemClock), Arc::new(UuidV7Ids));
//! # Ok(())
//! # }
//! ```
//!
//! With the feature `testing`, the module of that name makes throw-away databases of both kinds.

mod access_tokens;
mod change_signals;
mod clock;
mod database;
mod entities;
mod frugal_argon2;
mod ids;
mod jwt;
mod kept_secret;
mod opaque_tokens;
mod outside_tokens;
mod password_hasher;
mod private_files;
mod request_limit;
mod signing_keys;
mod stores;
#[cfg(feature = "testing")]
pub mod testing;
mod tickets;
mod verified;

pub use access_tokens::JwtAccessTokens;
pub use change_signals::DatabaseSignals;
pub use clock::SystemClock;
pub use database::{
    AddressError, ConnectError, Connections, CopyError, Database, DatabaseAddress, DatabaseObserver,
    DatabaseOptions, Migration, StatementRun, back_up, restore,
};
pub use ids::UuidV7Ids;
pub use kept_secret::{KeptSecretError, kept_secret, new_secret};
pub use opaque_tokens::RandomTokens;
pub use outside_tokens::{
    AdminRoles, KeySetFetches, OutsideIssuer, OutsideIssuers, OutsideIssuersError, OutsideKeys,
};
pub use password_hasher::{Argon2Hasher, PasswordQueue};
pub use request_limit::RequestLimits;
pub use signing_keys::{SigningKeyError, SigningKeys};
pub use stores::{
    AccountChanges, Seen, SqlApiTokenStore, SqlAuditTrail, SqlJobStore, SqlSessionStore, SqlSharedLimits,
    SqlTaskStore, SqlUserStore,
};
pub use tickets::JwtTickets;
