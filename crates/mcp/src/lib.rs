#![doc = include_str!("../README.md")]

mod arguments;
mod assistant;
mod caller;
mod lines;
mod parameters;
mod problem;
mod schema;
mod tool;
mod tools;
mod transport;

pub use assistant::Assistant;
pub use caller::Caller;
pub use transport::{Broken, converse, exchange};
