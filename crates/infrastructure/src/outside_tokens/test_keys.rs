//! Keys to sign with in tests.

use jsonwebtoken::{Algorithm, EncodingKey, Header, jwk::Jwk};
use rustls_pki_types::{PrivatePkcs1KeyDer, PrivatePkcs8KeyDer, pem::PemObject};
use serde_json::Value;

use crate::jwt;

/// A key of an issuer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TestKey {
    Ed25519,
    OtherEd25519,
    P256,
    Rsa,
}

impl TestKey {
    /// What signs with it.
    pub(super) fn signing(self) -> EncodingKey {
        jwt::choose_cryptography();
        let pkcs8 = |pem: &str| PrivatePkcs8KeyDer::from_pem_slice(pem.as_bytes()).unwrap();
        match self {
            Self::Ed25519 => EncodingKey::from_ed_der(
                pkcs8(include_str!("../../test_keys/ed25519_1.pem")).secret_pkcs8_der(),
            ),
            Self::OtherEd25519 => EncodingKey::from_ed_der(
                pkcs8(include_str!("../../test_keys/ed25519_2.pem")).secret_pkcs8_der(),
            ),
            Self::P256 => {
                EncodingKey::from_ec_der(pkcs8(include_str!("../../test_keys/p256.pem")).secret_pkcs8_der())
            }
            Self::Rsa => {
                let pem = include_str!("../../test_keys/rsa2048.pem");
                let der = PrivatePkcs1KeyDer::from_pem_slice(pem.as_bytes()).unwrap();
                EncodingKey::from_rsa_der(der.secret_pkcs1_der())
            }
        }
    }

    /// What its issuer publishes of it under that id: neither `alg` nor `use`.
    pub(super) fn jwk(self, id: &str) -> Value {
        let algorithm = match self {
            Self::Ed25519 | Self::OtherEd25519 => Algorithm::EdDSA,
            Self::P256 => Algorithm::ES256,
            Self::Rsa => Algorithm::RS256,
        };
        let mut jwk = Jwk::from_encoding_key(&self.signing(), algorithm).unwrap();
        jwk.common.key_algorithm = None;
        jwk.common.key_id = Some(id.to_owned());
        serde_json::to_value(jwk).unwrap()
    }

    /// A token with that header.
    pub(super) fn sign(self, header: &Header, claims: &Value) -> String {
        jsonwebtoken::encode(header, claims, &self.signing()).unwrap()
    }
}
