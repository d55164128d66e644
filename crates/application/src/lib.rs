#![doc = include_str!("../README.md")]

mod actor;
mod error;
pub mod identity;
pub mod ports;
pub mod tasks;

pub use actor::Actor;
pub use error::{Error, ErrorCode, FieldFault};
pub use identity::Identity;
pub use tasks::Tasks;
