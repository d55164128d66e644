use std::str;

use percent_encoding::percent_decode;

/// Reads a query string, or a form, of `name=value` pairs, in order; `None` if it is not percent-encoded UTF-8.
pub(super) fn parse(pairs: &str) -> Option<Vec<(String, String)>> {
    check_escapes(pairs.as_bytes())?;
    // What decodes to no UTF-8 would be replaced by question marks in silence.
    percent_decode(pairs.as_bytes()).decode_utf8().ok()?;
    Some(form_urlencoded::parse(pairs.as_bytes()).into_owned().collect())
}

/// The value of that name, if there is exactly one.
pub(crate) fn query_value(query: &str, name: &str) -> Option<String> {
    let mut values = parse(query)?.into_iter().filter(|(given, _)| given == name);
    let (_, value) = values.next()?;
    values.next().is_none().then_some(value)
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
            assert_eq!(parse(query), None, "{query}");
        }
    }
}
