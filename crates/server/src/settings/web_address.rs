//! Addresses on the web that settings name.

use url::Url;

/// An http or https URL.
pub(super) fn any(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    matches!(url.scheme(), "http" | "https").then_some(url)
}

/// An http or https URL without user and password, which would be shown wherever the address is.
pub(super) fn public(text: &str) -> Option<Url> {
    any(text).filter(|url| url.username().is_empty() && url.password().is_none())
}

/// The address as people may see it: with an `@`, what stands before it may be a password.
pub(super) fn shown(text: &str) -> &str {
    if text.contains('@') { "***" } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_http_or_https() {
        for text in [
            "http://localhost:3000",
            "HTTPS://A.example/api/auth/jwks?x=1",
            "http://[::1]/",
        ] {
            assert!(any(text).is_some(), "{text:?}");
            assert!(public(text).is_some(), "{text:?}");
        }
        for text in [
            "",
            "a.example",
            "/jwks",
            "localhost:3000",
            "file:///jwks",
            "ftp://a.example",
            "http://",
        ] {
            assert!(any(text).is_none(), "{text:?}");
        }
    }

    #[test]
    fn a_public_address_has_neither_user_nor_password_and_one_that_may_have_is_hidden() {
        for text in [
            "https://u:hunter2@a.example/",
            "https://u@a.example/",
            "https://:hunter2@a.example/",
        ] {
            assert!(any(text).is_some(), "{text:?}");
            assert!(public(text).is_none(), "{text:?}");
            assert_eq!(shown(text), "***");
        }
        assert_eq!(shown("https://a.example/jwks"), "https://a.example/jwks");
    }
}
