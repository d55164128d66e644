use super::{Bad, NONE, bearer};
use crate::keys::{base64url, from_base64url};

/// What is no bearer token in the first place (RFC 6750, RFC 9110).
pub(super) fn without_form(good: &str) -> Vec<Bad> {
    let as_it_is = |name, text: &str| -> Bad { (name, vec![text.to_owned()], NONE) };
    vec![
        ("none at all", Vec::new(), NONE),
        as_it_is("an empty header", ""),
        as_it_is("a scheme without a token", "Bearer"),
        as_it_is("a scheme and a space", "Bearer "),
        as_it_is(
            "a password",
            "Basic YWRhQGV4YW1wbGUuY29tOnZpb2xldCB1bWJyZWxsYSA0Mg==",
        ),
        as_it_is("a token without a scheme", good),
        as_it_is("another scheme", &format!("Token {good}")),
        as_it_is("a scheme with a colon", &format!("Bearer: {good}")),
        as_it_is("a token in quotes", &format!("Bearer \"{good}\"")),
        as_it_is("two tokens", &format!("Bearer {good} {good}")),
        as_it_is(
            "two credentials in one header",
            &format!("Bearer {good}, Bearer {good}"),
        ),
        ("twice in the header", vec![format!("Bearer {good}"); 2], NONE),
        as_it_is("letters of other alphabets", "Bearer токен"),
        bearer("no token but a word", "undefined", NONE),
        bearer("dots", "..", NONE),
        bearer("huge", "x".repeat(60_000), NONE),
        bearer("a huge third part", format!("{good}{}", "A".repeat(60_000)), NONE),
    ]
}

/// A good token that got broken, or was put together from parts.
pub(super) fn damaged(good: &str, other: &str) -> Vec<Bad> {
    let [header, claims, signature] = good.split('.').collect::<Vec<_>>()[..] else {
        panic!("a token has three parts");
    };
    let [_, other_claims, other_signature] = other.split('.').collect::<Vec<_>>()[..] else {
        panic!("a token has three parts");
    };
    let mut flipped = from_base64url(signature);
    flipped[0] ^= 1;
    let flipped = base64url(&flipped);
    vec![
        bearer("no signature", format!("{header}.{claims}"), NONE),
        bearer("an empty signature", format!("{header}.{claims}."), NONE),
        bearer("a truncated signature", &good[..good.len() - 20], NONE),
        bearer("truncated in the middle", &good[..good.len() / 2], NONE),
        bearer(
            "another bit in the signature",
            format!("{header}.{claims}.{flipped}"),
            NONE,
        ),
        bearer(
            "the claims of another one",
            format!("{header}.{other_claims}.{signature}"),
            NONE,
        ),
        bearer(
            "the signature of another one",
            format!("{header}.{claims}.{other_signature}"),
            NONE,
        ),
        bearer("a fourth part", format!("{good}.{signature}"), NONE),
        bearer(
            "five parts, as if encrypted",
            format!("{good}.{claims}.{signature}"),
            NONE,
        ),
        bearer("padding", format!("{good}=="), NONE),
        bearer("something behind it", format!("{good}%00"), NONE),
    ]
}
