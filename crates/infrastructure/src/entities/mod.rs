//! The rows of the tables. Nothing here is checked; the stores turn rows into what the domain knows.

pub(crate) mod changes;
pub(crate) mod sessions;
pub(crate) mod tasks;
pub(crate) mod users;
