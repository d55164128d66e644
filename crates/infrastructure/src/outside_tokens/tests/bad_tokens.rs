use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk};

use super::*;

/// A token of that header and payload, whatever they are, with that signature.
fn assemble(header: &Value, payload: &Value, signature: &str) -> String {
    let encode = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
    [&encode(header), &encode(payload), signature].join(".")
}

/// The good token with another header; its signature stays.
fn with_header(header: &Value) -> String {
    let good = token(Algorithm::EdDSA, &claims());
    assemble(header, &claims(), good.rsplit('.').next().unwrap())
}

/// Signed under a secret, naming a key.
fn forged(secret: &[u8], kid: &str) -> String {
    let key = EncodingKey::from_secret(secret);
    jsonwebtoken::encode(&header(Algorithm::HS256, kid), &claims(), &key).unwrap()
}

/// Every one is refused, as that, and not one causes a fetch.
async fn refuse_without_a_fetch(tokens: Vec<(&str, String)>, expected: Refused) {
    let server = key_server().await;
    let issuers = trust(&[with_keys_at(&server)]);
    for (name, token) in tokens {
        assert_eq!(verify(&issuers, &token).await, Err(expected), "{name}: {token}");
    }
    assert_eq!(server.asked(), 0);
}

/// Every one is refused by an issuer whose keys are known.
async fn refuse(tokens: Vec<(&str, String)>) {
    let server = key_server().await;
    let issuers = trust(&[with_keys_at(&server)]);
    assert!(
        verify(&issuers, &token(Algorithm::EdDSA, &claims()))
            .await
            .is_ok()
    );
    for (name, token) in tokens {
        assert_eq!(
            verify(&issuers, &token).await,
            Err(Refused::Invalid),
            "{name}: {token}"
        );
    }
}

#[tokio::test]
async fn what_has_not_the_form_of_a_token() {
    let good = token(Algorithm::EdDSA, &claims());
    let parts: Vec<&str> = good.split('.').collect();
    let long = claims_with("image", Some("x".repeat(jwt::MAX_LENGTH).into()));
    refuse_without_a_fetch(
        vec![
            ("nothing", String::new()),
            ("dots", "..".to_owned()),
            ("one part", parts[0].to_owned()),
            ("two parts", parts[..2].join(".")),
            ("four parts", format!("{good}.")),
            (
                "five parts, as encrypted ones have",
                format!("{good}.{}.{}", parts[1], parts[2]),
            ),
            (
                "a session token",
                "hPV0pO3xqVbT9kKyuoMqj8cyzlU8Y0nL.c2lnbmF0dXJl".to_owned(),
            ),
            ("endless", token(Algorithm::EdDSA, &long)),
            ("white space", format!(" {good}")),
            ("no text", "é.é.é".to_owned()),
            ("padding", format!("{}=.{}.{}", parts[0], parts[1], parts[2])),
            ("an array", assemble(&json!([]), &json!([]), "")),
            ("a payload that is none", [parts[0], "bm9uZQ", parts[2]].join(".")),
        ],
        Refused::Invalid,
    )
    .await;
}

#[tokio::test]
async fn what_the_header_may_not_say() {
    let jwk = TestKey::OtherEd25519.jwk("ed");
    let with = |member: &str, value: Value| {
        let mut header = json!({"alg": "EdDSA", "kid": "ed"});
        header[member] = value;
        with_header(&header)
    };
    refuse_without_a_fetch(
        vec![
            ("no algorithm", with_header(&json!({"kid": "ed"}))),
            ("none", with("alg", json!("none"))),
            ("None", with("alg", json!("None"))),
            ("nothing", with("alg", json!(""))),
            ("unknown", with("alg", json!("ES512"))),
            ("another case", with("alg", json!("eddsa"))),
            ("two", with("alg", json!(["EdDSA"]))),
            ("one that is not ours", with("alg", json!("ES384"))),
            ("one that is not ours", with("alg", json!("RS512"))),
            ("a secret's", with("alg", json!("HS256"))),
            ("a cookie", with("typ", json!("better-auth.session-cache+jwt"))),
            ("a logout", with("typ", json!("logout+jwt"))),
            ("an empty type", with("typ", json!(""))),
            ("critical", with("crit", json!(["exp"]))),
            ("critical", with("crit", json!([]))),
            ("its own key", with("jwk", jwk)),
            ("its own key", with("jwk", json!({}))),
            ("its own keys", with("jku", json!("https://evil.example/jwks"))),
            (
                "its own certificate",
                with("x5u", json!("https://evil.example/cert")),
            ),
            ("its own certificate", with("x5c", json!(["MIIB"]))),
            ("a number for a key", with("kid", json!(7))),
        ],
        Refused::Invalid,
    )
    .await;
}

