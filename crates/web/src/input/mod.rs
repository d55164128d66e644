//! What a request asks for, read so that every fault is found and none is guessed away.

mod body;
mod entity_tags;
mod field;
mod json;
mod parameter;
mod query;
mod reader;
mod sent_back;

pub(crate) use self::{
    body::{Body, BodyKind, MERGE_PATCH},
    entity_tags::EntityTags,
    field::{
        Field, ListField, boolean, instant, nullable, nullable_string, object_schema, one_word, string, text,
        whole_number, word, words,
    },
    json::parse as parse_json,
    parameter::{Parameter, characters, instances, number, one_of},
    query::query_value,
    reader::Reader,
    sent_back::{differs, received, received_instant, received_instant_or_null, sent_back},
};
use crate::{endpoint::Describe, problem::Failure};

/// What one endpoint reads from a request.
pub(crate) trait Input: Sized {
    /// The body that it takes.
    const BODY: BodyKind = BodyKind::None;

    /// The longest body, in bytes, where that is not what the server takes elsewhere.
    const BODY_LIMIT: Option<usize> = None;

    /// Reads all of it. Faults are noted in the reader, and `None` says that there were some; a failure is
    /// for what makes reading on pointless.
    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Failure>;

    /// Says in the OpenAPI document what `read` reads.
    fn describe(operation: Describe) -> Describe;
}

/// Nothing at all, of a request that only reads.
pub(crate) struct Nothing;

impl Input for Nothing {
    fn read(_: &mut Reader<'_>) -> Result<Option<Self>, Failure> {
        Ok(Some(Self))
    }

    fn describe(operation: Describe) -> Describe {
        operation
    }
}

/// Nothing at all, of a request that changes something. A body that is empty or `{}`, which is what some HTTP
/// libraries send for none, says nothing; any other says what would be lost, a condition perhaps.
pub(crate) struct Empty;

impl Input for Empty {
    const BODY: BodyKind = BodyKind::OptionalJson;

    fn read(_: &mut Reader<'_>) -> Result<Option<Self>, Failure> {
        Ok(Some(Self))
    }

    fn describe(operation: Describe) -> Describe {
        operation
    }
}
