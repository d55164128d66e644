use std::error::Error as StdError;

use serde::Serialize;
use taskwell_application::{Error, ErrorCode, told};
use taskwell_domain::{Fault, FaultCode};
use utoipa::{ToSchema, openapi::schema::ObjectBuilder};

use crate::{TaskBody, field::words};

/// Why something that was asked for is not done.
#[derive(Debug)]
pub struct Refusal {
    reason: Reason,
    /// The part of the body that failed, as a JSON Pointer, where it has parts that can fail alone.
    part: Option<String>,
}

#[derive(Debug)]
enum Reason {
    /// A use case said so.
    Application(Error),
    /// Values that are not allowed, all of them.
    Values(Vec<ValueProblem>),
}

/// One value that is not allowed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ValueProblem {
    /// Where it stands in the body, as a JSON Pointer (RFC 6901); or else there is `parameter`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "/title")]
    pub pointer: Option<String>,
    /// The path, query or header parameter that holds it; or else there is `pointer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub parameter: Option<String>,
    /// What is wrong, for a program.
    #[schema(schema_with = fault_code)]
    pub code: &'static str,
    /// What is wrong, for a person.
    pub detail: String,
}

fn fault_code() -> ObjectBuilder {
    words(FaultCode::ALL.iter().map(|code| code.as_str())).description(Some("What is wrong, for a program."))
}

impl ValueProblem {
    /// A fault of what stands in the body at that JSON Pointer.
    pub(crate) fn at(pointer: String, fault: Fault) -> Self {
        Self {
            pointer: Some(pointer),
            parameter: None,
            code: fault.code.as_str(),
            detail: fault.detail,
        }
    }

    /// A fault of the parameter of that name.
    pub(crate) fn of_parameter(name: &str, fault: Fault) -> Self {
        Self {
            pointer: None,
            parameter: Some(name.to_owned()),
            code: fault.code.as_str(),
            detail: fault.detail,
        }
    }
}

/// What a caller is told of a refusal beside its code.
#[derive(Debug)]
pub struct Told {
    /// What went wrong this time, for a person.
    pub detail: String,
    /// The part of the body that failed, as a JSON Pointer, where it has parts that can fail alone.
    pub pointer: Option<String>,
    /// Every value that is not allowed.
    pub errors: Vec<ValueProblem>,
    /// The task as it stands, where another version was asked for.
    pub current: Option<TaskBody>,
}

impl Told {
    /// That, and nothing more.
    #[must_use]
    pub fn of(detail: String) -> Self {
        Self {
            detail,
            pointer: None,
            errors: Vec::new(),
            current: None,
        }
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        match error {
            Error::Validation(faults) => Self::values(
                faults
                    .into_iter()
                    .map(|at| ValueProblem::at(format!("/{}", at.field), at.fault))
                    .collect(),
                None,
            ),
            Error::InBatch { index, error } => Self::from(*error).in_part(format!("/operations/{index}")),
            other => Self {
                reason: Reason::Application(other),
                part: None,
            },
        }
    }
}

impl Refusal {
    /// A fault of the program; its source is for the log alone.
    pub fn internal(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Error::Internal(source.into()).into()
    }

    /// Values that are not allowed, all of them, and the first part of the body that has some.
    #[must_use]
    pub fn values(values: Vec<ValueProblem>, part: Option<String>) -> Self {
        let reason = Reason::Values(values);
        Self { reason, part }
    }

    /// The refusal of a part of the body as one of the whole.
    fn in_part(mut self, part: String) -> Self {
        if let Reason::Values(values) = &mut self.reason {
            for pointer in values.iter_mut().filter_map(|value| value.pointer.as_mut()) {
                pointer.insert_str(0, &part);
            }
        }
        self.part = Some(part);
        self
    }

    /// The stable word for a program.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        match &self.reason {
            Reason::Application(error) => error.code(),
            Reason::Values(_) => ErrorCode::ValidationFailed,
        }
    }

    /// The use case's error, if it was one that refused.
    #[must_use]
    pub fn error(&self) -> Option<&Error> {
        match &self.reason {
            Reason::Application(error) => Some(error),
            Reason::Values(_) => None,
        }
    }

    /// Faults of the server are logged, others are the caller's.
    pub fn log(&self) {
        if let Some(error @ (Error::Internal(_) | Error::Unavailable(_))) = self.error() {
            let causes = error.source().map(told).unwrap_or_default();
            if matches!(error, Error::Internal(_)) {
                tracing::error!(causes, "a request failed");
            } else {
                tracing::warn!(causes, "a request could not be answered");
            }
        }
    }

    /// What the caller is told.
    #[must_use]
    pub fn tell(self) -> Told {
        let (detail, errors, current) = match self.reason {
            Reason::Application(Error::PreconditionFailed(task)) => {
                let detail = Error::PreconditionFailed(task.clone()).to_string();
                (detail, vec![], Some(TaskBody::from(*task)))
            }
            Reason::Application(error) => (error.to_string(), vec![], None),
            Reason::Values(errors) => (
                "the request has values that are not allowed".to_owned(),
                errors,
                None,
            ),
        };
        Told {
            detail,
            pointer: self.part,
            errors,
            current,
        }
    }
}