#[tokio::test]
async fn what_the_claims_may_not_say() {
    let with = |claim: &str, value: Option<Value>| token(Algorithm::EdDSA, &claims_with(claim, value));
    refuse_without_a_fetch(
        vec![
            ("nobody's", with("iss", None)),
            (
                "somebody else's",
                with("iss", Some(json!("https://evil.example"))),
            ),
            ("another path", with("iss", Some(json!("https://auth.example/")))),
            ("another case", with("iss", Some(json!("https://AUTH.example")))),
            ("a list", with("iss", Some(json!([ISS])))),
            ("ours", with("iss", Some(json!("taskwell")))),
            ("without an end", with("exp", None)),
            (
                "with a word for an end",
                with("exp", Some(json!((NOW + 900).to_string()))),
            ),
            ("with nothing for an end", with("exp", Some(json!(null)))),
            ("not yet", with("nbf", Some(json!(NOW + 120)))),
            ("not yet, in a word", with("nbf", Some(json!("0")))),
            ("made at a word", with("iat", Some(json!("0")))),
            ("about nobody", with("sub", None)),
            ("about a number", with("sub", Some(json!(7)))),
            ("about nothing", with("sub", Some(json!(null)))),
        ],
        Refused::Invalid,
    )
    .await;
}

#[tokio::test]
async fn an_expired_token_whose_key_is_not_known_causes_no_fetch() {
    let past = token(Algorithm::EdDSA, &claims_with("exp", Some(json!(NOW - 120))));
    refuse_without_a_fetch(vec![("past", past)], Refused::Invalid).await;
}

#[tokio::test]
async fn what_a_signature_does_not_make_good() {
    let with = |claim: &str, value: Option<Value>| token(Algorithm::EdDSA, &claims_with(claim, value));
    refuse(vec![
        (
            "for somebody else",
            with("aud", Some(json!("https://other.example"))),
        ),
        (
            "for the cookie cache",
            with("aud", Some(json!("better-auth:session-cache"))),
        ),
        ("for others", with("aud", Some(json!(["https://other.example"])))),
        ("for nobody", with("aud", Some(json!([])))),
        ("for nobody", with("aud", None)),
        ("for a number", with("aud", Some(json!(7)))),
        ("about an empty name", with("sub", Some(json!("")))),
        ("without an end", with("exp", Some(json!(1e300)))),
        (
            "with an end before the calendar",
            with("exp", Some(json!(-1e300))),
        ),
    ])
    .await;
}

#[tokio::test]
async fn what_was_changed_after_it_was_signed() {
    let good = token(Algorithm::EdDSA, &claims());
    let parts: Vec<&str> = good.split('.').collect();
    let admin = claims_with("sub", Some(json!("admin")));
    refuse(vec![
        (
            "other claims",
            assemble(&json!({"alg": "EdDSA", "kid": "ed"}), &admin, parts[2]),
        ),
        ("no signature", [parts[0], parts[1], ""].join(".")),
        (
            "half a signature",
            [parts[0], parts[1], &parts[2][..40]].join("."),
        ),
        (
            "another's signature",
            TestKey::OtherEd25519.sign(&header(Algorithm::EdDSA, "ed"), &claims()),
        ),
        ("a longer one", format!("{good}AAAA")),
        (
            "another type of key",
            with_header(&json!({"alg": "EdDSA", "kid": "ec"})),
        ),
        (
            "another algorithm",
            with_header(&json!({"alg": "ES256", "kid": "ec"})),
        ),
        ("another algorithm of the same key", {
            let signed = token(Algorithm::RS256, &claims());
            let signature = signed.rsplit('.').next().unwrap();
            assemble(&json!({"alg": "PS256", "kid": "rsa"}), &claims(), signature)
        }),
    ])
    .await;
}

#[tokio::test]
async fn what_names_a_key_that_is_none() {
    refuse(
        [
            "",
            "../../../etc/passwd",
            "' OR '1'='1",
            "ed\u{0}",
            "ED",
            "https://evil.example/key",
            "no\r\nno",
        ]
        .map(|kid| {
            let token = TestKey::Ed25519.sign(&header(Algorithm::EdDSA, kid), &claims());
            (kid, token)
        })
        .to_vec(),
    )
    .await;
}

#[tokio::test]
async fn a_key_that_the_token_brings_along() {
    let evil = KeyServer::start(Answer::Keys(vec![TestKey::OtherEd25519.jwk("evil")])).await;
    let plain = header(Algorithm::EdDSA, "evil");
    let headers = [
        Header {
            jwk: Some(serde_json::from_value(TestKey::OtherEd25519.jwk("evil")).unwrap()),
            ..plain.clone()
        },
        Header {
            jku: Some(evil.url()),
            ..plain.clone()
        },
        Header {
            x5u: Some(evil.url()),
            ..plain.clone()
        },
        Header {
            kid: Some(evil.url()),
            ..plain
        },
    ];
    refuse(
        headers
            .map(|header| ("a stranger's", TestKey::OtherEd25519.sign(&header, &claims())))
            .to_vec(),
    )
    .await;
    assert_eq!(evil.asked(), 0);
}

