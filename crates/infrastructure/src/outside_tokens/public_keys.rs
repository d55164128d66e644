//! The keys that an issuer publishes.

use jsonwebtoken::{
    Algorithm, DecodingKey,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, KeyOperations, PublicKeyUse},
};
use serde::Deserialize;
use serde_json::Value;

/// How many keys a set may have.
const MAX_KEYS: usize = 100;

/// The algorithms that tokens of a key set may be signed with (RFC 7518, RFC 8037).
pub(super) const ALGORITHMS: [Algorithm; 4] = [
    Algorithm::EdDSA,
    Algorithm::ES256,
    Algorithm::RS256,
    Algorithm::PS256,
];

/// A key set (RFC 7517), as far as it can check signatures.
#[derive(Debug)]
pub(super) struct PublicKeys(Vec<PublicKey>);

#[derive(Debug)]
struct PublicKey {
    /// `kid`
    id: Option<String>,
    /// Those that fit its type, or the one of them that it names itself.
    algorithms: Vec<Algorithm>,
    key: DecodingKey,
}

/// Why an answer is not taken for a key set.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotAKeySet {
    /// It is something else.
    #[error("it is no key set")]
    Malformed(#[from] serde_json::Error),
    /// There is no end to it.
    #[error("it has more than {MAX_KEYS} keys")]
    TooMany,
    /// Nobody could have signed with it.
    #[error("it has no key that can check signatures")]
    Useless,
}

impl PublicKeys {
    /// Reads a key set. Keys of other types or for other purposes are passed over, and so are broken ones, and
    /// those that should be secret: none of that is a reason to refuse the others.
    pub(super) fn parse(json: &[u8]) -> Result<Self, NotAKeySet> {
        #[derive(Deserialize)]
        struct KeySet {
            keys: Vec<Value>,
        }
        let KeySet { keys } = serde_json::from_slice(json)?;
        if keys.len() > MAX_KEYS {
            return Err(NotAKeySet::TooMany);
        }
        let keys: Vec<PublicKey> = keys.into_iter().filter_map(PublicKey::read).collect();
        if keys.is_empty() {
            return Err(NotAKeySet::Useless);
        }
        Ok(Self(keys))
    }

    /// The key of that id that fits the algorithm. A token that names no key means the only one that fits.
    pub(super) fn find(&self, id: Option<&str>, algorithm: Algorithm) -> Option<&DecodingKey> {
        let mut fitting = self.0.iter().filter(|key| key.algorithms.contains(&algorithm));
        let found = match id {
            Some(id) => fitting.find(|key| key.id.as_deref() == Some(id)),
            None => match (fitting.next(), fitting.next()) {
                (only, None) => only,
                _ => None,
            },
        };
        found.map(|key| &key.key)
    }
}

impl PublicKey {
    fn read(json: Value) -> Option<Self> {
        let is_private = json.get("d").is_some();
        let jwk: Jwk = serde_json::from_value(json).ok()?;
        let is_for_signatures = jwk
            .common
            .public_key_use
            .as_ref()
            .is_none_or(|purpose| *purpose == PublicKeyUse::Signature);
        let is_for_verifying = jwk
            .common
            .key_operations
            .as_ref()
            .is_none_or(|operations| operations.contains(&KeyOperations::Verify));
        let algorithms = algorithms(&jwk);
        if is_private || !is_for_signatures || !is_for_verifying || algorithms.is_empty() {
            return None;
        }
        Some(Self {
            key: DecodingKey::from_jwk(&jwk).ok()?,
            id: jwk.common.key_id,
            algorithms,
        })
    }
}

