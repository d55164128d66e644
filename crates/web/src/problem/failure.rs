use std::{error::Error as StdError, iter};

use actix_web::{
    HttpMessage, HttpRequest, HttpResponse,
    http::{StatusCode, header},
};
use taskwell_application::{Error, ErrorCode};
use taskwell_domain::RequestId;

use super::{Code, Problem, ProblemType, ValueProblem};
use crate::{access, rate_limit, wire::TaskBody};

/// The media type of every problem.
pub(crate) const MEDIA_TYPE: &str = "application/problem+json";

/// Seconds after which a client may try again what could not be answered.
const RETRY_AFTER: u64 = 2;

/// Why a request is not answered as it hoped for.
#[derive(Debug)]
pub(crate) struct Failure {
    reason: Reason,
    /// The part of the body that failed, as a JSON Pointer, where it has parts that can fail alone.
    part: Option<String>,
}

#[derive(Debug)]
enum Reason {
    /// A use case said so.
    Application(Error),
    /// The request did not get as far as a use case.
    Wire { code: Code, detail: String },
    /// Values that are not allowed, all of them.
    Values(Vec<ValueProblem>),
}

impl From<Reason> for Failure {
    fn from(reason: Reason) -> Self {
        Self { reason, part: None }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Validation(faults) => Self::values(
                faults
                    .into_iter()
                    .map(|at| ValueProblem {
                        pointer: Some(format!("/{}", at.field)),
                        parameter: None,
                        code: at.fault.code.as_str(),
                        detail: at.fault.detail,
                    })
                    .collect(),
                None,
            ),
            Error::InBatch { index, error } => Self::from(*error).in_part(format!("/operations/{index}")),
            other => Reason::Application(other).into(),
        }
    }
}

impl Failure {
    pub(crate) fn wire(code: impl Into<Code>, detail: impl Into<String>) -> Self {
        let (code, detail) = (code.into(), detail.into());
        Reason::Wire { code, detail }.into()
    }

    pub(crate) fn internal(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Reason::Application(Error::Internal(source.into())).into()
    }

    /// Values that are not allowed, all of them, and the first part of the body that has some.
    pub(crate) fn values(values: Vec<ValueProblem>, part: Option<String>) -> Self {
        let reason = Reason::Values(values);
        Self { reason, part }
    }

    /// The failure of a part of the body as one of the whole.
    fn in_part(mut self, part: String) -> Self {
        if let Reason::Values(values) = &mut self.reason {
            for pointer in values.iter_mut().filter_map(|value| value.pointer.as_mut()) {
                pointer.insert_str(0, &part);
            }
        }
        self.part = Some(part);
        self
    }

    fn code(&self) -> Code {
        match &self.reason {
            Reason::Application(error) => error.code().into(),
            Reason::Wire { code, .. } => *code,
            Reason::Values(_) => ErrorCode::ValidationFailed.into(),
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
        if let Reason::Application(Error::RateLimited(exceeded)) = &self.reason {
            for field in rate_limit::fields(exceeded.limit, exceeded.allowance) {
                response.insert_header(field);
            }
        }
        let (detail, errors, current) = match self.reason {
            Reason::Application(Error::PreconditionFailed(task)) => {
                let detail = Error::PreconditionFailed(task.clone()).to_string();
                (detail, vec![], Some(TaskBody::from(*task)))
            }
            Reason::Application(error) => (error.to_string(), vec![], None),
            Reason::Wire { detail, .. } => (detail, vec![], None),
            Reason::Values(errors) => (
                "the request has values that are not allowed".to_owned(),
                errors,
                None,
            ),
        };
        response.json(Problem {
            kind: format!("/problems/{}", kind.code),
            title: kind.title,
            status: kind.status.as_u16(),
            detail,
            code: kind.code,
            pointer: self.part,
            request_id: request
                .extensions()
                .get::<RequestId>()
                .map(ToString::to_string)
                .unwrap_or_default(),
            errors,
            current,
        })
    }

    /// Faults of the server are logged, others are the client's.
    pub(crate) fn log(&self) {
        if let Reason::Application(error @ (Error::Internal(_) | Error::Unavailable(_))) = &self.reason {
            let causes = iter::successors(error.source(), |cause: &&(dyn StdError + 'static)| {
                (*cause).source()
            })
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(": ");
            if matches!(error, Error::Internal(_)) {
                tracing::error!(causes, "a request failed");
            } else {
                tracing::warn!(causes, "a request could not be answered");
            }
        }
    }

    /// RFC 6750, section 3: an error is named only to those who sent a token, and only if it is the token's.
    fn challenge(&self, kind: ProblemType, request: &HttpRequest) -> Option<String> {
        let error = match &self.reason {
            Reason::Application(Error::InsufficientScope(Some(scope))) => {
                format!(r#", error="insufficient_scope", scope="{scope}""#)
            }
            Reason::Application(Error::InsufficientScope(None)) => {
                r#", error="insufficient_scope""#.to_owned()
            }
            _ if kind.status != StatusCode::UNAUTHORIZED => return None,
            Reason::Application(Error::InvalidCredentials) => String::new(),
            _ if access::was_shown_token(request) => r#", error="invalid_token""#.to_owned(),
            _ => String::new(),
        };
        Some(format!(r#"Bearer realm="taskwell"{error}"#))
    }

    /// Seconds after which the same request may do, at least one.
    fn retry_after(&self) -> Option<u64> {
        match &self.reason {
            Reason::Application(Error::RateLimited(exceeded)) => {
                Some(rate_limit::seconds(exceeded.allowance.reset_after).max(1))
            }
            Reason::Application(Error::Unavailable(_)) => Some(RETRY_AFTER),
            Reason::Wire { code, .. } => {
                let passes = [ErrorCode::RateLimited, ErrorCode::Unavailable].map(Code::from);
                passes.contains(code).then_some(RETRY_AFTER)
            }
            _ => None,
        }
    }
}
