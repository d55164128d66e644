//! The door for assistants.

pub(crate) mod exchange;
pub(crate) mod metadata;

/// Where it is.
pub(crate) const PATH: &str = "/mcp";
