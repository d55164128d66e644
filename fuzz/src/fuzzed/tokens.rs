//! Tokens. The first byte says what is tried: a text as it stands, or a header and claims, a line each, signed with one
//! of the keys.

mod doors;

use actix_web::http::header::HeaderValue;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use taskwell_application::ports::{OpaqueKind, OpaqueTokens};
use taskwell_infrastructure::RandomTokens;

use self::doors::{Door, Doors};
use super::{support::World, visit::visit};

pub(crate) fn try_out(data: &[u8]) {
    let Some((which, data)) = data.split_first() else {
        return;
    };
    let text = String::from_utf8_lossy(data);
    match which % 6 {
        0 => visit(async |world, _| knock(world, data).await),
        1 => hash(&text),
        2 => open(&text),
        3 => open(&signed(Door::Access, &text)),
        4 => open(&signed(Door::Stream, &text)),
        _ => open(&signed(Door::Outside, &text)),
    }
}

/// A header that can come through HTTP.
async fn knock(world: &World, header: &[u8]) {
    if let Ok(header) = HeaderValue::from_bytes(header) {
        let call = world.get("/api/tasks");
        let answer = call.header_of_bytes("Authorization", header).await;
        assert_eq!(answer.status, 401, "{answer}");
    }
}

/// What never was an opaque token is not looked for.
fn hash(text: &str) {
    for (kind, prefix) in [(OpaqueKind::Refresh, "twr_"), (OpaqueKind::Api, "twp_")] {
        let random = text.strip_prefix(prefix).unwrap_or_default();
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(format!("{random}A"));
        let can_be = random.len() == 43 && bytes.is_ok();
        assert_eq!(RandomTokens.hash(kind, text).is_some(), can_be, "{text:?}");
    }
}

fn signed(door: Door, text: &str) -> String {
    let (header, claims) = text.split_once('\n').unwrap_or((r#"{"alg":"HS256"}"#, text));
    let parts = [header, claims].map(|part| BASE64_URL_SAFE_NO_PAD.encode(part));
    let message = parts.join(".");
    let signature = door.sign(&message);
    format!("{message}.{signature}")
}

/// What opens a door has the signature of that door, and says what it must say there.
fn open(text: &str) {
    let opened = Doors::get().opened_by(text);
    assert!(opened.len() < 2, "{opened:?}: {text}");
    for door in opened {
        let (message, signature) = text.rsplit_once('.').unwrap();
        assert_eq!(signature, door.sign(message), "{door:?}: {text}");
        let parts = message
            .split('.')
            .map(|part| BASE64_URL_SAFE_NO_PAD.decode(part).unwrap());
        let parts: Vec<serde_json::Value> =
            parts.map(|part| serde_json::from_slice(&part).unwrap()).collect();
        let [header, claims] = parts.as_slice() else {
            panic!("{door:?}: {text}");
        };
        door.check(header, claims);
    }
}
