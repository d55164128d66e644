use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use proptest::prelude::*;

use super::*;

/// Any JSON, small.
fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (NOW - 100..NOW + 100).prop_map(Value::from),
        ".{0,20}".prop_map(Value::from),
        Just(json!(ISS)),
        Just(json!("taskwell")),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::hash_map(".{0,5}", inner, 0..3).prop_map(|map| json!(map)),
        ]
    })
}

fn member(names: &'static [&'static str]) -> impl Strategy<Value = (&'static str, Value)> {
    (prop::sample::select(names), json_value())
}

/// One of these texts, and the same with a piece cut out somewhere and another put in.
fn damaged(whole: Vec<String>) -> impl Strategy<Value = (String, String)> {
    let whole = prop::sample::select(whole);
    let piece = prop_oneof![Just(String::new()), "[A-Za-z0-9._-]{1,8}", "[ -~]{1,4}", ".{1,4}"];
    (whole, any::<prop::sample::Index>(), 0_usize..4, piece).prop_map(|(whole, at, cut, piece)| {
        let at = at.index(whole.len() + 1);
        let end = (at + cut).min(whole.len());
        let damaged = [&whole[..at], &piece, &whole[end..]].concat();
        (whole, damaged)
    })
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
}

#[test]
fn a_damaged_token_is_refused() {
    let runtime = runtime();
    let server = runtime.block_on(key_server());
    let issuers = runtime.block_on(async { trust(&[with_keys_at(&server), with_secret()]) });
    let good = ALGORITHMS.map(|algorithm| token(algorithm, &claims()));
    for token in &good {
        assert!(runtime.block_on(verify(&issuers, token)).is_ok());
    }
    proptest!(|((whole, damaged) in damaged(good.to_vec()))| {
        let read = runtime.block_on(verify(&issuers, &damaged));
        prop_assert_eq!(read.is_ok(), damaged == whole, "{}", damaged);
    });
}

#[test]
fn whatever_the_header_says_nothing_breaks_and_nothing_opens() {
    const MEMBERS: &[&str] = &[
        "alg", "kid", "typ", "crit", "jwk", "jku", "x5c", "x5u", "b64", "zip", "enc", "cty",
    ];
    let runtime = runtime();
    let server = runtime.block_on(key_server());
    let issuers = runtime.block_on(async { trust(&[with_keys_at(&server), with_secret()]) });
    let good = token(Algorithm::EdDSA, &claims());
    let rest = good.split_once('.').unwrap().1;
    proptest!(|(members in prop::collection::vec(member(MEMBERS), 1..4))| {
        let mut header = json!({"alg": "EdDSA", "kid": "ed"});
        for (name, value) in members {
            header[name] = value;
        }
        let token = format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header.to_string()));
        // It is not the header that was signed.
        prop_assert!(runtime.block_on(verify(&issuers, &token)).is_err());
    });
}

#[test]
fn whatever_a_good_issuer_says_nothing_breaks() {
    const CLAIMS: &[&str] = &["iss", "aud", "sub", "exp", "nbf", "iat", "email", "role"];
    let runtime = runtime();
    let roles = AdminRoles {
        claim: "role".to_owned(),
        admin: vec!["admin".to_owned()],
    };
    let issuers = runtime.block_on(async {
        trust(&[OutsideIssuer {
            roles: Some(roles),
            ..with_secret()
        }])
    });
    proptest!(|(changes in prop::collection::vec(member(CLAIMS), 1..4))| {
        let mut claims = claims();
        for (claim, value) in changes {
            claims[claim] = value;
        }
        if let Ok(read) = runtime.block_on(verify(&issuers, &token_under_secret(&claims))) {
            prop_assert_eq!(claims["sub"].as_str(), Some(read.subject.as_str()));
            prop_assert!(claims["exp"].as_f64().unwrap() > (NOW - 60) as f64);
            prop_assert_ne!(claims["iss"].as_str(), Some("taskwell"));
            prop_assert!(!read.is_admin || claims["role"] != json!("user"));
        }
    });
}
