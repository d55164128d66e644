//! Cursors as clients see them: opaque.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{Serialize, de::DeserializeOwned};

/// The text of what a list needs to go on; that should have short names, for it stands in an address.
pub(crate) fn encode(parts: &impl Serialize) -> Result<String, serde_json::Error> {
    Ok(BASE64_URL_SAFE_NO_PAD.encode(serde_json::to_vec(parts)?))
}

/// What a text holds, if it is a cursor of such a list.
pub(crate) fn decode<P: DeserializeOwned>(text: &str) -> Option<P> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
    serde_json::from_slice(&bytes).ok()
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

    #[test]
    fn a_cursor_comes_back_as_it_was() {
        let parts = Parts {
            s: "ü?>~ü?>~".to_owned(),
        };
        let text = encode(&parts).unwrap();
        assert!(
            text.bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'),
            "{text}"
        );
        assert_eq!(decode(&text), Some(parts));
    }

    #[test]
    fn what_is_no_cursor_is_none() {
        for text in ["", "x", "e30", "!!", "eyJzIjoxfQ"] {
            assert_eq!(decode::<Parts>(text), None, "{text}");
        }
    }
}