fn algorithms(jwk: &Jwk) -> Vec<Algorithm> {
    let fits = |algorithm: &Algorithm| match (&jwk.algorithm, algorithm) {
        (AlgorithmParameters::OctetKeyPair(key), Algorithm::EdDSA) => key.curve == EllipticCurve::Ed25519,
        (AlgorithmParameters::EllipticCurve(key), Algorithm::ES256) => key.curve == EllipticCurve::P256,
        (AlgorithmParameters::RSA(_), Algorithm::RS256 | Algorithm::PS256) => true,
        _ => false,
    };
    let is_meant = |algorithm: &Algorithm| {
        jwk.common
            .key_algorithm
            .is_none_or(|named| named == KeyAlgorithm::from(*algorithm))
    };
    ALGORITHMS
        .into_iter()
        .filter(|algorithm| fits(algorithm) && is_meant(algorithm))
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{super::test_keys::TestKey, *};

    fn read(keys: &[Value]) -> Result<PublicKeys, NotAKeySet> {
        PublicKeys::parse(json!({"keys": keys}).to_string().as_bytes())
    }

    fn parse(keys: &[Value]) -> PublicKeys {
        read(keys).unwrap()
    }

    #[track_caller]
    fn assert_useless(key: &Value) {
        let refused = read(std::slice::from_ref(key));
        assert!(matches!(refused, Err(NotAKeySet::Useless)), "{key}");
    }

    /// The public key under the id `k`, with that member besides.
    fn with(key: TestKey, member: &str, value: Value) -> Value {
        let mut jwk = key.jwk("k");
        jwk[member] = value;
        jwk
    }

    fn fitting(keys: &PublicKeys, id: Option<&str>) -> Vec<Algorithm> {
        ALGORITHMS
            .into_iter()
            .chain([Algorithm::HS256, Algorithm::ES384, Algorithm::RS512])
            .filter(|algorithm| keys.find(id, *algorithm).is_some())
            .collect()
    }

    #[test]
    fn a_key_serves_the_algorithms_of_its_type_alone() {
        for (key, expected) in [
            (TestKey::Ed25519, &[Algorithm::EdDSA][..]),
            (TestKey::P256, &[Algorithm::ES256]),
            (TestKey::Rsa, &[Algorithm::RS256, Algorithm::PS256]),
        ] {
            assert_eq!(fitting(&parse(&[key.jwk("k")]), Some("k")), expected);
        }
    }

    #[test]
    fn a_key_that_names_its_algorithm_serves_that_one() {
        let pss = parse(&[with(TestKey::Rsa, "alg", json!("PS256"))]);
        assert_eq!(fitting(&pss, Some("k")), [Algorithm::PS256]);
        for alg in ["RS512", "HS256", "none", "EdDSA", ""] {
            assert_useless(&with(TestKey::Rsa, "alg", json!(alg)));
        }
    }

    #[test]
    fn a_token_that_names_no_key_means_the_only_one_that_fits() {
        let one_each = [TestKey::Ed25519.jwk("a"), TestKey::P256.jwk("b")];
        assert_eq!(
            fitting(&parse(&one_each), None),
            [Algorithm::EdDSA, Algorithm::ES256]
        );
        let two = [TestKey::Ed25519.jwk("a"), TestKey::OtherEd25519.jwk("b")];
        assert_eq!(fitting(&parse(&two), None), []);
        assert_eq!(fitting(&parse(&two), Some("b")), [Algorithm::EdDSA]);
        assert_eq!(fitting(&parse(&two), Some("c")), []);
    }

    #[test]
    fn what_is_of_no_use_does_not_hide_the_rest() {
        let good = TestKey::Ed25519.jwk("good");
        let x = good["x"].clone();
        let useless = [
            json!({"kty": "AKP", "alg": "ML-DSA-44", "kid": "k", "pub": "AA"}),
            json!({"kty": "OKP", "crv": "Ed448", "kid": "k", "x": x}),
            json!({"kty": "OKP", "crv": "X25519", "kid": "k", "x": x}),
            json!({"kty": "OKP", "crv": "Ed25519", "kid": "k", "x": "not base64!"}),
            json!({"kty": "OKP", "crv": "Ed25519", "kid": "k"}),
            json!({"kty": "EC", "crv": "Ed25519", "kid": "k", "x": x, "y": x}),
            json!({"kty": "EC", "crv": "P-521", "kid": "k", "x": x, "y": x}),
            json!({"kty": "oct", "kid": "k", "k": "c2VjcmV0"}),
            json!({"kty": "oct", "alg": "EdDSA", "kid": "k", "k": "c2VjcmV0", "x": x}),
            with(TestKey::P256, "use", json!("enc")),
            with(TestKey::P256, "use", json!(7)),
            with(TestKey::P256, "key_ops", json!(["encrypt"])),
            with(TestKey::P256, "d", json!("AA")),
            with(TestKey::P256, "kid", json!(7)),
            json!({}),
            json!(null),
            json!("key"),
            json!([good]),
        ];
        for one in &useless {
            assert_useless(one);
        }
        let keys = [&useless[..], &[good]].concat();
        assert_eq!(fitting(&parse(&keys), Some("good")), [Algorithm::EdDSA]);
    }

    #[test]
    fn what_is_said_of_a_key_may_be_said_in_full_or_not_at_all() {
        let bare = json!({"kty": "OKP", "crv": "Ed25519", "x": TestKey::Ed25519.jwk("k")["x"]});
        assert_eq!(fitting(&parse(&[bare]), None), [Algorithm::EdDSA]);
        let mut full = with(TestKey::P256, "use", json!("sig"));
        full["key_ops"] = json!(["verify"]);
        full["alg"] = json!("ES256");
        full["note"] = json!({"any": "thing"});
        assert_eq!(fitting(&parse(&[full]), Some("k")), [Algorithm::ES256]);
    }

    #[test]
    fn what_is_no_key_set_is_refused() {
        for text in [
            "",
            "<html>",
            "null",
            "[]",
            "{}",
            r#"{"keys": {}}"#,
            r#"{"keys": null}"#,
        ] {
            let refused = PublicKeys::parse(text.as_bytes()).unwrap_err();
            assert!(matches!(refused, NotAKeySet::Malformed(_)), "{text}");
        }
        let deep = format!(r#"{{"keys": {}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
        assert!(PublicKeys::parse(deep.as_bytes()).is_err());
        assert!(matches!(read(&[]), Err(NotAKeySet::Useless)));
    }

    #[test]
    fn a_set_has_at_most_a_hundred_keys() {
        let keys = |count| json!({"keys": vec![TestKey::Ed25519.jwk("k"); count]}).to_string();
        assert_eq!(PublicKeys::parse(keys(100).as_bytes()).unwrap().0.len(), 100);
        let refused = PublicKeys::parse(keys(101).as_bytes()).unwrap_err();
        assert!(matches!(refused, NotAKeySet::TooMany));
    }
}
