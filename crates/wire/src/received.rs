//! Fields that cannot be set and may be sent back as they were received. What cannot even be read differs.

use serde_json::Value;
use taskwell_domain::{Fault, Timestamp};
use utoipa::openapi::{KnownFormat, SchemaFormat, schema::ObjectBuilder};

use crate::{
    Field,
    field::{nullable, nullable_string, string},
};

/// A text that was received.
///
/// # Errors
/// The fault of anything else.
pub fn received<T>(value: &Value, parse: fn(&str) -> Result<T, Fault>) -> Result<T, Fault> {
    value
        .as_str()
        .and_then(|text| parse(text).ok())
        .ok_or_else(Fault::read_only)
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
    value
        .as_str()
        .and_then(|at| at.parse().ok())
        .ok_or_else(Fault::read_only)
}
