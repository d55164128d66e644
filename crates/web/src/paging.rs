//! What lists in pages have in common.

use actix_web::{HttpRequest, HttpResponseBuilder, http::header, web::Data};
use serde::{Serialize, de::DeserializeOwned};
use taskwell_application::Error;
use utoipa::openapi::schema::Type;

use crate::{
    cursor::{self, CursorKey},
    input::{Parameter, Reader, instances, number},
    problem::Failure,
    services::HttpOptions,
};

/// How long a page is that nobody asked the length of.
pub(crate) const DEFAULT_LIMIT: u32 = 20;

pub(crate) const LIMIT: Parameter<u32> = Parameter {
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
pub(crate) const CURSOR: Parameter<String> = Parameter {
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
pub(crate) fn read<P: DeserializeOwned>(
    reader: &Reader<'_>,
    cursor: Option<String>,
    listing: &impl Serialize,
) -> Result<Option<P>, Failure> {
    match cursor {
        Some(text) if !reader.has_faults() => {
            let parts = cursor::decode(key(reader.request())?, listing, &text)?;
            Ok(Some(parts.ok_or(Error::InvalidCursor)?))
        }
        _ => Ok(None),
    }
}

/// Says in `Link` (RFC 8288) where the same list goes on: at its address, but with this cursor in the place of
/// `begins`, the parameters that say where a list begins. A reference without a host is right behind any proxy.
pub(crate) fn link_next(
    response: &mut HttpResponseBuilder,
    request: &HttpRequest,
    begins: &[&str],
    listing: &impl Serialize,
    next: &impl Serialize,
) -> Result<(), Failure> {
    let kept = form_urlencoded::parse(request.query_string().as_bytes())
        .filter(|(name, _)| name != CURSOR.name && !begins.contains(&&**name));
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(kept)
        .append_pair(CURSOR.name, &cursor::encode(key(request)?, listing, next)?)
        .finish();
    let link = format!("<{}?{query}>; rel=\"next\"", request.uri().path());
    response.insert_header((header::LINK, link));
    Ok(())
}

fn key(request: &HttpRequest) -> Result<&CursorKey, Failure> {
    let options = request.app_data::<Data<HttpOptions>>();
    options
        .map(|options| &options.cursor_key)
        .ok_or_else(|| Failure::internal("the application has no options"))
}
