//! Who may make a call. The access that a handler needs stands in its signature.

use actix_web::{
    HttpMessage, HttpRequest,
    http::header::{self, HeaderValue},
};
use percent_encoding::percent_decode_str;
use taskwell_application::{Actor, Error, ErrorCode, identity::Authenticated};
use taskwell_domain::RequestId;

use crate::{problem::Failure, services::Services};

/// A kind of access, and the proof that a caller has it.
pub(crate) trait Access: Sized {
    /// Whether a token is needed.
    const NEEDS_TOKEN: bool;

    /// What can be wrong with the caller.
    const FAILS: &'static [ErrorCode];

    /// Lets the caller in, or says why not.
    async fn enter(request: &HttpRequest, services: &Services) -> Result<Self, Failure>;
}

/// Anybody.
pub(crate) struct Public;

impl Access for Public {
    const NEEDS_TOKEN: bool = false;
    const FAILS: &'static [ErrorCode] = &[];

    async fn enter(_: &HttpRequest, _: &Services) -> Result<Self, Failure> {
        Ok(Self)
    }
}

/// Somebody who is logged in, for what is about the account.
pub(crate) struct Account(pub(crate) Authenticated);

impl Access for Account {
    const NEEDS_TOKEN: bool = true;
    const FAILS: &'static [ErrorCode] = &[
        ErrorCode::Unauthenticated,
        ErrorCode::TokenExpired,
        ErrorCode::SessionRevoked,
    ];

    async fn enter(request: &HttpRequest, services: &Services) -> Result<Self, Failure> {
        let request_id = request.extensions().get::<RequestId>().cloned();
        let request_id = request_id.unwrap_or_else(|| services.ids.request_id());
        let token = bearer(request).ok_or(Error::Unauthenticated)?;
        Ok(Self(services.identity.authenticate(token, request_id).await?))
    }
}

/// Somebody who is logged in and is the user that the address names, for what belongs to that user.
pub(crate) struct Owner(pub(crate) Actor);

impl Access for Owner {
    const NEEDS_TOKEN: bool = true;
    const FAILS: &'static [ErrorCode] = &[
        ErrorCode::Unauthenticated,
        ErrorCode::TokenExpired,
        ErrorCode::SessionRevoked,
        ErrorCode::UserMismatch,
    ];

    async fn enter(request: &HttpRequest, services: &Services) -> Result<Self, Failure> {
        let Account(Authenticated { actor, .. }) = Account::enter(request, services).await?;
        // Addresses without a user id mean the caller.
        if let Some(named) = request.match_info().get("user_id") {
            // The router leaves what would change the parts of an address as it is: `%`, `/` and `+`.
            actor.must_be(&percent_decode_str(named).decode_utf8_lossy())?;
        }
        Ok(Self(actor))
    }
}

/// The token of `Authorization: Bearer TOKEN` (RFC 6750); two such headers are none.
fn bearer(request: &HttpRequest) -> Option<&str> {
    let mut values = request.headers().get_all(header::AUTHORIZATION);
    match (values.next(), values.next()) {
        (Some(value), None) => token(value),
        _ => None,
    }
}

/// Whether the request has any token, good or bad.
pub(crate) fn sends_token(request: &HttpRequest) -> bool {
    let mut values = request.headers().get_all(header::AUTHORIZATION);
    values.any(|value| token(value).is_some())
}

fn token(value: &HeaderValue) -> Option<&str> {
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}
