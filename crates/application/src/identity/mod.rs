//! Accounts, sessions and tokens, as their owners use them.

mod admit;
mod api_tokens;
mod authenticate;
mod clean_up;
mod footing;
mod limits;
mod login;
mod logout;
mod me;
mod password;
mod public_keys;
mod refresh;
mod register;
mod sessions;
mod ticket;
mod tokens;

use std::{sync::Arc, time::Duration};

pub use self::{
    api_tokens::{CreateApiToken, CreatedApiToken},
    authenticate::{Authenticated, Door},
    clean_up::CleanedUp,
    footing::Footing,
    limits::TryLimits,
    login::Login,
    password::ChangePassword,
    refresh::Refresh,
    register::Register,
    ticket::Ticket,
    tokens::Tokens,
};
use crate::ports::{
    AccessTokens, ApiTokenStore, AuditTrail, Clock, IdGenerator, OpaqueTokens, OutsideTokens, PasswordHasher,
    SessionStore, SharedLimits, Tickets, UserStore,
};

/// The use cases around accounts and sessions, one file each.
#[derive(Clone)]
pub struct Identity {
    ports: IdentityPorts,
    policy: IdentityPolicy,
}

/// What [`Identity`] and [`Administration`](crate::Administration) need.
#[derive(Clone)]
pub struct IdentityPorts {
    /// Keeps accounts.
    pub users: Arc<dyn UserStore>,
    /// Keeps sessions.
    pub sessions: Arc<dyn SessionStore>,
    /// Keeps tokens for programs.
    pub api_tokens: Arc<dyn ApiTokenStore>,
    /// Keeps the audit trail.
    pub audit: Arc<dyn AuditTrail>,
    /// Counts tries.
    pub limits: Arc<dyn SharedLimits>,
    /// Hashes passwords.
    pub passwords: Arc<dyn PasswordHasher>,
    /// Signs and checks access tokens.
    pub access_tokens: Arc<dyn AccessTokens>,
    /// Checks access tokens of other issuers.
    pub outside_tokens: Arc<dyn OutsideTokens>,
    /// Makes refresh tokens and tokens for programs.
    pub opaque_tokens: Arc<dyn OpaqueTokens>,
    /// Signs and checks tickets for streams.
    pub tickets: Arc<dyn Tickets>,
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
    /// How long a session lasts that is not renewed.
    pub refresh_ttl: Duration,
    /// Whether anybody may make an account.
    pub registration: bool,
    /// How often somebody may try; `None` is without limits.
    pub limits: Option<TryLimits>,
}

impl Identity {
    /// The use cases over these ports.
    #[must_use]
    pub fn new(ports: IdentityPorts, policy: IdentityPolicy) -> Self {
        Self { ports, policy }
    }
}
