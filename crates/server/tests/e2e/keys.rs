//! Keys that sign tokens, and tokens of every kind.

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    rand::SystemRandom,
    rsa::{self, KeySize},
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair},
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use jsonwebtoken::{Algorithm, EncodingKey, crypto, jwk::Jwk};
use serde_json::{Value, json};
use taskwell_application::ports::Clock;
use taskwell_infrastructure::SystemClock;

/// How much of an RSA key of 2048 bits in PKCS#8 (RFC 5208) stands before the key itself (RFC 8017).
const BEFORE_RSA_KEY: usize = 26;

/// A key that signs with one algorithm, and the `kid` that its tokens name.
#[derive(Clone)]
pub(crate) struct Key {
    algorithm: Algorithm,
    id: Option<String>,
    key: EncodingKey,
}

impl Key {
    /// A new key for that algorithm, one of those with public keys.
    pub(crate) fn new(algorithm: Algorithm, id: &str) -> Self {
        let random = SystemRandom::new();
        let key = match algorithm {
            Algorithm::EdDSA => {
                let key = Ed25519KeyPair::generate_pkcs8v1(&random).expect("a key can be made");
                EncodingKey::from_ed_der(key.as_ref())
            }
            Algorithm::ES256 => {
                let key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random);
                EncodingKey::from_ec_der(key.expect("a key can be made").as_ref())
            }
            _ => {
                let key = rsa::KeyPair::generate(KeySize::Rsa2048).expect("a key can be made");
                let key = AsDer::<Pkcs8V1Der<'_>>::as_der(&key).expect("a key can be written");
                EncodingKey::from_rsa_der(&key.as_ref()[BEFORE_RSA_KEY..])
            }
        };
        Self {
            algorithm,
            id: Some(id.to_owned()),
            key,
        }
    }

    /// A secret for HS256, whose tokens name no key.
    pub(crate) fn secret(secret: impl AsRef<[u8]>) -> Self {
        Self {
            algorithm: Algorithm::HS256,
            id: None,
            key: EncodingKey::from_secret(secret.as_ref()),
        }
    }

    /// The same key material used with another algorithm of its family.
    pub(crate) fn with(&self, algorithm: Algorithm) -> Self {
        Self {
            algorithm,
            ..self.clone()
        }
    }

    /// The public key as it stands in a key set (RFC 7517).
    pub(crate) fn jwk(&self) -> Value {
        let mut jwk = Jwk::from_encoding_key(&self.key, self.algorithm).expect("a key has a public part");
        jwk.common.key_id = self.id.clone();
        serde_json::to_value(jwk).expect("a key is JSON")
    }

    /// The private key as a file has it: PKCS#8 in PEM. Not for RSA.
    pub(crate) fn pem(&self) -> String {
        pem("PRIVATE KEY", self.key.as_bytes())
    }

    /// The header of its tokens.
    pub(crate) fn header(&self) -> Value {
        let mut header = json!({"alg": format!("{:?}", self.algorithm)});
        if let Some(id) = &self.id {
            header["kid"] = json!(id);
        }
        header
    }

    /// A token.
    pub(crate) fn sign(&self, claims: &Value) -> String {
        self.sign_with(&self.header(), claims)
    }

    /// A token with that header, whatever it says.
    pub(crate) fn sign_with(&self, header: &Value, claims: &Value) -> String {
        self.sign_bytes(header.to_string().as_bytes(), claims.to_string().as_bytes())
    }

    /// A token of these two parts, which need not be JSON.
    pub(crate) fn sign_bytes(&self, header: &[u8], claims: &[u8]) -> String {
        let message = format!("{}.{}", base64url(header), base64url(claims));
        let signature = crypto::sign(message.as_bytes(), &self.key, self.algorithm);
        format!("{message}.{}", signature.expect("a token can be signed"))
    }
}

/// As tokens are written.
pub(crate) fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// What such a text stands for.
pub(crate) fn from_base64url(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).expect("it is base64url")
}

/// The header of a token, unchecked.
pub(crate) fn header_of(token: &str) -> Value {
    part(token, 0)
}

/// The claims of a token, unchecked.
pub(crate) fn claims_of(token: &str) -> Value {
    part(token, 1)
}

fn part(token: &str, index: usize) -> Value {
    let part = token.split('.').nth(index).expect("a token has three parts");
    serde_json::from_slice(&from_base64url(part)).expect("a part of a token is JSON")
}

/// A file in PEM (RFC 7468).
pub(crate) fn pem(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines: Vec<_> = text
        .as_bytes()
        .chunks(64)
        .map(|line| String::from_utf8_lossy(line))
        .collect();
    format!(
        "-----BEGIN {label}-----\n{}\n-----END {label}-----\n",
        lines.join("\n")
    )
}

/// The time as tokens tell it: whole seconds since 1970.
pub(crate) fn now() -> i64 {
    SystemClock.now().unix_seconds()
}
