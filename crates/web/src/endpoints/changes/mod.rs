//! What happened to the caller's tasks.

pub(crate) mod latest;
pub(crate) mod list;
pub(crate) mod undo;
