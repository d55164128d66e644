use serde_json::{Value, json};

use super::{Bad, EXPIRED, NONE, Trusting, bearer};
use crate::{
    keys::{Key, now},
    server::OTHER_SECRET,
};

/// Rightly signed, and not good for us, or no more.
pub(super) fn wrongly_claimed(trusting: &Trusting) -> Vec<Bad> {
    let url = trusting.issuer.url();
    let issued = |name, claim, value, code| bearer(name, trusting.issued_with(claim, value), code);
    let raw = |name, claims: &[u8]| {
        let key = trusting.issuer.key();
        bearer(
            name,
            key.sign_bytes(key.header().to_string().as_bytes(), claims),
            NONE,
        )
    };
    let theirs = Key::secret(OTHER_SECRET);
    let mail = json!({"email": "a@example.com", "userId": "alice", "iat": now(), "exp": now() + 900});
    let old = json!({"sub": "alice", "iat": now() - 900, "exp": now() - 90});
    vec![
        issued("expired", "exp", json!(now() - 3600), EXPIRED),
        issued("expired beyond the leeway", "exp", json!(now() - 62), EXPIRED),
        bearer("expired, by a secret", theirs.sign(&old), EXPIRED),
        issued("not yet valid", "nbf", json!(now() + 3600), NONE),
        issued("not yet valid beyond the leeway", "nbf", json!(now() + 70), NONE),
        issued("no expiry", "exp", Value::Null, NONE),
        issued("an expiry that is text", "exp", json!("tomorrow"), NONE),
        issued("no sub", "sub", Value::Null, NONE),
        issued("an empty sub", "sub", json!(""), NONE),
        issued("a sub that is a number", "sub", json!(1), NONE),
        issued("a sub that is a list", "sub", json!(["alice"]), NONE),
        issued("a sub with a space", "sub", json!("alice smith"), NONE),
        issued(
            "a sub with a line break",
            "sub",
            json!("alice\r\nX-Admin: yes"),
            NONE,
        ),
        issued("a sub that is long", "sub", json!("x".repeat(129)), NONE),
        bearer("a link in a mail, without sub", theirs.sign(&mail), NONE),
        issued("no iss", "iss", Value::Null, NONE),
        issued("an unknown iss", "iss", json!(trusting.stranger.url()), NONE),
        issued("almost the iss", "iss", json!(format!("{url}/")), NONE),
        issued("several iss", "iss", json!([url]), NONE),
        issued("no aud", "aud", Value::Null, NONE),
        issued("a wrong aud", "aud", json!("notes"), NONE),
        issued("almost the aud", "aud", json!("tasks2"), NONE),
        issued(
            "an aud for others",
            "aud",
            json!(["notes", "better-auth:session-cache"]),
            NONE,
        ),
        raw("claims that are no JSON", b"alice"),
        raw("claims that are a list", b"[]"),
        raw("claims that are no text", b"\xff\xfe"),
        raw("claims that end early", b"{\"sub\": \"alice\""),
        raw("claims that are deep", &b"[".repeat(5_000)),
    ]
}
