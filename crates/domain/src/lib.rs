#![doc = include_str!("../README.md")]

mod api_token;
mod audit;
mod calendar;
mod case;
mod change;
mod client;
mod clock_change;
mod fault;
mod grant;
mod id;
mod quota;
mod session;
mod task;
mod text;
mod time;
mod user;
mod words;

pub use api_token::{ApiToken, ApiTokenId, TokenName};
pub use audit::{AuditAction, AuditEntry, AuditId};
pub use calendar::{Date, TimeOfDay, TimeZone};
pub use case::fold_case;
pub use change::{
    ActorKind, Base, BatchId, Change, ChangeActor, ChangeKind, Origin, RequestId, Seq, TaskChange,
};
pub use client::Client;
pub use clock_change::ClockChange;
pub use fault::{Fault, FaultCode, FieldFault};
pub use grant::{Grant, Scope, Scopes};
pub use quota::{Allowance, Quota};
pub use session::{RefreshUse, Renewal, Session, SessionId};
pub use task::{
    Completion, Description, Due, ImportedTask, NewTask, Occurrence, Place, Position, Priority, Recurrence,
    Series, Tag, Tags, Task, TaskEdit, TaskId, Title,
};
pub use time::{InvalidTimestamp, Timestamp};
pub use user::{
    AccountChange, CLOCK_LEEWAY, Email, Issuer, NewPassword, Password, Revocation, Role, User, UserId,
};
