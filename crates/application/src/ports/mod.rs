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
mod clock;
mod health;
mod id_generator;
mod opaque_tokens;
mod password_hasher;
mod session_store;
mod store_error;
mod task_store;
mod user_store;

pub use access_tokens::{AccessClaims, AccessTokens, InvalidToken};
pub use clock::Clock;
pub use health::Health;
pub use id_generator::IdGenerator;
pub use opaque_tokens::{OpaqueToken, OpaqueTokens, TokenHash};
pub use password_hasher::{HashingError, PasswordHash, PasswordHasher};
pub use session_store::SessionStore;
pub use store_error::{Constraint, StoreError};
pub use task_store::{Page, Position, Sort, Start, TaskFilter, TaskQuery, TaskStore};
pub use user_store::{Credentials, UserStore};

#[cfg(feature = "mocks")]
pub use self::{
    access_tokens::MockAccessTokens, clock::MockClock, health::MockHealth, id_generator::MockIdGenerator,
    opaque_tokens::MockOpaqueTokens, password_hasher::MockPasswordHasher, session_store::MockSessionStore,
    task_store::MockTaskStore, user_store::MockUserStore,
};
