use actix_web::{
    HttpRequest,
    http::{Method, header},
    web::{Bytes, Payload},
};
use serde_json::{Map, Value};

use taskwell_wire::{Body, json};

use super::query;
use crate::problem::{Failure, WireCode};

/// The body that an endpoint takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyKind {
    /// None; one that is sent is ignored, for with `GET` it means nothing (RFC 9110, section 9.3.1).
    None,
    /// A JSON object.
    Json,
    /// A JSON object, or nothing.
    OptionalJson,
    /// A JSON object, or the fields of a form.
    JsonOrForm,
    /// A file of one of these media types, which the endpoint reads itself.
    File(&'static [&'static str]),
}

const JSON: &str = "application/json";
/// What `PATCH` takes as well, for it is what it does (RFC 7396).
pub(crate) const MERGE_PATCH: &str = "application/merge-patch+json";
const FORM: &str = "application/x-www-form-urlencoded";

/// Receives at most `limit` bytes and reads them as what they say they are; the bytes as well.
pub(crate) async fn receive(
    kind: BodyKind,
    request: &HttpRequest,
    payload: Payload,
    limit: usize,
) -> Result<(Body, Bytes), Failure> {
    let bytes = receive_bytes(request, payload, limit).await?;
    Ok((read(kind, request, &bytes)?, bytes))
}

fn read(kind: BodyKind, request: &HttpRequest, bytes: &[u8]) -> Result<Body, Failure> {
    if kind == BodyKind::OptionalJson && bytes.is_empty() {
        return Ok(Body::Absent);
    }
    check_encoding(request)?;
    match media_type(request).as_deref() {
        Some(known) if matches!(kind, BodyKind::File(types) if types.contains(&known)) => {
            Ok(Body::File(known.to_owned()))
        }
        Some(JSON) => read_json(bytes),
        Some(MERGE_PATCH) if request.method() == Method::PATCH => read_json(bytes),
        Some(FORM) if kind == BodyKind::JsonOrForm => read_form(bytes).map(Body::Form),
        _ => Err(Failure::wire(
            WireCode::UnsupportedMediaType,
            match kind {
                BodyKind::JsonOrForm => {
                    format!("the one Content-Type must be {JSON} or {FORM}, in UTF-8")
                }
                BodyKind::File(types) => {
                    format!("the one Content-Type must be {}, in UTF-8", types.join(" or "))
                }
                BodyKind::None | BodyKind::Json | BodyKind::OptionalJson => {
                    format!("the one Content-Type must be {JSON}, in UTF-8")
                }
            },
        )),
    }
}

/// How many bytes of a body can come, if `limit` are taken; none if it says that it is longer, for then none are read.
pub(crate) fn most(request: &HttpRequest, limit: usize) -> usize {
    let declared = declared(request).unwrap_or(limit);
    if declared > limit { 0 } else { declared }
}

/// The length that the body says it has.
fn declared(request: &HttpRequest) -> Option<usize> {
    let declared = request.headers().get(header::CONTENT_LENGTH)?;
    declared.to_str().ok()?.parse().ok()
}

async fn receive_bytes(request: &HttpRequest, payload: Payload, limit: usize) -> Result<Bytes, Failure> {
    let too_large = || {
        Failure::wire(
            WireCode::PayloadTooLarge,
            format!("the body must have at most {limit} bytes"),
        )
    };
    if declared(request).is_some_and(|length| length > limit) {
        return Err(too_large());
    }
    match payload.to_bytes_limited(limit).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(_)) => Err(Failure::wire(
            WireCode::MalformedRequest,
            "the body did not arrive as a whole",
        )),
        Err(_) => Err(too_large()),
    }
}

fn check_encoding(request: &HttpRequest) -> Result<(), Failure> {
    let mut encodings = request.headers().get_all(header::CONTENT_ENCODING);
    if encodings.any(|encoding| encoding != "identity") {
        return Err(Failure::wire(
            WireCode::UnsupportedMediaType,
            "the body must not be compressed",
        ));
    }
    Ok(())
}

/// What the body says it is, in lower case; `None` if it says nothing, says it twice, or is not in UTF-8.
fn media_type(request: &HttpRequest) -> Option<String> {
    let mut lines = request.headers().get_all(header::CONTENT_TYPE);
    let (Some(line), None) = (lines.next(), lines.next()) else {
        return None;
    };
    let mut parts = line.to_str().ok()?.split(';').map(str::trim);
    let media_type = parts.next()?.to_ascii_lowercase();
    let is_utf_8 = parts
        .filter_map(charset)
        .all(|charset| charset.eq_ignore_ascii_case("utf-8"));
    is_utf_8.then_some(media_type)
}

/// The value of a parameter, if that is `charset`; quotes around it mean nothing (RFC 9110, section 8.3.1).
fn charset(parameter: &str) -> Option<&str> {
    let (name, value) = parameter.split_once('=')?;
    name.eq_ignore_ascii_case("charset")
        .then(|| value.trim_matches('"'))
}

fn read_json(bytes: &[u8]) -> Result<Body, Failure> {
    match json::parse(bytes) {
        Ok(Value::Object(object)) => Ok(Body::Json(object)),
        Ok(_) => Ok(Body::NoObject),
        Err(error) => Err(Failure::wire(WireCode::MalformedJson, error.to_string())),
    }
}

fn read_form(bytes: &[u8]) -> Result<Map<String, Value>, Failure> {
    let malformed = |detail: &str| Failure::wire(WireCode::MalformedRequest, detail);
    let pairs = std::str::from_utf8(bytes).ok().and_then(query::parse);
    let pairs = pairs.ok_or_else(|| malformed("the form is not percent-encoded UTF-8"))?;
    let mut fields = Map::new();
    for (name, value) in pairs {
        if fields.insert(name, Value::String(value)).is_some() {
            return Err(malformed("the form names a field twice"));
        }
    }
    Ok(fields)
}
