//! What lists in pages have in common.

use actix_web::{HttpRequest, HttpResponseBuilder, http::header, web::Data};
use serde::{Serialize, de::DeserializeOwned};
use taskwell_wire::{CursorKey, encode_cursor, paging};

pub(crate) use taskwell_wire::paging::{CURSOR, DEFAULT_LIMIT, LIMIT};

use crate::{input::Reader, problem::Failure, services::HttpOptions};

/// What the cursor holds, if there is one. It is read last: what else is wrong with the request may be what
/// makes the listing another one.
///
/// # Errors
/// [`InvalidCursor`](taskwell_application::Error::InvalidCursor) if it is none of this listing.
pub(crate) fn read<P: DeserializeOwned>(
    reader: &Reader<'_>,
    cursor: Option<String>,
    listing: &impl Serialize,
) -> Result<Option<P>, Failure> {
    Ok(paging::read(reader, cursor, listing, key(reader.request())?)?)
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
    let cursor = encode_cursor(key(request)?, listing, next)?;
    link(response, request, begins, &cursor);
    Ok(())
}

/// The same with the text of the cursor.
pub(crate) fn link(response: &mut HttpResponseBuilder, request: &HttpRequest, begins: &[&str], cursor: &str) {
    let kept = form_urlencoded::parse(request.query_string().as_bytes())
        .filter(|(name, _)| name != CURSOR.name && !begins.contains(&&**name));
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(kept)
        .append_pair(CURSOR.name, cursor)
        .finish();
    let link = format!("<{}?{query}>; rel=\"next\"", request.uri().path());
    response.insert_header((header::LINK, link));
}

/// What cursors are signed with.
pub(crate) fn key(request: &HttpRequest) -> Result<&CursorKey, Failure> {
    let options = request.app_data::<Data<HttpOptions>>();
    options
        .map(|options| &options.cursor_key)
        .ok_or_else(|| Failure::internal("the application has no options"))
}
