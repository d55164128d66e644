//! The tools, asked by the SDK's own client over a pipe in this process; the storage is in memory.

#![expect(clippy::unwrap_used, reason = "a helper that cannot go on fails its test")]

mod world;

mod arguments;
mod dry_run;
mod every_tool;
mod lines;
mod listing;
mod own_changes;
mod protocol;
mod writing;
