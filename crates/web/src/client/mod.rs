//! Who is at the other end, behind the proxies that are trusted.

mod forwarded;
mod reached;
mod x_forwarded_for;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use actix_web::{HttpRequest, http::header, web::Data};
use ipnet::IpNet;
use taskwell_domain::Client;

pub(crate) use self::reached::reached;
use crate::services::HttpOptions;

/// The program that made the request.
pub(crate) fn of(request: &HttpRequest) -> Client {
    let options = request.app_data::<Data<HttpOptions>>();
    let trusted = options.map_or(&[][..], |options| &options.trusted_proxies);
    let peer = request.peer_addr().map(|peer| peer.ip().to_canonical());
    let user_agent = request.headers().get(header::USER_AGENT);
    let user_agent = user_agent.map(|name| String::from_utf8_lossy(name.as_bytes()));
    Client::new(
        peer.map(|peer| origin(peer, request.headers(), trusted)),
        user_agent.as_deref(),
    )
}

/// Where a request comes from that `peer` sent. What a trusted proxy says of where it has it from is believed,
/// anything else is not.
///
/// A proxy keeps up one of the two headers and may pass the other one on as its client wrote it. So where both
/// are there and do not say the same, neither is believed.
fn origin(peer: IpAddr, headers: &header::HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let forwarded = forwarded::hops(headers).map(|hops| walk(peer, &hops, trusted));
    let x_forwarded_for = x_forwarded_for::hops(headers).map(|hops| walk(peer, &hops, trusted));
    match (forwarded, x_forwarded_for) {
        (None, None) => peer,
        (Some(origin), None) | (None, Some(origin)) => origin,
        (Some(one), Some(other)) if one == other => one,
        (Some(_), Some(_)) => peer,
    }
}

/// Goes back from the peer over what each hop said of the one before it, as long as the word of a trusted one
/// stands for it; a hop without an address ends the way.
fn walk(peer: IpAddr, hops: &[Option<IpAddr>], trusted: &[IpNet]) -> IpAddr {
    let mut reached = peer;
    for hop in hops.iter().rev() {
        if !trusted.iter().any(|proxies| proxies.contains(&reached)) {
            break;
        }
        match hop {
            Some(address) => reached = *address,
            None => break,
        }
    }
    reached
}

/// The address of a node such as `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1` or `[2001:db8::1]:80`; the port may
/// be hidden (`_x`). `None` for one that is unknown or hidden itself, and for garbage.
fn address(node: &str) -> Option<IpAddr> {
    if let Ok(address) = node.parse::<IpAddr>() {
        return Some(address.to_canonical());
    }
    let (address, port) = match node.strip_prefix('[') {
        Some(rest) => {
            let (address, port) = rest.split_once(']')?;
            (IpAddr::from(address.parse::<Ipv6Addr>().ok()?), port)
        }
        None => {
            let (address, port) = node.split_at(node.find(':')?);
            (IpAddr::from(address.parse::<Ipv4Addr>().ok()?), port)
        }
    };
    is_port(port).then(|| address.to_canonical())
}

