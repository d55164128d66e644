use rmcp::{ErrorData, model::CallToolResult};
use serde::Serialize;
use serde_json::Value;
use taskwell_application::ErrorCode;
use taskwell_domain::RequestId;
use taskwell_wire::{Refusal, TaskBody, ValueProblem, field::words};
use utoipa::{ToSchema, openapi::schema::ObjectBuilder};

/// Why a tool did not do what was asked; nothing was changed.
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemBody {
    #[schema(schema_with = code)]
    code: &'static str,
    /// What went wrong this time, for a person.
    detail: String,
    /// The operation that failed, as a JSON Pointer (RFC 6901), the first of several.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pointer: Option<String>,
    /// The request, to be found again in the server's log.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    request_id: Option<String>,
    /// Every value that is not allowed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    errors: Vec<ValueProblem>,
    /// The task as it stands, if it has another version.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    current: Option<TaskBody>,
}

fn code() -> ObjectBuilder {
    words(ErrorCode::ALL.iter().map(|code| code.as_str())).description(Some(
        "The kind of problem, for a program: this word never changes.",
    ))
}

impl ProblemBody {
    pub(crate) fn of(refusal: Refusal, request_id: Option<&RequestId>) -> Self {
        refusal.log();
        let code = refusal.code().as_str();
        let told = refusal.tell();
        Self {
            code,
            detail: told.detail,
            pointer: told.pointer,
            request_id: request_id.map(ToString::to_string),
            errors: told.errors,
            current: told.current,
        }
    }

    fn value(self) -> Value {
        // It has no map whose keys are no strings, so it can be written.
        serde_json::to_value(self).unwrap_or_default()
    }

    /// As the answer of a tool.
    pub(crate) fn answer(self) -> CallToolResult {
        CallToolResult::structured_error(self.value())
    }

    /// As the answer to something else that was asked.
    pub(crate) fn error(self) -> ErrorData {
        ErrorData::invalid_request(self.detail.clone(), Some(self.value()))
    }
}
