use std::error::Error as StdError;

use actix_web::{
    HttpMessage, HttpRequest, HttpResponse,
    http::{StatusCode, header},
};
use taskwell_application::{Error, ErrorCode};
use taskwell_domain::RequestId;
use taskwell_wire::{Refusal, Told};

use super::{Code, Problem, ProblemType, ValueProblem};
use crate::{access, endpoints::assistants::metadata::ResourceMetadata, rate_limit};

/// The media type of every problem.
pub(crate) const MEDIA_TYPE: &str = "application/problem+json";

/// Seconds after which a client may try again what could not be answered.
const RETRY_AFTER: u64 = 2;

/// Why a request is not answered as it hoped for.
#[derive(Debug)]
pub(crate) enum Failure {
    /// It was refused.
    Refused(Refusal),
    /// It did not get as far as a use case.
    Wire { code: Code, detail: String },
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Refused(error.into())
    }
}

impl Failure {
    pub(crate) fn wire(code: impl Into<Code>, detail: impl Into<String>) -> Self {
        let (code, detail) = (code.into(), detail.into());
        Self::Wire { code, detail }
    }

    pub(crate) fn internal(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::Refused(Refusal::internal(source))
    }

    /// Values that are not allowed, all of them, and the first part of the body that has some.
    pub(crate) fn values(values: Vec<ValueProblem>, part: Option<String>) -> Self {
        Self::Refused(Refusal::values(values, part))
    }

    fn code(&self) -> Code {
        match self {
            Self::Refused(refusal) => refusal.code().into(),
            Self::Wire { code, .. } => *code,
        }
    }

    /// The error of the use case that refused it.
    fn error(&self) -> Option<&Error> {
        match self {
            Self::Refused(refusal) => refusal.error(),
            Self::Wire { .. } => None,
        }
    }

    /// The response to `request`; faults of the server are logged here, and only here.
    pub(crate) fn respond(self, request: &HttpRequest) -> HttpResponse {
        let kind = ProblemType::of(self.code());
        self.log();
        let mut response = HttpResponse::build(kind.status);
        response.content_type(MEDIA_TYPE);
        if let Some(challenge) = self.challenge(kind, request) {
            response.insert_header((header::WWW_AUTHENTICATE, challenge));
        }
        if let Some(seconds) = self.retry_after() {
            response.insert_header((header::RETRY_AFTER, seconds.to_string()));
        }
        if let Some(Error::RateLimited(exceeded)) = self.error() {
            for field in rate_limit::fields(exceeded.limit, exceeded.allowance) {
                response.insert_header(field);
            }
        }
        let told = match self {
            Self::Refused(refusal) => refusal.tell(),
            Self::Wire { detail, .. } => Told::of(detail),
        };
        response.json(Problem {
            kind: format!("/problems/{}", kind.code),
            title: kind.title,
            status: kind.status.as_u16(),
            detail: told.detail,
            code: kind.code,
            pointer: told.pointer,
            request_id: request
                .extensions()
                .get::<RequestId>()
                .map(ToString::to_string)
                .unwrap_or_default(),
            errors: told.errors,
            current: told.current,
        })
    }

    /// Faults of the server are logged, others are the client's.
    pub(crate) fn log(&self) {
        if let Self::Refused(refusal) = self {
            refusal.log();
        }
    }

    /// RFC 6750, section 3: an error is named only to those who sent a token, and only if it is the token's.
    fn challenge(&self, kind: ProblemType, request: &HttpRequest) -> Option<String> {
        let error = match self.error() {
            Some(Error::InsufficientScope(Some(scope))) => {
                format!(r#", error="insufficient_scope", scope="{scope}""#)
            }
            Some(Error::InsufficientScope(None)) => r#", error="insufficient_scope""#.to_owned(),
            _ if kind.status != StatusCode::UNAUTHORIZED => return None,
            Some(Error::InvalidCredentials) => String::new(),
            _ if access::was_shown_token(request) => r#", error="invalid_token""#.to_owned(),
            _ => String::new(),
        };
        let extensions = request.extensions();
        let metadata = match extensions.get::<ResourceMetadata>() {
            Some(ResourceMetadata(address)) => format!(r#", resource_metadata="{address}""#),
            None => String::new(),
        };
        Some(format!(r#"Bearer realm="taskwell"{error}{metadata}"#))
    }

    /// Seconds after which the same request may do, at least one.
    fn retry_after(&self) -> Option<u64> {
        match self.error() {
            Some(Error::RateLimited(exceeded)) => {
                Some(rate_limit::seconds(exceeded.allowance.reset_after).max(1))
            }
            Some(Error::Unavailable(_)) => Some(RETRY_AFTER),
            None => self.passes().then_some(RETRY_AFTER),
            _ => None,
        }
    }

    /// Whether what kept it from a use case passes by itself.
    fn passes(&self) -> bool {
        let pass = [ErrorCode::RateLimited, ErrorCode::Unavailable].map(Code::from);
        matches!(self, Self::Wire { code, .. } if pass.contains(code))
    }
}
