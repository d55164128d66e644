#![doc = include_str!("../README.md")]

mod ambient;
mod memory;

pub use ambient::{RandomIds, SystemClock};
pub use memory::MemoryStorage;
