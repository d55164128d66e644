//! What happened to the caller's tasks.

pub(crate) mod latest;
pub(crate) mod list;
pub(crate) mod stream;
pub(crate) mod ticket;
pub(crate) mod undo;
