use actix_web::{
    HttpRequest,
    http::header::{self, HeaderValue},
};

/// The token of `Authorization: Bearer TOKEN` (RFC 6750); two such headers are none.
pub(super) fn token(request: &HttpRequest) -> Option<&str> {
    let mut values = request.headers().get_all(header::AUTHORIZATION);
    match (values.next(), values.next()) {
        (Some(value), None) => in_value(value),
        _ => None,
    }
}

/// Whether the request has any token, good or bad.
pub(super) fn is_sent(request: &HttpRequest) -> bool {
    let mut values = request.headers().get_all(header::AUTHORIZATION);
    values.any(|value| in_value(value).is_some())
}

fn in_value(value: &HeaderValue) -> Option<&str> {
    let text = str::from_utf8(value.as_bytes()).ok();
    let (scheme, token) = text.filter(|text| text.is_ascii())?.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}
