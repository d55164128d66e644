#![doc = include_str!("../README.md")]

mod change;
mod cursor;
pub mod field;
mod given;
pub mod json;
pub mod listing;
pub mod log;
pub mod operations;
pub mod paging;
pub mod parameter;
pub mod received;
mod refusal;
mod sent_back;
mod sort_word;
mod task;
pub mod task_fields;

pub use change::{ChangeActorBody, ChangeBody};
pub use cursor::{CursorKey, encode as encode_cursor};
pub use field::{Field, ListField};
pub use given::{Body, Given};
pub use parameter::Parameter;
pub use refusal::{Refusal, Told, ValueProblem};
pub use task::TaskBody;
