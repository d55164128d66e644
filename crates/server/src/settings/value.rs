//! The forms in which single values are written. Each answers `None` to what it does not take; what it
//! takes is said in the table of the settings.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    ops::RangeInclusive,
    path::PathBuf,
    str::FromStr,
    time::Duration,
};

use ipnet::IpNet;

/// What the server calls itself in the tokens that it issues.
pub(super) const OURS: &str = "taskwell";
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// How long to wait for something: 1ms to 1d, which PostgreSQL can count (`int4` milliseconds).
pub(super) fn timeout(text: &str) -> Option<Duration> {
    duration(text, Duration::from_millis(1)..=DAY)
}

/// How long to let something finish: 0s to 1d.
pub(super) fn grace(text: &str) -> Option<Duration> {
    duration(text, Duration::ZERO..=DAY)
}

/// How long something is valid: 1s, since tokens count whole seconds, to 3650d.
pub(super) fn lifetime(text: &str) -> Option<Duration> {
    duration(text, Duration::from_secs(1)..=DAY * 3650)
}

/// How long a change stays in the log: 1d, since the answers that are remembered for a day are read from it, to
/// 3650d.
pub(super) fn memory(text: &str) -> Option<Duration> {
    duration(text, DAY..=DAY * 3650)
}

/// `250ms`, `10s`, `15m`, `2h` or `30d`, within the range.
fn duration(text: &str, range: RangeInclusive<Duration>) -> Option<Duration> {
    let (count, unit) = count_and_unit(text)?;
    let milliseconds = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60 * 1_000,
        "h" => 60 * 60 * 1_000,
        "d" => 24 * 60 * 60 * 1_000,
        _ => return None,
    };
    let duration = Duration::from_millis(count.checked_mul(milliseconds)?);
    range.contains(&duration).then_some(duration)
}

/// What one user may have on the way at once: a longer body would be refused for ever.
const MAX_SIZE: usize = 16 << 20;

/// A number of bytes from 1 to 16 MiB: `64 KiB`, `1 MiB` or `65536`.
pub(super) fn size(text: &str) -> Option<usize> {
    let (count, unit) = count_and_unit(text)?;
    let bytes = match unit.trim_start() {
        "" => 1,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        _ => return None,
    };
    let size = usize::try_from(count.checked_mul(bytes)?).ok()?;
    (1..=MAX_SIZE).contains(&size).then_some(size)
}

fn count_and_unit(text: &str) -> Option<(u64, &str)> {
    let end = text
        .find(|character: char| !character.is_ascii_digit())
        .unwrap_or(text.len());
    let (count, unit) = text.split_at(end);
    Some((count.parse().ok()?, unit))
}

/// A number in decimal digits alone, within the range.
pub(super) fn number<T: FromStr + PartialOrd>(text: &str, range: RangeInclusive<T>) -> Option<T> {
    // The standard library also takes a sign.
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|_| digits)?;
    range.contains(&number).then_some(number)
}

/// `true` or `false`.
pub(super) fn flag(text: &str) -> Option<bool> {
    text.parse().ok()
}

/// A path; not the empty one.
pub(super) fn path(text: &str) -> Option<PathBuf> {
    (!text.is_empty()).then(|| PathBuf::from(text))
}

/// An IP address or a host name.
pub(super) fn host(text: &str) -> Option<String> {
    (text.parse::<IpAddr>().is_ok() || is_host_name(text)).then(|| text.to_owned())
}

/// A network, or an address as the network of it alone. A bit set after the prefix is refused: whether the
/// network was meant or the address cannot be told.
pub(super) fn network(text: &str) -> Option<IpNet> {
    if let Ok(address) = text.parse::<IpAddr>() {
        return Some(address.into());
    }
    let network: IpNet = text.parse().ok()?;
    (network == network.trunc()).then_some(network)
}

/// What an issuer of tokens is called here; not what the server calls itself.
pub(super) fn issuer_name(text: &str) -> Option<String> {
    let right = (1..=64).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_.".contains(&byte))
        && text != OURS;
    right.then(|| text.to_owned())
}

