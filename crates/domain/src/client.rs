//! The program at the other end.

use std::net::IpAddr;

/// Longer names of programs are cut: nobody reads on.
const MAX_USER_AGENT: usize = 256;

/// What is known of the program that made a request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Client {
    address: Option<IpAddr>,
    user_agent: Option<String>,
}

impl Client {
    /// A program at that address, with that name (`User-Agent`, RFC 9110). Of the name, control characters and
    /// what goes beyond 256 characters are left out.
    #[must_use]
    pub fn new(address: Option<IpAddr>, user_agent: Option<&str>) -> Self {
        let visible = |name: &str| -> String {
            let kept = name.chars().filter(|c| !c.is_control());
            kept.take(MAX_USER_AGENT).collect()
        };
        Self {
            address: address.map(|address| address.to_canonical()),
            user_agent: user_agent.map(visible).filter(|name| !name.is_empty()),
        }
    }

    /// Where it is.
    #[must_use]
    pub fn address(&self) -> Option<IpAddr> {
        self.address
    }

    /// What it calls itself.
    #[must_use]
    pub fn user_agent(&self) -> Option<&str> {
        self.user_agent.as_deref()
    }

    /// What stands for its place where tries are counted: an IPv4 address, or the first 64 bits of an IPv6
    /// address, which is the least that a subscriber has.
    #[must_use]
    pub fn network(&self) -> String {
        match self.address {
            None => "unknown".to_owned(),
            Some(IpAddr::V4(address)) => address.to_string(),
            Some(IpAddr::V6(address)) => {
                let [a, b, c, d, ..] = address.segments();
                format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(address: &str) -> String {
        Client::new(Some(address.parse().unwrap()), None).network()
    }

    #[test]
    fn the_addresses_that_one_subscriber_can_take_are_one_network() {
        assert_eq!(network("192.0.2.1"), "192.0.2.1");
        assert_ne!(network("192.0.2.1"), network("192.0.2.2"));
        assert_eq!(network("2001:db8:1:2::1"), network("2001:db8:1:2:ffff::9"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_eq!(network("::ffff:192.0.2.1"), "192.0.2.1");
    }

    #[test]
    fn a_name_is_kept_as_far_as_it_can_be_shown() {
        let name = |text: &str| Client::new(None, Some(text)).user_agent().map(str::to_owned);
        assert_eq!(name("curl/8.5\r\n\u{1b}[31m").as_deref(), Some("curl/8.5[31m"));
        assert_eq!(name(&"é".repeat(300)).unwrap().chars().count(), 256);
        assert_eq!(name(""), None);
    }
}
