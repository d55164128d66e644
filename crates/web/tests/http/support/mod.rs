//! What the tests have in common.

mod answer;
mod call;
mod document;
mod events;
mod fakes;
mod socket;
mod stalled;
mod world;

pub(crate) use self::{
    answer::{Answer, next, status_of},
    call::Call,
    document::{Document, Operation, type_of, types},
    events::Events,
    fakes::{claims, token},
    socket::{Frame, Socket},
    stalled::Stalled,
    world::{ACCESS_TTL, BODY_LIMIT, ORIGIN, PASSWORD, Person, REFRESH_TTL, STREAMS, World},
};

/// Every scope.
pub(crate) const SCOPES: [&str; 3] = ["tasks:read", "tasks:write", "account:read"];

/// Ids that nothing has.
pub(crate) const NOBODY: &str = "0192f0c1-0000-7000-8000-000000000000";
pub(crate) const NOTHING: &str = "0192f0c1-ffff-7fff-bfff-ffffffffffff";
