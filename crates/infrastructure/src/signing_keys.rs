//! The keys of our own access tokens.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header,
    jwk::{AlgorithmParameters, Jwk, ThumbprintHash},
};
use rustls_pki_types::{PrivatePkcs8KeyDer, pem::PemObject};
use sha2::Sha256;
use taskwell_application::ports::PublicKey;

use crate::jwt;

/// The key that signs access tokens, and older ones whose tokens still work. What is secret of them cannot be printed.
#[derive(Debug)]
pub struct SigningKeys {
    root: Root,
    pub(crate) header: Header,
    pub(crate) signing: EncodingKey,
    /// The one of today first.
    pub(crate) verifying: Vec<VerifyingKey>,
}

impl SigningKeys {
    /// Signs with HMAC-SHA-256 (RFC 7518 `HS256`) under this secret, which should have at least 256 bits.
    #[must_use]
    pub fn secret(secret: &[u8]) -> Self {
        Self {
            root: Root::of(secret),
            header: Header::new(Algorithm::HS256),
            signing: EncodingKey::from_secret(secret),
            verifying: vec![VerifyingKey::secret(secret)],
        }
    }

    /// Signs with Ed25519 (RFC 8037 `EdDSA`): others can check these tokens with the public key alone. The
    /// private key is one in PKCS#8 PEM.
    ///
    /// # Errors
    /// [`SigningKeyError`] for any other text.
    pub fn ed25519(pem: &str) -> Result<Self, SigningKeyError> {
        let (signing, public) = read_ed25519(pem)?;
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(public.id.clone());
        Ok(Self {
            root: Root::of(pem.as_bytes()),
            header,
            signing,
            verifying: vec![VerifyingKey::ed25519(public)?],
        })
    }

    /// A key for another purpose than tokens, the same wherever the same key signs.
    #[must_use]
    pub fn derived(&self, purpose: &str) -> [u8; 32] {
        self.root
            .0
            .clone()
            .chain_update(purpose)
            .finalize()
            .into_bytes()
            .into()
    }

    /// Takes tokens under that secret as well.
    #[must_use]
    pub fn and_previous_secret(mut self, secret: &[u8]) -> Self {
        self.verifying.push(VerifyingKey::secret(secret));
        self
    }

    /// Takes tokens under that key as well. The private key is one in PKCS#8 PEM.
    ///
    /// # Errors
    /// [`SigningKeyError`] for any other text.
    pub fn and_previous_ed25519(mut self, pem: &str) -> Result<Self, SigningKeyError> {
        let (_, public) = read_ed25519(pem)?;
        self.verifying.push(VerifyingKey::ed25519(public)?);
        Ok(self)
    }
}

/// What other keys are derived from: HMAC-SHA-256 under the key that signs, which is a pseudo-random function.
struct Root(Hmac<Sha256>);

impl Root {
    #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
    fn of(key: &[u8]) -> Self {
        Self(Hmac::new_from_slice(key).expect("any key will do"))
    }
}

impl fmt::Debug for Root {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Root(…)")
    }
}

/// The text is no key that can sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it is not an Ed25519 private key in PKCS#8 PEM, as `openssl genpkey -algorithm ed25519` writes it")]
pub struct SigningKeyError;

/// A key that checks tokens, by one algorithm alone.
#[derive(Debug)]
pub(crate) struct VerifyingKey {
    pub(crate) algorithm: Algorithm,
    pub(crate) key: DecodingKey,
    /// What there is to publish of it.
    pub(crate) public: Option<PublicKey>,
}

impl VerifyingKey {
    fn secret(secret: &[u8]) -> Self {
        Self {
            algorithm: Algorithm::HS256,
            key: DecodingKey::from_secret(secret),
            public: None,
        }
    }

    fn ed25519(public: PublicKey) -> Result<Self, SigningKeyError> {
        Ok(Self {
            algorithm: Algorithm::EdDSA,
            key: DecodingKey::from_ed_components(&public.x).map_err(|_| SigningKeyError)?,
            public: Some(public),
        })
    }

