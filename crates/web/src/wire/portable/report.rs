use serde::Serialize;
use taskwell_domain::{Fault, FaultCode};
use utoipa::{ToSchema, openapi::schema::ObjectBuilder};

use crate::input::words;

/// What came of an import.
#[derive(Serialize, ToSchema)]
pub(crate) struct ImportReport {
    /// How many tasks there are now that were not there before.
    pub(crate) imported: u64,
    /// How many were left alone because a task has their id already.
    pub(crate) skipped: u64,
    /// What is wrong with the rows that were left out, in the order of the rows.
    pub(crate) errors: Vec<RowProblem>,
}

/// What is wrong with a row of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct RowProblem {
    /// Which one: in CSV the line of the file that the row begins on, in JSON the number of the task; both from 1.
    #[schema(minimum = 1)]
    pub(crate) row: u64,
    /// The field in the row, as a JSON Pointer (RFC 6901); empty for the row as a whole.
    #[schema(example = "/title")]
    pub(crate) pointer: String,
    #[schema(schema_with = fault_code)]
    pub(crate) code: &'static str,
    /// What is wrong, for a person.
    pub(crate) detail: String,
}

fn fault_code() -> ObjectBuilder {
    words(FaultCode::ALL.iter().map(|code| code.as_str())).description(Some("What is wrong, for a program."))
}

impl RowProblem {
    pub(crate) fn new(row: u64, pointer: impl Into<String>, fault: Fault) -> Self {
        Self {
            row,
            pointer: pointer.into(),
            code: fault.code.as_str(),
            detail: fault.detail,
        }
    }
}
