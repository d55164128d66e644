#![doc = include_str!("../README.md")]

mod change;
mod fault;
mod id;
mod session;
mod task;
mod text;
mod time;
mod user;
mod words;

pub use change::{ActorKind, Change, ChangeActor, ChangeKind, Origin, RequestId, Seq, TaskChange};
pub use fault::{Fault, FaultCode};
pub use session::{Session, SessionId};
pub use task::{Completion, Description, NewTask, Task, TaskEdit, TaskId, Title};
pub use time::{InvalidTimestamp, Timestamp};
pub use user::{Email, NewPassword, Password, Role, User, UserId};