/// Nothing, or a colon and a number or a hidden port (RFC 7239, section 6).
fn is_port(text: &str) -> bool {
    match text.strip_prefix(':') {
        None => text.is_empty(),
        Some(port) => match port.strip_prefix('_') {
            None => port.parse::<u16>().is_ok(),
            Some(name) => name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte)),
        },
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    const PROXY: &str = "10.0.0.1";

    fn origin_of(peer: &str, lines: &[(&str, &str)]) -> String {
        let request = lines.iter().fold(TestRequest::default(), |request, line| {
            request.append_header(*line)
        });
        let trusted = ["10.0.0.0/8", "2001:db8:a::/48"].map(|net| net.parse().unwrap());
        let peer = peer.parse::<IpAddr>().unwrap().to_canonical();
        let request = request.to_http_request();
        origin(peer, request.headers(), &trusted).to_string()
    }

    fn forwarded(line: &str) -> String {
        origin_of(PROXY, &[("Forwarded", line)])
    }

    fn x_forwarded_for(line: &str) -> String {
        origin_of(PROXY, &[("X-Forwarded-For", line)])
    }

    #[test]
    fn without_a_proxy_the_peer_is_the_client() {
        assert_eq!(origin_of("192.0.2.1", &[]), "192.0.2.1");
        assert_eq!(origin_of(PROXY, &[]), PROXY);
    }

    #[test]
    fn somebody_who_is_no_trusted_proxy_is_not_believed() {
        for line in [
            ("X-Forwarded-For", "198.51.100.7"),
            ("Forwarded", "for=198.51.100.7"),
        ] {
            assert_eq!(origin_of("192.0.2.1", &[line]), "192.0.2.1");
            assert_eq!(origin_of("2001:db8:b::1", &[line]), "2001:db8:b::1");
        }
    }

    #[test]
    fn a_trusted_proxy_says_for_whom_it_asks() {
        assert_eq!(x_forwarded_for("192.0.2.1"), "192.0.2.1");
        assert_eq!(forwarded("for=192.0.2.1;proto=https;by=10.0.0.1"), "192.0.2.1");
        assert_eq!(forwarded("proto=https; FOR=\"[2001:db8::1]:80\""), "2001:db8::1");
        let over_ipv6 = origin_of("2001:db8:a::9", &[("X-Forwarded-For", "192.0.2.1")]);
        assert_eq!(over_ipv6, "192.0.2.1");
        let mapped = origin_of("::ffff:10.0.0.1", &[("X-Forwarded-For", "::ffff:192.0.2.1")]);
        assert_eq!(mapped, "192.0.2.1");
    }

    #[test]
    fn what_the_client_wrote_before_counts_for_nothing() {
        assert_eq!(x_forwarded_for("198.51.100.7, 192.0.2.1"), "192.0.2.1");
        assert_eq!(x_forwarded_for("10.0.0.9, 192.0.2.1, 10.0.0.2"), "192.0.2.1");
        assert_eq!(forwarded("for=198.51.100.7, for=192.0.2.1"), "192.0.2.1");
        assert_eq!(
            forwarded("for=198.51.100.7, for=192.0.2.1, for=10.0.0.2"),
            "192.0.2.1"
        );
        for (name, spoofed, true_line) in [
            ("X-Forwarded-For", "198.51.100.7", "192.0.2.1"),
            ("Forwarded", "for=198.51.100.7", "for=192.0.2.1"),
            ("Forwarded", "for=\"198.51.100.7", "for=\"192.0.2.1\""),
        ] {
            assert_eq!(
                origin_of(PROXY, &[(name, spoofed), (name, true_line)]),
                "192.0.2.1"
            );
        }
    }

    #[test]
    fn a_quote_that_the_client_left_open_gives_it_no_say() {
        for line in [
            r#"for="198.51.100.7, for=192.0.2.1"#,
            r#"for=198.51.100.7, for=", for="192.0.2.1""#,
            r#"for=198.51.100.7, for="\, for="192.0.2.1";by="x""#,
        ] {
            assert_eq!(forwarded(line), PROXY, "{line}");
        }
    }

    #[test]
    fn a_header_that_the_proxy_passes_on_cannot_displace_the_one_that_it_writes() {
        let both = |forwarded, x_forwarded_for| {
            origin_of(
                PROXY,
                &[("Forwarded", forwarded), ("X-Forwarded-For", x_forwarded_for)],
            )
        };
        assert_eq!(both("for=198.51.100.7", "192.0.2.1"), PROXY);
        assert_eq!(both("for=192.0.2.1", "198.51.100.7"), PROXY);
        assert_eq!(both("for=192.0.2.1", "192.0.2.1"), "192.0.2.1");
    }

    #[test]
    fn a_chain_of_trusted_proxies_alone_ends_at_the_first() {
        assert_eq!(x_forwarded_for("10.0.0.3, 10.0.0.2"), "10.0.0.3");
        assert_eq!(forwarded("for=10.0.0.3, for=10.0.0.2"), "10.0.0.3");
    }

    #[test]
    fn an_address_that_cannot_be_read_ends_the_way_at_the_last_trusted_proxy() {
        for node in [
            "unknown",
            "_hidden",
            "",
            "256.0.0.1",
            "192.0.2.1:x",
            "[::1",
            "[192.0.2.1]",
            "é",
            "1",
        ] {
            let line = format!("198.51.100.7, {node}, 10.0.0.2");
            assert_eq!(x_forwarded_for(&line), "10.0.0.2", "{node}");
            let line = format!("for=198.51.100.7, for=\"{node}\", for=10.0.0.2");
            assert_eq!(forwarded(&line), "10.0.0.2", "{node}");
        }
        for element in [
            "proto=https",
            "for=192.0.2.1;for=192.0.2.2",
            "for",
            "for=192.0.2.1;x",
            "",
        ] {
            let line = format!("for=198.51.100.7, {element}");
            assert_eq!(forwarded(&line), PROXY, "{element}");
        }
    }

    #[test]
    fn a_port_makes_no_difference() {
        for node in ["192.0.2.1:4711", "192.0.2.1:_obscure-port"] {
            assert_eq!(address(node), address("192.0.2.1"), "{node}");
        }
        for node in [
            "2001:db8::1",
            "[2001:db8::1]",
            "[2001:DB8::1]:80",
            "[2001:db8:0::1]:_x",
        ] {
            assert_eq!(address(node), address("2001:db8::1"), "{node}");
        }
        for node in [
            "192.0.2.1:",
            "192.0.2.1:65536",
            "[2001:db8::1]80",
            "192.0.2.1:_ä",
            "localhost",
        ] {
            assert_eq!(address(node), None, "{node}");
        }
    }
}
