//! The keys that others check our tokens with.

use serde_json::json;
use taskwell_application::ports::PublicKey;

use crate::support::World;

const KEYS: &str = "/.well-known/jwks.json";

#[actix_web::test]
async fn while_tokens_are_signed_with_a_secret_the_set_is_empty() {
    let answer = World::new().get(KEYS).await;
    assert_eq!(answer.header("Content-Type"), Some("application/json"));
    assert_eq!(answer.ok(), json!({"keys": []}));
}

#[actix_web::test]
async fn every_key_that_still_verifies_is_there_and_may_be_kept_for_a_while() {
    let keys = [
        ("new", "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"),
        ("old", "AAAA"),
    ];
    let world = World::with(|setup| {
        setup.public_keys = keys
            .map(|(id, x)| PublicKey {
                id: id.to_owned(),
                x: x.to_owned(),
            })
            .into();
    });
    let answer = world.get(KEYS).await;
    assert_eq!(answer.header("Cache-Control"), Some("public, max-age=300"));
    let key =
        |kid, x| json!({"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": kid, "x": x});
    let expected = keys.map(|(kid, x)| key(kid, x));
    assert_eq!(answer.ok(), json!({"keys": expected}));
}
