//! What went wrong, as RFC 9457 problem details.

mod catalogue;
mod failure;

pub(crate) use catalogue::{Code, ProblemType, WireCode};
pub(crate) use failure::{Failure, MEDIA_TYPE};

use serde::Serialize;
pub(crate) use taskwell_wire::ValueProblem;
use utoipa::{ToSchema, openapi::schema::ObjectBuilder};

use crate::{input::words, wire::TaskBody};

/// Problem details (RFC 9457).
#[derive(Serialize, ToSchema)]
pub(crate) struct Problem {
    /// The kind of problem; `GET` on it explains it.
    #[serde(rename = "type")]
    #[schema(format = "uri-reference", example = "/problems/validation_failed")]
    pub(crate) kind: String,
    /// The kind of problem, for a person.
    pub(crate) title: &'static str,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    pub(crate) status: u16,
    /// What went wrong this time, for a person.
    pub(crate) detail: String,
    #[schema(schema_with = code)]
    pub(crate) code: &'static str,
    /// The operation of a batch that failed, as a JSON Pointer (RFC 6901), the first of several; only of a batch.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "/operations/0")]
    pub(crate) pointer: Option<String>,
    /// The request, to be found again in the server's log.
    pub(crate) request_id: String,
    /// Every value that is not allowed; only with `validation_failed`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub(crate) errors: Vec<ValueProblem>,
    /// The task as it stands; only with `precondition_failed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) current: Option<TaskBody>,
}

/// The schema of a problem's `code`.
pub(crate) fn code_schema() -> ObjectBuilder {
    words(Code::all().map(|code| ProblemType::of(code).code))
}

fn code() -> ObjectBuilder {
    code_schema().description(Some(
        "The kind of problem, for a program: this word never changes.",
    ))
}
