//! Fields that cannot be set and may be sent back as they were received. What cannot even be read differs.

use serde_json::Value;
use taskwell_domain::{Fault, FaultCode, Timestamp};
use utoipa::openapi::{KnownFormat, SchemaFormat, schema::ObjectBuilder};

use crate::{
    Field,
    field::{nullable, nullable_string, string},
};

/// What is wrong with another value than the one that was received.
pub(crate) fn differs() -> Fault {
    Fault::new(FaultCode::ReadOnly, "cannot be set, and differs from what it is")
}

/// A text that was received.
///
/// # Errors
/// The fault of anything else.
pub fn received<T>(value: &Value, parse: fn(&str) -> Result<T, Fault>) -> Result<T, Fault> {
    value
        .as_str()
        .and_then(|text| parse(text).ok())
        .ok_or_else(differs)
}

/// The schema of such a field.
pub fn sent_back(schema: ObjectBuilder) -> ObjectBuilder {
    schema.description(Some("Cannot be set; may be sent back as it was received."))
}

const INSTANT: Option<SchemaFormat> = Some(SchemaFormat::KnownFormat(KnownFormat::DateTime));

/// An instant that was received.
pub const fn received_instant(name: &'static str) -> Field<Timestamp> {
    Field {
        name,
        read: instant,
        schema: || sent_back(string().format(INSTANT)),
    }
}

/// An instant that was received, or that there is none.
pub const fn received_instant_or_null(name: &'static str) -> Field<Option<Timestamp>> {
    Field {
        name,
        read: |value| nullable(value, instant),
        schema: || sent_back(nullable_string().format(INSTANT)),
    }
}

fn instant(value: &Value) -> Result<Timestamp, Fault> {
    value.as_str().and_then(|at| at.parse().ok()).ok_or_else(differs)
}
