mod bad_tokens;
mod good_tokens;
mod issuers;
mod key_server;
mod key_sets;
mod random_tokens;

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use taskwell_application::ports::{OutsideClaims, OutsideRefusal, OutsideTokens};
use taskwell_domain::Issuer;

use self::key_server::{Answer, KeyServer};
use super::{public_keys::ALGORITHMS, test_keys::TestKey, *};

const ISS: &str = "https://auth.example";
const AUD: &str = "https://tasks.example";
const SECRET: &[u8] = b"a secret of two, with 32 bytes..";

/// 2026-11-21T09:30:00Z
const NOW: i64 = 1_795_253_400;

fn now() -> Timestamp {
    "2026-11-21T09:30:00Z".parse().unwrap()
}

/// What a good token says.
fn claims() -> Value {
    json!({
        "iat": NOW,
        "name": "alice",
        "email": "alice@example.com",
        "emailVerified": false,
        "role": "user",
        "id": "coMhnmLkdmv2cnkLIS7KRalGgxJt2PwI",
        "sub": "coMhnmLkdmv2cnkLIS7KRalGgxJt2PwI",
        "exp": NOW + 900,
        "iss": ISS,
        "aud": AUD,
    })
}

/// The same with a claim changed, or without it.
fn claims_with(claim: &str, value: Option<Value>) -> Value {
    let mut claims = claims();
    match value {
        Some(value) => claims[claim] = value,
        None => drop(claims.as_object_mut().unwrap().remove(claim)),
    }
    claims
}

/// As Better Auth writes it: without `typ`.
fn header(algorithm: Algorithm, kid: &str) -> Header {
    let mut header = Header::new(algorithm);
    header.typ = None;
    header.kid = Some(kid.to_owned());
    header
}

/// A token under the key of that algorithm that [`key_server`] publishes.
fn token(algorithm: Algorithm, claims: &Value) -> String {
    let (key, kid) = match algorithm {
        Algorithm::EdDSA => (TestKey::Ed25519, "ed"),
        Algorithm::ES256 => (TestKey::P256, "ec"),
        _ => (TestKey::Rsa, "rsa"),
    };
    key.sign(&header(algorithm, kid), claims)
}

/// A token under the secret.
fn token_under_secret(claims: &Value) -> String {
    let key = EncodingKey::from_secret(SECRET);
    jsonwebtoken::encode(&Header::new(Algorithm::HS256), claims, &key).unwrap()
}

/// A server with a key of each type.
async fn key_server() -> KeyServer {
    KeyServer::start(Answer::Keys(vec![
        TestKey::Ed25519.jwk("ed"),
        TestKey::P256.jwk("ec"),
        TestKey::Rsa.jwk("rsa"),
    ]))
    .await
}

fn with_keys_at(server: &KeyServer) -> OutsideIssuer {
    OutsideIssuer {
        name: Issuer::parse("better-auth").unwrap(),
        issuers: vec![ISS.to_owned()],
        audiences: vec![AUD.to_owned()],
        keys: OutsideKeys::Jwks(server.url()),
        roles: None,
    }
}

/// One whose tokens say neither who they are from nor who they are for.
fn with_secret() -> OutsideIssuer {
    OutsideIssuer {
        name: Issuer::parse("guide").unwrap(),
        issuers: Vec::new(),
        audiences: Vec::new(),
        keys: OutsideKeys::Secret(SECRET.to_vec()),
        roles: None,
    }
}

fn trust(issuers: &[OutsideIssuer]) -> OutsideIssuers {
    OutsideIssuers::new(issuers.to_vec()).unwrap()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refused {
    Invalid,
    Expired,
    Unavailable,
}

async fn verify(issuers: &OutsideIssuers, token: &str) -> Result<OutsideClaims, Refused> {
    issuers
        .verify(token, now())
        .await
        .map_err(|refusal| match refusal {
            OutsideRefusal::Invalid => Refused::Invalid,
            OutsideRefusal::Expired => Refused::Expired,
            OutsideRefusal::Unavailable(_) => Refused::Unavailable,
        })
}