    /// Whether a token with that header says that it is signed with this key. Those under a secret name none.
    pub(crate) fn is_meant_by(&self, header: &Header) -> bool {
        let id = self.public.as_ref().map(|public| &public.id);
        header.alg == self.algorithm && header.kid.as_ref() == id
    }
}

fn read_ed25519(pem: &str) -> Result<(EncodingKey, PublicKey), SigningKeyError> {
    jwt::choose_cryptography();
    let der = PrivatePkcs8KeyDer::from_pem_slice(pem.as_bytes()).map_err(|_| SigningKeyError)?;
    let signing = EncodingKey::from_ed_der(der.secret_pkcs8_der());
    let jwk = Jwk::from_encoding_key(&signing, Algorithm::EdDSA).map_err(|_| SigningKeyError)?;
    let id = jwk
        .thumbprint(ThumbprintHash::SHA256)
        .map_err(|_| SigningKeyError)?;
    match jwk.algorithm {
        AlgorithmParameters::OctetKeyPair(parameters) => Ok((signing, PublicKey { id, x: parameters.x })),
        _ => Err(SigningKeyError),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = include_str!("../test_keys/ed25519_1.pem");

    #[test]
    fn a_derived_key_depends_on_the_key_and_on_the_purpose_alone() {
        let keys = SigningKeys::secret(b"one");
        assert_eq!(keys.derived("a"), SigningKeys::secret(b"one").derived("a"));
        let others = [
            keys.derived("b"),
            SigningKeys::secret(b"other").derived("a"),
            SigningKeys::ed25519(KEY).unwrap().derived("a"),
        ];
        assert!(!others.contains(&keys.derived("a")));
    }

    #[test]
    fn a_public_key_is_named_by_its_thumbprint() {
        // The key of RFC 8037, appendix A.1, and its thumbprint, appendix A.3.
        let pem = "-----BEGIN PRIVATE KEY-----\n\
                   MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n\
                   -----END PRIVATE KEY-----\n";
        let keys = SigningKeys::ed25519(pem).unwrap();
        let public = keys.verifying[0].public.as_ref().unwrap();
        assert_eq!(public.x, "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
        assert_eq!(public.id, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
        assert_eq!(keys.header.kid.as_ref(), Some(&public.id));
    }

    #[test]
    fn what_is_no_such_key_is_refused_without_a_word_of_it() {
        let public = "-----BEGIN PUBLIC KEY-----\n\
                      MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n\
                      -----END PUBLIC KEY-----\n";
        let x25519 = "-----BEGIN PRIVATE KEY-----\n\
                      MC4CAQAwBQYDK2VuBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n\
                      -----END PRIVATE KEY-----\n";
        let cut = KEY.replacen("MC4", "MC", 1);
        let p256 = include_str!("../test_keys/p256.pem");
        let rsa = include_str!("../test_keys/rsa2048.pem");
        for text in ["", "secret", public, x25519, &cut, p256, rsa] {
            let refused = SigningKeys::ed25519(text).unwrap_err();
            assert_eq!(refused, SigningKeyError, "{text}");
            assert!(SigningKeys::secret(b"").and_previous_ed25519(text).is_err());
        }
    }

    #[test]
    fn the_keys_cannot_be_printed() {
        let keys = SigningKeys::ed25519(KEY)
            .unwrap()
            .and_previous_secret(b"hush hush hush hush hush hush 32");
        let printed = format!("{keys:?}");
        let bytes = |secret: &[u8]| {
            let printed = format!("{secret:?}");
            printed.trim_matches(['[', ']']).to_owned()
        };
        let der = PrivatePkcs8KeyDer::from_pem_slice(KEY.as_bytes()).unwrap();
        assert!(!printed.contains("hush"));
        assert!(!printed.contains(&bytes(b"hush")));
        assert!(!printed.contains(&bytes(&der.secret_pkcs8_der()[16..20])));
    }
}
