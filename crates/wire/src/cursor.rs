//! Cursors as clients see them: opaque, and worth nothing once somebody has changed them.

use std::fmt;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac, digest::Key};
use serde::{Serialize, de::DeserializeOwned};
use sha2::Sha256;

use crate::Refusal;

/// What cursors are signed with, made ready once. Servers behind one address need the same one.
#[derive(Clone)]
pub struct CursorKey(Hmac<Sha256>);

impl From<[u8; 32]> for CursorKey {
    fn from(key: [u8; 32]) -> Self {
        // A key that is shorter than a block is filled up with zeros (RFC 2104, section 2).
        let mut block = Key::<Hmac<Sha256>>::default();
        block
            .iter_mut()
            .zip(key)
            .for_each(|(byte, of_key)| *byte = of_key);
        Self(Hmac::new(&block))
    }
}

impl fmt::Debug for CursorKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CursorKey(…)")
    }
}

/// The bytes of a signature (HMAC-SHA-256).
const SIGNATURE: usize = 32;

/// The text of what a list needs to go on; that should have short names, for it stands in an address. The
/// signature covers the listing as well: its name, its filter and its order.
///
/// # Errors
/// If one of them cannot be written, which is a fault of the program.
pub fn encode(key: &CursorKey, listing: &impl Serialize, parts: &impl Serialize) -> Result<String, Refusal> {
    let parts = serde_json::to_vec(parts).map_err(Refusal::internal)?;
    let signature = signed(key, listing, &parts)?.finalize().into_bytes();
    Ok(BASE64_URL_SAFE_NO_PAD.encode([&signature, parts.as_slice()].concat()))
}

/// What a text holds, if it is a cursor of that listing as it was given out.
///
/// # Errors
/// If the listing cannot be written, which is a fault of the program.
pub(crate) fn decode<P: DeserializeOwned>(
    key: &CursorKey,
    listing: &impl Serialize,
    text: &str,
) -> Result<Option<P>, Refusal> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).unwrap_or_default();
    let Some((signature, parts)) = bytes.split_at_checked(SIGNATURE) else {
        return Ok(None);
    };
    let is_ours = signed(key, listing, parts)?.verify_slice(signature).is_ok();
    Ok(is_ours.then(|| serde_json::from_slice(parts).ok()).flatten())
}

fn signed(key: &CursorKey, listing: &impl Serialize, parts: &[u8]) -> Result<Hmac<Sha256>, Refusal> {
    let listing = serde_json::to_vec(listing).map_err(Refusal::internal)?;
    let mut mac = key.0.clone();
    // JSON has no zero byte, so it is clear where the listing ends.
    for part in [&listing, &[0][..], parts] {
        mac.update(part);
    }
    Ok(mac)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Parts {
        s: String,
    }

    fn key(byte: u8) -> CursorKey {
        CursorKey::from([byte; 32])
    }

    fn parts() -> Parts {
        Parts {
            s: "ü?>~ü?>~".to_owned(),
        }
    }

    fn read(key: &CursorKey, listing: &str, text: &str) -> Option<Parts> {
        decode(key, &listing, text).unwrap()
    }

    #[test]
    fn a_cursor_comes_back_as_it_was() {
        let text = encode(&key(7), &"tasks", &parts()).unwrap();
        assert!(
            text.bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'),
            "{text}"
        );
        assert_eq!(read(&key(7), "tasks", &text), Some(parts()));
    }

    #[test]
    fn every_server_with_the_key_gives_out_the_same() {
        let text = "LTDBTXqF7DkL8k0HBLw8WErJ0PpZO4Dnf_lc4zoiF657InMiOiLDvD8-fsO8Pz5-In0";
        assert_eq!(encode(&key(7), &"tasks", &parts()).unwrap(), text);
    }

    #[test]
    fn it_is_good_for_its_listing_and_under_its_key_only() {
        let text = encode(&key(7), &"tasks", &parts()).unwrap();
        assert_eq!(read(&key(7), "users", &text), None);
        assert_eq!(read(&key(8), "tasks", &text), None);
    }

    #[test]
    fn no_character_of_it_can_be_another_one() {
        let text = encode(&key(7), &"tasks", &parts()).unwrap();
        for at in 0..text.len() {
            for other in ["A", "B", "_", "=", ""] {
                let changed = format!("{}{other}{}", &text[..at], &text[at + 1..]);
                if changed != text {
                    assert_eq!(read(&key(7), "tasks", &changed), None, "{changed}");
                }
            }
        }
    }

    #[test]
    fn what_is_no_cursor_is_none() {
        for text in ["", "x", "e30", "!!", "eyJzIjoxfQ"] {
            assert_eq!(read(&key(7), "tasks", text), None, "{text}");
        }
    }

    #[test]
    fn the_key_is_not_shown() {
        assert_eq!(format!("{:?}", key(7)), "CursorKey(…)");
    }
}
