//! What is kept in the database.

mod cached_sessions;
mod sessions;
mod tasks;
mod users;

pub use self::{
    cached_sessions::{CachedSessions, SessionCache},
    sessions::SqlSessionStore,
    tasks::SqlTaskStore,
    users::SqlUserStore,
};

use taskwell_application::ports::StoreError;
use taskwell_domain::Seq;

/// A stored value that the domain would not have let in.
fn corrupt(column: &str, what: impl std::fmt::Display) -> StoreError {
    StoreError::Corrupt(format!("{column}: {what}"))
}

/// The number as the databases keep it. One beyond their range comes from outside and stands for a number
/// that no log has reached.
fn to_stored(seq: Seq) -> i64 {
    i64::try_from(seq.get()).unwrap_or(i64::MAX)
}

fn from_stored(column: &str, number: i64) -> Result<Seq, StoreError> {
    u64::try_from(number)
        .map(Seq::from)
        .map_err(|error| corrupt(column, error))
}
