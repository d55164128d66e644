use std::str;

use percent_encoding::percent_decode;

use crate::problem::{Failure, WireCode};

/// Reads a query string of `name=value` pairs, in order.
pub(super) fn parse(query: &str) -> Result<Vec<(String, String)>, Failure> {
    let malformed = || {
        Failure::wire(
            WireCode::MalformedRequest,
            "the query string is not percent-encoded UTF-8",
        )
    };
    check_escapes(query.as_bytes()).ok_or_else(malformed)?;
    // What decodes to no UTF-8 would be replaced by question marks in silence.
    percent_decode(query.as_bytes())
        .decode_utf8()
        .map_err(|_| malformed())?;
    Ok(form_urlencoded::parse(query.as_bytes()).into_owned().collect())
}

/// A percent sign must be followed by two hexadecimal digits (RFC 3986, section 2.1).
fn check_escapes(text: &[u8]) -> Option<()> {
    let mut rest = text;
    while let Some(at) = rest.iter().position(|byte| *byte == b'%') {
        let digits = rest.get(at + 1..at + 3)?;
        if !digits.iter().all(u8::is_ascii_hexdigit) {
            return None;
        }
        rest = rest.get(at + 3..)?;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_decoded_in_order() {
        let pairs = parse("b=2&a=%C3%BC+x&b=&c").unwrap();
        let expected = [("b", "2"), ("a", "ü x"), ("b", ""), ("c", "")];
        assert_eq!(
            pairs,
            expected.map(|(name, value)| (name.to_owned(), value.to_owned()))
        );
    }

    #[test]
    fn broken_escapes_are_refused() {
        for query in ["a=%", "a=%2", "a=%zz", "a=%ff", "%ff=a"] {
            assert!(parse(query).is_err(), "{query}");
        }
    }
}
