//! Who may make a call. The access that a handler needs stands in its signature.
//!
//! Whatever it is, callers are looked at in the same order: whether the token is good, whether its user has not
//! asked too often, whether the address names that user, and last what the token opens. So who calls at somebody
//! else's address hears of that (`user_mismatch`) and not of a scope that would not help there.

mod bearer;
mod origin;

use std::marker::PhantomData;

use actix_web::{HttpMessage, HttpRequest};
use percent_encoding::percent_decode_str;
use taskwell_application::{
    Actor, Error, ErrorCode,
    administration::Administrator,
    identity::{Authenticated, Footing},
    user_is,
};
use taskwell_domain::{RequestId, Scope, UserId};

use crate::{
    client, endpoints::assistants::metadata, input::query_value, problem::Failure, rate_limit,
    services::Services,
};

/// A kind of access, and the proof that a caller has it.
pub(crate) trait Access: Sized {
    /// What a token must open.
    const NEEDS: Needs;

    /// What can be wrong with the caller.
    const FAILS: &'static [ErrorCode];

    /// Lets the caller in, or says why not.
    async fn enter(request: &HttpRequest, services: &Services) -> Result<Self, Failure>;

    /// Whose memory it takes to receive something large; nobody has, where nothing large is received.
    fn user(&self) -> Option<&UserId> {
        None
    }
}

/// What a token must open for an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Needs {
    /// No token is needed.
    Nothing,
    /// One that covers the scope: of somebody logged in, or for programs.
    Scope(Scope),
    /// One of somebody logged in.
    Login,
    /// One of somebody logged in who is an admin.
    Admin,
}

/// What can be wrong with a caller wherever a token is needed.
const OF_CALLERS: &[ErrorCode] = &[
    ErrorCode::Unauthenticated,
    ErrorCode::TokenExpired,
    ErrorCode::SessionRevoked,
    ErrorCode::AccountDisabled,
    ErrorCode::Forbidden,
    ErrorCode::InsufficientScope,
    ErrorCode::RateLimited,
];

/// The same where the address names the user.
const OF_OWNERS: &[ErrorCode] = &[
    ErrorCode::Unauthenticated,
    ErrorCode::TokenExpired,
    ErrorCode::SessionRevoked,
    ErrorCode::AccountDisabled,
    ErrorCode::Forbidden,
    ErrorCode::InsufficientScope,
    ErrorCode::RateLimited,
    ErrorCode::UserMismatch,
];

/// Anybody.
pub(crate) struct Public;

impl Access for Public {
    const NEEDS: Needs = Needs::Nothing;
    const FAILS: &'static [ErrorCode] = &[];

    async fn enter(_: &HttpRequest, _: &Services) -> Result<Self, Failure> {
        Ok(Self)
    }
}

/// Somebody who is logged in, for what is about the account.
pub(crate) struct Account(pub(crate) Authenticated);

impl Access for Account {
    const NEEDS: Needs = Needs::Login;
    const FAILS: &'static [ErrorCode] = OF_CALLERS;

    async fn enter(request: &HttpRequest, services: &Services) -> Result<Self, Failure> {
        let caller = caller(request, services).await?;
        caller.require_login()?;
        Ok(Self(caller))
    }
}

/// Somebody with a token that covers the scope `S`, for what is about the account.
pub(crate) struct Scoped<S> {
    pub(crate) caller: Authenticated,
    scope: PhantomData<S>,
}

impl<S: RequiredScope> Access for Scoped<S> {
    const NEEDS: Needs = Needs::Scope(S::SCOPE);
    const FAILS: &'static [ErrorCode] = OF_CALLERS;

    async fn enter(request: &HttpRequest, services: &Services) -> Result<Self, Failure> {
        let caller = caller(request, services).await?;
        caller.require(S::SCOPE)?;
        Ok(Self {
            caller,
            scope: PhantomData,
        })
    }
}

/// Somebody with a token that covers the scope `S`, who is the user that the address names, for what belongs to
/// that user.
pub(crate) struct Owner<S> {
    pub(crate) actor: Actor,
    pub(crate) footing: Footing,
    scope: PhantomData<S>,
}

impl<S: RequiredScope> Access for Owner<S> {
    const NEEDS: Needs = Needs::Scope(S::SCOPE);
    const FAILS: &'static [ErrorCode] = OF_OWNERS;

    async fn enter(request: &HttpRequest, services: &Services) -> Result<Self, Failure> {
        let caller = caller(request, services).await?;
        address_means(request, &caller.actor.user_id)?;
        caller.require(S::SCOPE)?;
        Ok(Self {
            footing: caller.footing(),
            actor: caller.actor,
            scope: PhantomData,
        })
    }

