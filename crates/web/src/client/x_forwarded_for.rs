use std::net::IpAddr;

use actix_web::http::header::{HeaderMap, HeaderName};

/// What `X-Forwarded-For` says of each hop, the farthest first; `None` without that header.
pub(super) fn hops(headers: &HeaderMap) -> Option<Vec<Option<IpAddr>>> {
    let mut lines = headers
        .get_all(HeaderName::from_static("x-forwarded-for"))
        .peekable();
    lines.peek()?;
    let hops = lines.flat_map(|line| {
        let line = String::from_utf8_lossy(line.as_bytes());
        let nodes = line.split(',').map(|node| super::address(node.trim()));
        nodes.collect::<Vec<_>>()
    });
    Some(hops.collect())
}
