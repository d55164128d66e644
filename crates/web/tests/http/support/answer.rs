use std::fmt;

use actix_web::{
    http::{Method, StatusCode, header::HeaderMap},
    web::Bytes,
};
use serde_json::Value;

use super::Document;

/// What a call was answered with.
#[must_use = "an answer that nobody looks at proves nothing"]
pub(crate) struct Answer {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let body = String::from_utf8_lossy(&self.body);
        write!(
            f,
            "{} {:.200} was answered {} {body:.2000}",
            self.method, self.path, self.status
        )
    }
}

/// The status of each code, as the contract has it.
pub(crate) fn status_of(code: &str) -> u16 {
    match code {
        "malformed_json" | "malformed_request" | "invalid_cursor" => 400,
        "unauthenticated" | "token_expired" | "session_revoked" | "invalid_credentials" => 401,
        "user_mismatch" | "forbidden" | "account_disabled" | "insufficient_scope" => 403,
        "not_found" => 404,
        "method_not_allowed" => 405,
        "request_timeout" => 408,
        "email_taken" | "id_taken" | "conflict" | "last_admin" | "undo_conflict" => 409,
        "resync_required" => 410,
        "precondition_failed" => 412,
        "payload_too_large" => 413,
        "unsupported_media_type" => 415,
        "validation_failed" | "idempotency_key_reused" => 422,
        "rate_limited" => 429,
        "internal" => 500,
        "unavailable" => 503,
        other => panic!("{other} is no code of the contract"),
    }
}

impl Answer {
    pub(crate) fn new(
        method: &Method,
        path: &str,
        status: StatusCode,
        headers: HeaderMap,
        body: Bytes,
    ) -> Self {
        Self {
            method: method.clone(),
            path: path.to_owned(),
            status: status.as_u16(),
            headers,
            body,
        }
    }

    /// The header, which must not stand twice.
    #[track_caller]
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.get_all(name);
        let value = values.next();
        assert!(values.next().is_none(), "{name} stands twice: {self}");
        value.map(|value| value.to_str().unwrap())
    }

    #[track_caller]
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap_or_else(|error| panic!("{error}: {self}"))
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self}"))
    }

    #[track_caller]
    fn expect(&self, status: u16) {
        assert_eq!(self.status, status, "{self}");
    }

    #[track_caller]
    pub(crate) fn ok(self) -> Value {
        self.expect(200);
        self.json()
    }

    #[track_caller]
    pub(crate) fn created(self) -> Value {
        self.expect(201);
        self.json()
    }

    #[track_caller]
    pub(crate) fn no_content(self) {
        self.expect(204);
    }

    #[track_caller]
    pub(crate) fn not_modified(self) {
        self.expect(304);
    }

    /// Whatever it is, the caller was let in and the request looked at.
    #[track_caller]
    pub(crate) fn let_in(self) {
        let was_turned_away = [401, 403, 408, 429].contains(&self.status) || self.status >= 500;
        assert!(!was_turned_away, "{self}");
    }

    #[track_caller]
    pub(crate) fn problem(self, code: &str) -> Value {
        let problem = self.json();
        assert_eq!(problem["code"], code, "{self}");
        problem
    }

    /// The request has exactly these faults, in any order: a JSON Pointer, or `?` and the name of a parameter,
    /// and the code.
    #[track_caller]
    pub(crate) fn faults<const N: usize>(self, expected: [(&str, &str); N]) {
        let mut expected = expected.map(|(place, code)| (place.to_owned(), code.to_owned()));
        expected.sort();
        assert_eq!(self.all_faults(), expected, "{self}");
    }

    /// Every fault, sorted.
    #[track_caller]
    pub(crate) fn all_faults(&self) -> Vec<(String, String)> {
        let problem = self.json();
        assert_eq!(problem["code"], "validation_failed", "{self}");
        let faults = problem["errors"].as_array().unwrap();
        let mut faults: Vec<(String, String)> = faults.iter().map(place_and_code).collect();
        faults.sort();
        faults
    }

    /// What holds for every answer.
    pub(crate) fn check(&self) {
        let id = self.header("X-Request-Id");
        assert!(id.is_some_and(|id| !id.is_empty()), "no request id: {self}");
        assert_eq!(self.header("X-Content-Type-Options"), Some("nosniff"), "{self}");
        let is_public = self.path.starts_with("/docs/") || self.path == "/.well-known/jwks.json";
        let may_be_kept = is_public && self.status == 200;
        assert!(
            may_be_kept || self.header("Cache-Control") == Some("no-store"),
            "it may be kept: {self}"
        );
        for (name, statuses) in [("Allow", &[405][..]), ("Retry-After", &[429, 503])] {
            let expected = statuses.contains(&self.status);
            assert_eq!(self.header(name).is_some(), expected, "{name}: {self}");
        }
        let policy = self.header("RateLimit-Policy");
        assert_eq!(self.header("RateLimit").is_some(), policy.is_some(), "{self}");
        // The protocol of assistants has failures of its own.
        let is_of_protocol = self.path == "/mcp" && self.header("Content-Type") == Some("application/json");
        if self.status >= 400 && !is_of_protocol {
            self.check_problem();
        } else {
            assert_eq!(self.header("WWW-Authenticate"), None, "{self}");
        }
        Document::published().check(self);
    }

    fn check_problem(&self) {
        assert_eq!(
            self.header("Content-Type"),
            Some("application/problem+json"),
            "{self}"
        );
        let problem = self.json();
        let code = problem["code"].as_str().unwrap();
        assert_eq!(problem["type"], format!("/problems/{code}"), "{self}");
        assert_eq!(problem["status"], self.status, "{self}");
        assert_eq!(status_of(code), self.status, "{self}");
        assert_eq!(
            problem["request_id"].as_str(),
            self.header("X-Request-Id"),
            "{self}"
        );
        for word in ["title", "detail"] {
            assert_ne!(problem[word], "", "{self}");
        }
        let has = |member: &str| problem.get(member).is_some();
        assert_eq!(has("errors"), code == "validation_failed", "{self}");
        assert_eq!(has("current"), code == "precondition_failed", "{self}");
        let is_of_batch = self.path.ends_with("/tasks/batch");
        assert!(!has("pointer") || is_of_batch, "{self}");
        let challenge = self.header("WWW-Authenticate");
        let is_challenged = self.status == 401 || code == "insufficient_scope";
        assert_eq!(challenge.is_some(), is_challenged, "{self}");
        assert!(
            challenge.is_none_or(|challenge| challenge.starts_with("Bearer realm=")),
            "{self}"
        );
    }
}

#[track_caller]
fn place_and_code(fault: &Value) -> (String, String) {
    let place = match (&fault["pointer"], &fault["parameter"]) {
        (Value::String(pointer), Value::Null) => pointer.clone(),
        (Value::Null, Value::String(parameter)) => format!("?{parameter}"),
        _ => panic!("a fault has one place: {fault}"),
    };
    (place, fault["code"].as_str().unwrap().to_owned())
}

/// Where the next page is (RFC 8288).
#[track_caller]
pub(crate) fn next(answer: &Answer) -> Option<String> {
    let link = answer.header("Link")?;
    let address = link
        .strip_prefix('<')
        .and_then(|link| link.strip_suffix(r#">; rel="next""#));
    Some(address.unwrap_or_else(|| panic!("{link}")).to_owned())
}
