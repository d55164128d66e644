//! What happened to the caller's tasks.

pub(crate) mod latest;
pub(crate) mod list;
pub(crate) mod stream;
pub(crate) mod ticket;
pub(crate) mod undo;

/// The greatest number that every database can count to.
const MAX_SEQ: u64 = i64::MAX.unsigned_abs();
