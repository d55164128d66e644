//! Writes that a client may send again when their answer is lost (`Idempotency-Key`).

use actix_web::{HttpMessage as _, HttpRequest, HttpResponseBuilder, http::header::HeaderValue, mime::Name};
use memchr::memmem;
use sha2::{Digest, Sha256};
use taskwell_application::tasks::IdempotencyKey;
use taskwell_domain::{Fault, FaultCode};

use crate::{input::Reader, router};

/// The name of the header.
pub(crate) const KEY: &str = "Idempotency-Key";

/// The most characters that a key has.
pub(crate) const LONGEST: usize = 255;

/// The header that says of an answer that it was given before.
pub(crate) const REPLAYED: &str = "Idempotency-Replayed";

/// The key of the request, if it has one. `None` also stands for one that is faulty.
pub(crate) fn key(reader: &mut Reader<'_>) -> Option<IdempotencyKey> {
    let request = reader.request();
    let given: Vec<&HeaderValue> = request.headers().get_all(KEY).collect();
    let key = match given.as_slice() {
        [] => return None,
        [key] => visible(key),
        _ => Err(Fault::new(
            FaultCode::RepeatedParameter,
            "must be given only once",
        )),
    };
    match key {
        Ok(key) => Some(IdempotencyKey {
            key,
            fingerprint: fingerprint(request, reader.bytes()),
        }),
        Err(fault) => {
            reader.fault_in_parameter(KEY, fault);
            None
        }
    }
}

fn visible(value: &HeaderValue) -> Result<String, Fault> {
    match value.to_str() {
        Ok("") => Err(Fault::new(FaultCode::TooShort, "must not be empty")),
        Ok(key) if !key.bytes().all(|byte| byte.is_ascii_graphic()) => Err(invisible()),
        Ok(key) if key.len() > LONGEST => {
            let detail = format!("must have at most {LONGEST} characters");
            Err(Fault::new(FaultCode::TooLong, detail))
        }
        Ok(key) => Ok(key.to_owned()),
        Err(_) => Err(invisible()),
    }
}

fn invisible() -> Fault {
    Fault::new(
        FaultCode::InvalidFormat,
        "must have visible ASCII characters only",
    )
}

/// What the request is: its method, what its address means, and its body. How the address names the user makes
/// no difference, for it can name only the caller.
fn fingerprint(request: &HttpRequest, body: &[u8]) -> [u8; 32] {
    let route = router::pattern(request).unwrap_or_default();
    let route = route.replace("/{user_id}", "");
    let named = request.match_info().iter().filter(|(part, _)| *part != "user_id");
    let mut hash = Sha256::new();
    for part in [request.method().as_str(), &route]
        .into_iter()
        .chain(named.map(|(_, name)| name))
    {
        hash.update(part);
        // No part of an address that means anything has a zero byte, so it is clear where each ends.
        hash.update([0]);
    }
    // The line between the parts of a form is a new one each time that a browser sends the same form.
    let media_type = request.mime_type().ok().flatten();
    let boundary = media_type
        .as_ref()
        .and_then(|media_type| media_type.get_param("boundary"));
    let mut begin = 0;
    if let Some(boundary) = boundary
        .as_ref()
        .map(Name::as_str)
        .filter(|boundary| !boundary.is_empty())
    {
        for end in memmem::find_iter(body, boundary) {
            hash.update(&body[begin..end]);
            begin = end + boundary.len();
        }
    }
    hash.update(&body[begin..]);
    hash.finalize().into()
}

/// Says so if the answer was given before.
pub(crate) fn tell(response: &mut HttpResponseBuilder, replayed: bool) {
    if replayed {
        response.insert_header((REPLAYED, "true"));
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn every_server_of_every_version_takes_a_request_for_the_same() {
        let id = "01936b5a-7d10-7c4e-8a9b-3f6d2e1c0b4a";
        let by_sha256sum = "3fab54106bd0b24652223ea42b7e47a726df658dc742b537f334a221e1f56fc6";
        for (user, address) in [(None, "/api/tasks"), (Some("me"), "/api/me/tasks")] {
            let request = TestRequest::put().uri(&format!("{address}/{id}"));
            let request = match user {
                Some(user) => request.param("user_id", user),
                None => request,
            };
            let request = request.param("id", id).to_http_request();
            let hash = fingerprint(&request, br#"{"title":"Buy milk"}"#);
            let mut text = String::new();
            hash.iter().for_each(|byte| write!(text, "{byte:02x}").unwrap());
            assert_eq!(text, by_sha256sum, "{address}");
        }
    }
}
