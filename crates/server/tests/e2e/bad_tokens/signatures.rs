use jsonwebtoken::Algorithm;
use serde_json::{Value, json};

use super::{Bad, NONE, Trusting, bearer, with};
use crate::{
    keys::{Key, base64url, claims_of, from_base64url, header_of, now, pem},
    server::{OTHER_SECRET, SECRET},
};

/// The start of a public Ed25519 key as files have it (RFC 8410).
const BEFORE_ED25519_KEY: [u8; 12] = *b"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00";

/// Signed, but not as whoever it names would sign.
pub(super) fn wrongly_signed(trusting: &Trusting, good: &str) -> Vec<Bad> {
    let (own, issuer, rsa) = (&trusting.own, trusting.issuer.key(), &trusting.rsa);
    let (ours, theirs) = (claims_of(good), trusting.issuer.claims("alice"));
    let header = header_of(good);
    let unsigned = |alg: &str, claims: &Value| {
        let header = with(header.clone(), "alg", json!(alg));
        format!(
            "{}.{}.",
            base64url(header.to_string().as_bytes()),
            base64url(claims.to_string().as_bytes())
        )
    };
    let public = from_base64url(own.jwk()["x"].as_str().unwrap());
    let der = [&BEFORE_ED25519_KEY[..], &public].concat();
    let rsa_modulus = from_base64url(rsa.jwk()["n"].as_str().unwrap());
    let hs256 = |secret: &[u8], claims: &Value| Key::secret(secret).sign(claims);
    let secret = Key::secret(SECRET);
    let their_secret = Key::secret(OTHER_SECRET);
    let guide = json!({"sub": "alice", "iat": now(), "exp": now() + 900});
    let same_name = Key::new(Algorithm::EdDSA, "issuer-1");
    vec![
        bearer("not signed at all", unsigned("none", &ours), NONE),
        bearer("not signed, in capitals", unsigned("NONE", &ours), NONE),
        bearer("not signed, of the other issuer", unsigned("nOnE", &theirs), NONE),
        bearer(
            "another key of the same kind",
            trusting.stranger.key().sign_with(&header, &ours),
            NONE,
        ),
        bearer(
            "another key under the id of the issuer's",
            same_name.sign(&theirs),
            NONE,
        ),
        bearer("our public key as a secret", hs256(&public, &ours), NONE),
        bearer("our public key in DER as a secret", hs256(&der, &ours), NONE),
        bearer(
            "our public key in PEM as a secret",
            hs256(pem("PUBLIC KEY", &der).as_bytes(), &ours),
            NONE,
        ),
        bearer(
            "our public key as JSON as a secret",
            hs256(own.jwk().to_string().as_bytes(), &ours),
            NONE,
        ),
        bearer(
            "the issuer's public key as a secret",
            hs256(&rsa_modulus, &theirs),
            NONE,
        ),
        bearer(
            "the issuer's public key as a secret, under its id",
            Key::secret(&rsa_modulus).sign_with(&json!({"alg": "HS256", "kid": "issuer-2"}), &theirs),
            NONE,
        ),
        bearer("no secret at all", hs256(b"", &ours), NONE),
        bearer(
            "a published secret",
            hs256(b"better-auth-secret-12345678901234567890", &guide),
            NONE,
        ),
        bearer(
            "our former secret with HS512",
            secret.with(Algorithm::HS512).sign(&ours),
            NONE,
        ),
        bearer(
            "their secret with HS384",
            their_secret.with(Algorithm::HS384).sign(&guide),
            NONE,
        ),
        bearer("their secret in our name", their_secret.sign(&ours), NONE),
        bearer(
            "our former secret in the name of others",
            secret.sign(&guide),
            NONE,
        ),
        bearer(
            "their secret in the name of the issuer with keys",
            their_secret.sign(&theirs),
            NONE,
        ),
        bearer("the issuer's key in our name", issuer.sign(&ours), NONE),
        bearer("the issuer's key without a name", issuer.sign(&guide), NONE),
        bearer(
            "our key in the issuer's name",
            own.sign_with(&header, &theirs),
            NONE,
        ),
        bearer(
            "an algorithm that is not allowed",
            rsa.with(Algorithm::RS512).sign(&theirs),
            NONE,
        ),
        bearer(
            "another algorithm than the published key is for",
            rsa.with(Algorithm::PS256).sign(&theirs),
            NONE,
        ),
        bearer(
            "a key of another kind than the algorithm",
            rsa.sign_with(&issuer.header(), &theirs),
            NONE,
        ),
    ]
}
