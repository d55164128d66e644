//! What is kept in the database.

mod api_tokens;
mod audit;
mod jobs;
mod purge;
mod seen;
mod sessions;
mod shared_limits;
mod tasks;
mod users;

pub use self::{
    api_tokens::SqlApiTokenStore,
    audit::SqlAuditTrail,
    jobs::SqlJobStore,
    seen::{AccountChanges, Seen},
    sessions::SqlSessionStore,
    shared_limits::SqlSharedLimits,
    tasks::SqlTaskStore,
    users::SqlUserStore,
};

pub(crate) use self::tasks::reindex;

use std::net::IpAddr;

use taskwell_application::ports::StoreError;
use taskwell_domain::{Seq, UserId};

/// How much of a user's own a store lists that knows no pages.
const MAX_LISTED: u64 = 1_000;

/// How many things one statement asks for by their ids.
pub(crate) const ASKED_AT_ONCE: usize = 500;

/// A stored value that the domain would not have let in.
fn corrupt(column: &str, what: impl std::fmt::Display) -> StoreError {
    StoreError::Corrupt(format!("{column}: {what}"))
}

/// The number as the databases keep it. One beyond their range comes from outside and stands for a number
/// that no log has reached.
fn to_stored(seq: Seq) -> i64 {
    i64::try_from(seq.get()).unwrap_or(i64::MAX)
}

pub(crate) fn from_stored(column: &str, number: i64) -> Result<Seq, StoreError> {
    u64::try_from(number)
        .map(Seq::from)
        .map_err(|error| corrupt(column, error))
}

pub(crate) fn user_id(column: &str, text: &str) -> Result<UserId, StoreError> {
    UserId::parse(text).map_err(|fault| corrupt(column, fault))
}

fn address(column: &str, text: Option<&str>) -> Result<Option<IpAddr>, StoreError> {
    text.map(str::parse)
        .transpose()
        .map_err(|error| corrupt(column, error))
}
