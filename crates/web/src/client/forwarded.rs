use std::net::IpAddr;

use actix_web::http::header::{FORWARDED, HeaderMap};

/// What `Forwarded` (RFC 7239) says of each hop, the farthest first; `None` without that header.
///
/// Each line is read by itself: what the client left open in its own cannot swallow that of a proxy.
pub(super) fn hops(headers: &HeaderMap) -> Option<Vec<Option<IpAddr>>> {
    let mut lines = headers.get_all(FORWARDED).peekable();
    lines.peek()?;
    let hops = lines.flat_map(|line| {
        let line = String::from_utf8_lossy(line.as_bytes());
        split(&line, ',').into_iter().map(origin).collect::<Vec<_>>()
    });
    Some(hops.collect())
}

/// What the last hop said of that name, in lower case.
pub(super) fn last(headers: &HeaderMap, name: &str) -> Option<String> {
    let line = headers.get_all(FORWARDED).last()?.to_str().ok()?;
    let element = split(line, ',').pop()?;
    let pairs = split(element, ';').into_iter().map(str::trim);
    let mut named = pairs.filter_map(|pair| pair.split_once('='));
    let (_, value) = named.rfind(|(known, _)| known.eq_ignore_ascii_case(name))?;
    unquoted(value).map(|value| value.to_ascii_lowercase())
}

/// The address behind the one `for` of an element.
fn origin(element: &str) -> Option<IpAddr> {
    let mut origin = None;
    let pairs = split(element, ';').into_iter().map(str::trim);
    for pair in pairs.filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=')?;
        if name.eq_ignore_ascii_case("for") && origin.replace(unquoted(value)?).is_some() {
            return None;
        }
    }
    super::address(&origin?)
}

/// The parts between the separators that stand outside of quotes.
fn split(text: &str, separator: char) -> Vec<&str> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    text.split(|c: char| {
        if is_escaped {
            is_escaped = false;
        } else {
            match c {
                '\\' if is_quoted => is_escaped = true,
                '"' => is_quoted = !is_quoted,
                _ => return c == separator && !is_quoted,
            }
        }
        false
    })
    .collect()
}

/// A value without the quotes around it, if it has some (RFC 9110, section 5.6.4); `None` if one is left open.
fn unquoted(value: &str) -> Option<String> {
    let Some(rest) = value.strip_prefix('"') else {
        return Some(value.to_owned());
    };
    let mut inside = String::new();
    let mut characters = rest.chars();
    loop {
        match characters.next()? {
            '"' => break,
            '\\' => inside.push(characters.next()?),
            c => inside.push(c),
        }
    }
    characters.as_str().is_empty().then_some(inside)
}
