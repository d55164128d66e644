//! Accounts and sessions.

mod authenticate;
mod login;
mod logout;
mod me;
mod register;

use std::{sync::Arc, time::Duration};

pub use self::{
    authenticate::Authenticated,
    login::{Login, Tokens},
    register::Register,
};
use crate::ports::{AccessTokens, Clock, IdGenerator, OpaqueTokens, PasswordHasher, SessionStore, UserStore};

/// The use cases around accounts and sessions, one file each.
#[derive(Clone)]
pub struct Identity {
    ports: IdentityPorts,
    policy: IdentityPolicy,
}

/// What [`Identity`] needs.
#[derive(Clone)]
pub struct IdentityPorts {
    /// Keeps accounts.
    pub users: Arc<dyn UserStore>,
    /// Keeps sessions.
    pub sessions: Arc<dyn SessionStore>,
    /// Hashes passwords.
    pub passwords: Arc<dyn PasswordHasher>,
    /// Signs and checks access tokens.
    pub access_tokens: Arc<dyn AccessTokens>,
    /// Makes refresh tokens.
    pub opaque_tokens: Arc<dyn OpaqueTokens>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Makes ids.
    pub ids: Arc<dyn IdGenerator>,
}

/// What the operator decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdentityPolicy {
    /// How long an access token works.
    pub access_ttl: Duration,
    /// How long a session lasts.
    pub refresh_ttl: Duration,
    /// Whether anybody may make an account.
    pub registration: bool,
}

impl Identity {
    /// The use cases over these ports.
    #[must_use]
    pub fn new(ports: IdentityPorts, policy: IdentityPolicy) -> Self {
        Self { ports, policy }
    }
}
