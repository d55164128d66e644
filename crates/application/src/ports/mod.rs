//! What the use cases need from the outside, as object-safe traits.
//!
//! How to write an adapter:
//!
//! - A method is one atomic operation: it happens as a whole or not at all. No transaction crosses a port.
//! - `find_*` answers `None` for what is not there. The owner of a thing is an argument that cannot be left
//!   out, and what belongs to somebody else is not there.
//! - The time and new ids are arguments, or come from [`Clock`] and [`IdGenerator`]; an adapter reads no clock.
//! - An outcome that a rule can react to is a variant of its own in [`StoreError`]; everything else is
//!   [`StoreError::Unavailable`] if the same call may do later, else [`StoreError::Internal`].
//! - The crate `taskwell-contract` tests all of this: run its macro over the adapter.
//!
//! With the feature `mocks`, every port has a `Mock…` made by mockall.

mod access_tokens;
mod api_token_store;
mod audit_trail;
mod change_signals;
mod clock;
mod health;
mod id_generator;
mod job_store;
mod limits;
mod opaque_tokens;
mod outside_tokens;
mod password_hasher;
mod session_store;
mod store_error;
mod task_store;
mod tickets;
mod user_store;

pub use access_tokens::{AccessClaims, AccessTokens, InvalidToken, PublicKey};
pub use api_token_store::{ApiTokenStore, HeldApiToken, Login};
pub use audit_trail::{AuditPage, AuditQuery, AuditTrail};
pub use change_signals::{ChangeSignal, ChangeSignals};
pub use clock::Clock;
pub use health::Health;
pub use id_generator::IdGenerator;
pub use job_store::{Job, JobRun, JobStore, NewRun, RunEnd};
pub use limits::{RequestLimit, SharedLimits};
pub use opaque_tokens::{OpaqueKind, OpaqueToken, OpaqueTokens, TokenHash};
pub use outside_tokens::{OutsideClaims, OutsideRefusal, OutsideTokens};
pub use password_hasher::{HashingError, PasswordHash, PasswordHasher};
pub use session_store::{HeldSession, RefreshToken, SessionStore};
pub use store_error::{Constraint, StoreError};
pub use task_store::{
    AnsweredTask, KeptAnswer, LogPage, Mark, Neighbours, NewAnswer, Page, Recording, Side, Sort, SortKey,
    SortValue, Start, TaskFilter, TaskQuery, TaskStore,
};
pub use tickets::{TicketClaims, Tickets};
pub use user_store::{Credentials, UserPage, UserPosition, UserQuery, UserStore};

#[cfg(feature = "mocks")]
pub use self::{
    access_tokens::MockAccessTokens,
    api_token_store::MockApiTokenStore,
    audit_trail::MockAuditTrail,
    change_signals::{MockChangeSignal, MockChangeSignals},
    clock::MockClock,
    health::MockHealth,
    id_generator::MockIdGenerator,
    job_store::MockJobStore,
    limits::{MockRequestLimit, MockSharedLimits},
    opaque_tokens::MockOpaqueTokens,
    outside_tokens::MockOutsideTokens,
    password_hasher::MockPasswordHasher,
    session_store::MockSessionStore,
    task_store::MockTaskStore,
    tickets::MockTickets,
    user_store::MockUserStore,
};
