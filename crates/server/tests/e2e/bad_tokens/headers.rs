use serde_json::{Value, json};

use super::{Bad, NONE, Trusting, bearer, with};
use crate::keys::Key;

/// Headers that would pick the key, or change what the signature is about.
pub(super) fn injected(trusting: &Trusting) -> Vec<Bad> {
    let (stranger, theirs) = (&trusting.stranger, trusting.issuer.claims("alice"));
    let by_stranger = |word: &str, value: Value| {
        let header = with(json!({"alg": "EdDSA"}), word, value);
        stranger.key().sign_with(&header, &theirs)
    };
    let by_nothing = |kid: &str| Key::secret("").sign_with(&json!({"alg": "HS256", "kid": kid}), &theirs);
    let jwks = format!("{}/jwks", stranger.url());
    vec![
        bearer(
            "a kid that is a path",
            by_nothing("../../../../../../dev/null"),
            NONE,
        ),
        bearer("a kid that is SQL", by_nothing("x' UNION SELECT '' --"), NONE),
        bearer("a kid that is a command", by_nothing("key;sleep 5"), NONE),
        bearer("a kid that is an address", by_stranger("kid", json!(jwks)), NONE),
        bearer(
            "a kid that nobody has",
            by_stranger("kid", json!("unknown")),
            NONE,
        ),
        bearer("a kid that is empty", by_stranger("kid", json!("")), NONE),
        bearer(
            "a kid that is long",
            by_stranger("kid", json!("k".repeat(4_000))),
            NONE,
        ),
        bearer("a kid that is a number", by_stranger("kid", json!(1)), NONE),
        bearer(
            "a kid that is a list",
            by_stranger("kid", json!(["issuer-1"])),
            NONE,
        ),
        bearer("a key of its own", by_stranger("jwk", stranger.key().jwk()), NONE),
        bearer(
            "an address of its own keys",
            by_stranger("jku", json!(jwks)),
            NONE,
        ),
        bearer(
            "an address of its own certificate",
            by_stranger("x5u", json!(jwks)),
            NONE,
        ),
        bearer(
            "a certificate of its own",
            by_stranger("x5c", json!(["MIIB"])),
            NONE,
        ),
        bearer(
            "an extension that must be known",
            trusting.issued_under("crit", json!(["x"])),
            NONE,
        ),
        bearer(
            "an unknown algorithm",
            trusting.issued_under("alg", json!("ES512")),
            NONE,
        ),
        bearer(
            "an algorithm that is none",
            trusting.issued_under("alg", json!(7)),
            NONE,
        ),
        bearer("no algorithm", trusting.issued_under("alg", Value::Null), NONE),
        bearer(
            "a token for something else by its type",
            trusting.issued_under("typ", json!("better-auth.session-cache+jwt")),
            NONE,
        ),
        bearer(
            "a logout token",
            trusting.issued_under("typ", json!("logout+jwt")),
            NONE,
        ),
    ]
}
