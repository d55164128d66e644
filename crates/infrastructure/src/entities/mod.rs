//! The rows of the tables. Nothing here is checked; the stores turn rows into what the domain knows.

pub(crate) mod answers;
pub(crate) mod api_tokens;
pub(crate) mod audit;
pub(crate) mod changes;
pub(crate) mod jobs;
pub(crate) mod rate_limits;
pub(crate) mod refresh_tokens;
pub(crate) mod sessions;
pub(crate) mod tasks;
pub(crate) mod users;
