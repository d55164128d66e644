//! What lists in pages have in common.

use serde::{Serialize, de::DeserializeOwned};
use taskwell_application::Error;
use utoipa::openapi::schema::Type;

use crate::{
    CursorKey, Given, Parameter, Refusal, cursor,
    parameter::{instances, number},
};

/// How long a page is that nobody asked the length of.
pub const DEFAULT_LIMIT: u32 = 20;

/// How many at most.
pub const LIMIT: Parameter<u32> = Parameter {
    name: "limit",
    read: |text| number(text, 1..=100).map(|limit| u32::try_from(limit).unwrap_or(DEFAULT_LIMIT)),
    schema: || {
        instances(Type::Integer)
            .minimum(Some(1))
            .maximum(Some(100))
            .default(Some(DEFAULT_LIMIT.into()))
    },
    description: "How many at most.",
};

/// A cursor as it stands: one that cannot be read is a failure of its own, not a fault among others.
pub const CURSOR: Parameter<String> = Parameter {
    name: "cursor",
    read: |text| Ok(text.to_owned()),
    schema: || instances(Type::String),
    description: "Where the page before ended; it stands in the address of that page's `Link`. Good for the same filters and order only.",
};

/// What the cursor holds, if there is one. It is read last: what else is wrong with the request may be what
/// makes the listing another one.
///
/// # Errors
/// [`Error::InvalidCursor`] if it is none of this listing.
pub fn read<P: DeserializeOwned>(
    given: &Given,
    cursor: Option<String>,
    listing: &impl Serialize,
    key: &CursorKey,
) -> Result<Option<P>, Refusal> {
    match cursor {
        Some(text) if !given.has_faults() => {
            let parts = cursor::decode(key, listing, &text)?;
            Ok(Some(parts.ok_or(Error::InvalidCursor)?))
        }
        _ => Ok(None),
    }
}