/// What an issuer publishes is no secret that one could sign with.
#[tokio::test]
async fn a_public_key_taken_for_a_secret() {
    let mut tokens = Vec::new();
    for (key, kid) in [
        (TestKey::Ed25519, "ed"),
        (TestKey::P256, "ec"),
        (TestKey::Rsa, "rsa"),
    ] {
        let json = key.jwk(kid);
        let jwk: Jwk = serde_json::from_value(json.clone()).unwrap();
        let texts = match jwk.algorithm {
            AlgorithmParameters::OctetKeyPair(key) => vec![key.x],
            AlgorithmParameters::EllipticCurve(key) => vec![key.x, key.y],
            AlgorithmParameters::RSA(key) => vec![key.n, key.e],
            _ => panic!("no such key"),
        };
        for text in texts {
            tokens.push(("its text", forged(text.as_bytes(), kid)));
            tokens.push(("its bytes", forged(&URL_SAFE_NO_PAD.decode(&text).unwrap(), kid)));
        }
        tokens.push(("its json", forged(json.to_string().as_bytes(), kid)));
        tokens.push(("its pem", forged(public_pem(key).as_bytes(), kid)));
        tokens.push(("nothing", forged(b"", kid)));
    }
    refuse(tokens).await;
}

/// Made with `openssl pkey -pubout`.
fn public_pem(key: TestKey) -> &'static str {
    match key {
        TestKey::P256 => include_str!("../../../test_keys/p256.pub.pem"),
        TestKey::Rsa => include_str!("../../../test_keys/rsa2048.pub.pem"),
        _ => include_str!("../../../test_keys/ed25519_1.pub.pem"),
    }
}

#[tokio::test]
async fn under_a_secret_no_other_algorithm_works() {
    let issuers = trust(&[with_secret()]);
    let good = token_under_secret(&claims());
    assert!(verify(&issuers, &good).await.is_ok());
    for algorithm in [Algorithm::HS384, Algorithm::HS512] {
        let key = EncodingKey::from_secret(SECRET);
        let token = jsonwebtoken::encode(&Header::new(algorithm), &claims(), &key).unwrap();
        assert_eq!(
            verify(&issuers, &token).await,
            Err(Refused::Invalid),
            "{algorithm:?}"
        );
    }
    for algorithm in ALGORITHMS {
        let token = token(algorithm, &claims());
        assert_eq!(
            verify(&issuers, &token).await,
            Err(Refused::Invalid),
            "{algorithm:?}"
        );
    }
    for alg in ["none", "NONE", ""] {
        let signature = good.rsplit('.').next().unwrap();
        for signature in ["", signature] {
            let token = assemble(&json!({"typ": "JWT", "alg": alg}), &claims(), signature);
            assert_eq!(verify(&issuers, &token).await, Err(Refused::Invalid), "{alg:?}");
        }
    }
}

/// Better Auth signs what it writes into mails, and into cookies, with the same secret.
#[tokio::test]
async fn what_a_secret_has_signed_for_something_else() {
    let issuers = trust(&[with_secret()]);
    let mail = json!({
        "email": "alice@interop.test",
        "userId": "coMhnmLkdmv2cnkLIS7KRalGgxJt2PwI",
        "iat": NOW,
        "exp": NOW + 3_600,
    });
    let cookie = json!({
        "session": {"token": "6mOe", "userId": "mEgC", "id": "mEgC"},
        "user": {"id": "mEgC", "email": "alice@interop.test", "role": "user"},
        "version": "1",
        "iat": NOW,
        "exp": NOW + 300,
    });
    for claims in [mail, cookie] {
        let token = token_under_secret(&claims);
        assert_eq!(verify(&issuers, &token).await, Err(Refused::Invalid), "{claims}");
    }
}

#[tokio::test]
async fn a_token_that_was_good_once_has_expired_and_a_bad_one_has_not() {
    let server = key_server().await;
    let issuers = trust(&[with_keys_at(&server), with_secret()]);
    assert!(
        verify(&issuers, &token(Algorithm::EdDSA, &claims()))
            .await
            .is_ok()
    );
    let past = claims_with("exp", Some(json!(NOW - 3_600)));
    let mut elsewhere = past.clone();
    elsewhere["iss"] = json!("https://elsewhere.example");
    let mut for_others = past.clone();
    for_others["aud"] = json!("https://other.example");
    let other_key = TestKey::OtherEd25519.sign(&header(Algorithm::EdDSA, "ed"), &past);
    for (token, expected) in [
        (token(Algorithm::EdDSA, &past), Refused::Expired),
        (token_under_secret(&elsewhere), Refused::Expired),
        (other_key, Refused::Invalid),
        (token(Algorithm::EdDSA, &for_others), Refused::Invalid),
        (
            TestKey::Ed25519.sign(&header(Algorithm::EdDSA, "unknown"), &past),
            Refused::Invalid,
        ),
    ] {
        assert_eq!(verify(&issuers, &token).await, Err(expected), "{token}");
    }
    assert_eq!(server.asked(), 1);
}