    fn user(&self) -> Option<&UserId> {
        Some(&self.actor.user_id)
    }
}

/// # Errors
/// [`Error::UserMismatch`] if the address names somebody else; without a user id it means the caller.
fn address_means(request: &HttpRequest, user: &UserId) -> Result<(), Error> {
    match request.match_info().get("user_id") {
        // The router leaves what would change the parts of an address as it is: `%`, `/` and `+`.
        Some(named) => user_is(user, &percent_decode_str(named).decode_utf8_lossy()),
        None => Ok(()),
    }
}

/// Who may follow the changes of the user that the address names: that user with a token that covers reading, or
/// whoever was given a ticket for one.
pub(crate) struct Follower(pub(crate) Footing);

/// The parameter that a ticket stands in.
pub(crate) const TICKET: &str = "ticket";

impl Access for Follower {
    const NEEDS: Needs = Needs::Scope(TasksRead::SCOPE);
    const FAILS: &'static [ErrorCode] = OF_OWNERS;

    async fn enter(request: &HttpRequest, services: &Services) -> Result<Self, Failure> {
        let ticket = query_value(request.query_string(), TICKET);
        let Some(ticket) = ticket.filter(|_| !sends_token(request)) else {
            let owner = Owner::<TasksRead>::enter(request, services).await?;
            return Ok(Self(owner.footing));
        };
        let footing = services.identity.by_ticket(&ticket).await?;
        is_of(request, &footing.user_id);
        rate_limit::count(request, services, &footing.user_id)?;
        address_means(request, &footing.user_id)?;
        Ok(Self(footing))
    }
}

/// Somebody who is logged in as an admin.
pub(crate) struct Admin(pub(crate) Administrator);

impl Access for Admin {
    const NEEDS: Needs = Needs::Admin;
    const FAILS: &'static [ErrorCode] = OF_CALLERS;

    async fn enter(request: &HttpRequest, services: &Services) -> Result<Self, Failure> {
        let caller = caller(request, services).await?;
        Ok(Self(caller.require_admin()?.at(client::of(request))))
    }
}

/// An assistant of somebody whose token opens tasks, to read or to write: which of its tools, each of them says.
pub(crate) struct Assistant(pub(crate) Authenticated);

impl Access for Assistant {
    const NEEDS: Needs = Needs::Scope(Scope::TasksRead);
    const FAILS: &'static [ErrorCode] = OF_CALLERS;

    async fn enter(request: &HttpRequest, services: &Services) -> Result<Self, Failure> {
        metadata::announce(request);
        origin::check(request)?;
        let caller = caller(request, services).await?;
        caller.require_tasks()?;
        Ok(Self(caller))
    }

    fn user(&self) -> Option<&UserId> {
        Some(&self.0.actor.user_id)
    }
}

/// A scope in a signature.
pub(crate) trait RequiredScope {
    const SCOPE: Scope;
}

pub(crate) enum TasksRead {}
pub(crate) enum TasksWrite {}
pub(crate) enum AccountRead {}

impl RequiredScope for TasksRead {
    const SCOPE: Scope = Scope::TasksRead;
}

impl RequiredScope for TasksWrite {
    const SCOPE: Scope = Scope::TasksWrite;
}

impl RequiredScope for AccountRead {
    const SCOPE: Scope = Scope::AccountRead;
}

/// That a request was asked for its token.
struct Asked;

/// Whose request it is.
pub(crate) struct Caller(pub(crate) UserId);

/// Whether the request has any token, good or bad.
pub(crate) fn sends_token(request: &HttpRequest) -> bool {
    bearer::is_sent(request)
}

/// Whether the request was asked for its token and sent one, good or bad.
pub(crate) fn was_shown_token(request: &HttpRequest) -> bool {
    request.extensions().contains::<Asked>() && bearer::is_sent(request)
}

/// Notes for the log whose request it is.
fn is_of(request: &HttpRequest, user: &UserId) {
    request.extensions_mut().insert(Caller(user.clone()));
}

/// Who calls, counted against the limit of that user's requests.
async fn caller(request: &HttpRequest, services: &Services) -> Result<Authenticated, Failure> {
    request.extensions_mut().insert(Asked);
    let request_id = request.extensions().get::<RequestId>().cloned();
    let request_id = request_id.unwrap_or_else(|| services.ids.request_id());
    let token = bearer::token(request).ok_or(Error::Unauthenticated)?;
    let client = || client::of(request);
    let caller = services.identity.authenticate(token, client, request_id).await?;
    is_of(request, &caller.actor.user_id);
    rate_limit::count(request, services, &caller.actor.user_id)?;
    Ok(caller)
}
