#![doc = include_str!("../README.md")]

mod actor;
pub mod administration;
mod audit;
mod error;
pub mod identity;
pub mod jobs;
pub mod ports;
mod read_only;
pub mod tasks;

pub use actor::{Actor, user_is};
pub use administration::Administration;
pub use error::{Error, ErrorCode, Exceeded, Limit, told};
pub use identity::Identity;
pub use jobs::Jobs;
pub use tasks::Tasks;
