//! What a request asks for, read so that every fault is found and none is guessed away.

mod body;
mod entity_tags;
mod query;
mod reader;

pub(crate) use self::{
    body::{BodyKind, MERGE_PATCH, most, receive},
    entity_tags::EntityTags,
    query::query_value,
    reader::Reader,
};
use crate::{endpoint::Describe, problem::Failure};
pub(crate) use taskwell_wire::{
    Field, ListField, Parameter,
    field::{
        boolean, instant, nullable, nullable_string, object_schema, one_word, string, text, whole_number,
        word, words,
    },
    parameter::{characters, instances, number, one_of},
    received::{received, received_instant, received_instant_or_null, sent_back},
};

/// What one endpoint reads from a request.
pub(crate) trait Input: Sized {
    /// The body that it takes.
    const BODY: BodyKind = BodyKind::None;

    /// The longest body, in bytes, where that is not what the server takes elsewhere.
    const BODY_LIMIT: Option<usize> = None;

    /// How many times as long as others it may take.
    const TIMES_AS_LONG: u32 = 1;

    /// Reads all of it. Faults are noted in the reader, and `None` says that there were some; a failure is
    /// for what makes reading on pointless.
    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Failure>;

    /// Says in the OpenAPI document what `read` reads.
    fn describe(operation: Describe) -> Describe;
}

/// [`Input::TIMES_AS_LONG`] of what works on any number of tasks at once.
pub(crate) const FOR_ANY_NUMBER: u32 = 6;

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