/// Any text but the empty one.
pub(super) fn text(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// An origin as browsers send it (RFC 6454), `scheme://host` or `scheme://host:port`, in lower case.
pub(super) fn origin(text: &str) -> Option<String> {
    let (scheme, authority) = text.split_once("://")?;
    let (host, port) = match authority.rsplit_once(':') {
        // The last colon of a bare `[::1]` stands before no port.
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let scheme_is_right = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    let host_is_right = match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(inner) => inner.parse::<Ipv6Addr>().is_ok(),
        None => host.parse::<Ipv4Addr>().is_ok() || is_host_name(host),
    };
    let port_is_right = port.is_none_or(|port| number::<u16>(port, 1..=u16::MAX).is_some());
    (scheme_is_right && host_is_right && port_is_right).then(|| text.to_ascii_lowercase())
}

/// Labels of letters, digits, `-` and `_`, the last not a number, which would be a wrong IP address.
fn is_host_name(text: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    let last = text.rsplit('.').next().unwrap_or_default();
    text.len() <= 253 && text.split('.').all(label) && !last.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_a_whole_number_with_one_unit() {
        let seconds = |text| lifetime(text).map(|duration| duration.as_secs());
        assert_eq!(timeout("250ms"), Some(Duration::from_millis(250)));
        assert_eq!(seconds("10s"), Some(10));
        assert_eq!(seconds("15m"), Some(15 * 60));
        assert_eq!(seconds("2h"), Some(2 * 60 * 60));
        assert_eq!(seconds("30d"), Some(30 * 24 * 60 * 60));
        for text in [
            "", "s", "10", "10 s", " 10s", "10s ", "10S", "1.5s", "-1s", "+1s", "1h30m", "10sec", "1w",
        ] {
            assert_eq!(seconds(text), None, "{text:?}");
        }
    }

    #[test]
    fn only_a_time_to_finish_may_be_zero() {
        assert_eq!(grace("0s"), Some(Duration::ZERO));
        assert_eq!(timeout("0s"), None);
        assert_eq!(timeout("1ms"), Some(Duration::from_millis(1)));
        assert_eq!(lifetime("999ms"), None);
        assert_eq!(lifetime("1s"), Some(Duration::from_secs(1)));
    }

    #[test]
    fn a_duration_too_long_to_be_meant_is_refused() {
        assert_eq!(timeout("1d"), Some(DAY));
        assert_eq!(timeout("25h"), None);
        assert_eq!(grace("25h"), None);
        assert_eq!(lifetime("3650d"), Some(DAY * 3650));
        assert_eq!(lifetime("3651d"), None);
        // 1000 times as many milliseconds would be 1s modulo 2^64.
        assert_eq!(lifetime("2305843009213693953s"), None);
    }

    #[test]
    fn a_size_is_in_bytes_kibibytes_or_mebibytes() {
        assert_eq!(size("65536"), Some(65_536));
        assert_eq!(size("64 KiB"), Some(65_536));
        assert_eq!(size("64KiB"), Some(65_536));
        assert_eq!(size("1 MiB"), Some(1_048_576));
        assert_eq!(size("16 MiB"), Some(16 << 20));
        for text in [
            "17 MiB",
            "16777217",
            "",
            "0",
            "0 KiB",
            "KiB",
            "64 KB",
            "64 kib",
            "64k",
            "1.5 MiB",
            "-1",
            "+1",
            "18014398509481985 KiB",
        ] {
            assert_eq!(size(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_number_has_only_digits_and_lies_in_its_range() {
        let port = |text| number::<u16>(text, 0..=u16::MAX);
        assert_eq!(port("0"), Some(0));
        assert_eq!(port("65535"), Some(65_535));
        for text in ["", "65536", "-1", "+1", "1e3", "80.0", " 80", "0x50", "true"] {
            assert_eq!(port(text), None, "{text:?}");
        }
        assert_eq!(number::<u32>("0", 1..=10), None);
        assert_eq!(number::<u32>("11", 1..=10), None);
    }

    #[test]
    fn a_host_is_an_address_or_a_name() {
        for text in [
            "127.0.0.1",
            "0.0.0.0",
            "::",
            "::1",
            "localhost",
            "db-1.internal",
            "my_host",
        ] {
            assert!(host(text).is_some(), "{text:?}");
        }
        for text in [
            "",
            " ",
            "http://localhost",
            "localhost:80",
            "[::1]",
            "a..b",
            "a b",
            "a/b",
            "300.1.1.1",
            "127.1",
        ] {
            assert!(host(text).is_none(), "{text:?}");
        }
    }

    #[test]
    fn a_host_name_has_the_length_that_dns_allows() {
        assert!(host(&"a".repeat(63)).is_some());
        assert!(host(&"a".repeat(64)).is_none());
        assert!(host(&format!("{}b", "a.".repeat(126))).is_some());
        assert!(host(&format!("{}b", "a.".repeat(127))).is_none());
    }

    #[test]
    fn a_network_is_a_prefix_or_a_single_address() {
        for (text, expected) in [
            ("10.0.0.0/8", "10.0.0.0/8"),
            ("0.0.0.0/0", "0.0.0.0/0"),
            ("127.0.0.1", "127.0.0.1/32"),
            ("::1", "::1/128"),
            ("fd00::/8", "fd00::/8"),
        ] {
            assert_eq!(network(text), Some(expected.parse().unwrap()), "{text:?}");
        }
        for text in [
            "",
            "*",
            "localhost",
            "10.0.0.1/8",
            "fd00::1/8",
            "10.0.0.0/33",
            "10.0.0.0/",
            "10/8",
            "10.0.0.1:80",
            "[::1]",
            " ::1",
        ] {
            assert_eq!(network(text), None, "{text:?}");
        }
    }

    #[test]
    fn the_name_of_an_issuer_is_short_in_lower_case_and_not_ours() {
        for text in ["a", "better-auth", "auth0.com_2", &"a".repeat(64)] {
            assert_eq!(issuer_name(text).as_deref(), Some(text));
        }
        for text in ["", "Better", "a b", "a/b", "ä", "taskwell", &"a".repeat(65)] {
            assert_eq!(issuer_name(text), None, "{text:?}");
        }
    }

    #[test]
    fn an_origin_has_a_scheme_a_host_and_perhaps_a_port_and_nothing_else() {
        for text in [
            "http://localhost:3000",
            "https://app.example.com",
            "http://127.0.0.1:8080",
            "http://[::1]",
            "http://[::1]:3000",
            "capacitor://localhost",
        ] {
            assert_eq!(origin(text).as_deref(), Some(text));
        }
        for text in [
            "",
            "*",
            "null",
            "localhost:3000",
            "http://",
            "http://a/",
            "http://a/b",
            "http://a?b",
            "http://a#b",
            "http://*.example.com",
            "http://u@a",
            "http://a:",
            "http://a:0",
            "http://a:65536",
            "http://::1",
            "http://::1:3000",
            "://a",
            "1http://a",
            "http://a b",
        ] {
            assert_eq!(origin(text), None, "{text:?}");
        }
    }

    #[test]
    fn an_origin_is_compared_in_lower_case_as_browsers_send_it() {
        assert_eq!(
            origin("HTTPS://App.Example.COM").as_deref(),
            Some("https://app.example.com")
        );
    }
}
