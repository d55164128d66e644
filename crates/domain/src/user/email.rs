//! Email addresses.

use email_address::{EmailAddress, Options};

use crate::{
    Fault, FaultCode,
    text::{check_length, text_newtype},
};

/// An email address (RFC 5321), at most 254 characters, kept as it was given.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Email(String);

text_newtype!(Email);

impl Email {
    /// Checks the form of the address; whether mail arrives there is another question.
    ///
    /// # Errors
    /// [`FaultCode::TooLong`], or [`FaultCode::InvalidFormat`] for what is no address with a dotted domain.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        check_length(text, 0, 254)?;
        let options = Options::default()
            .with_required_tld()
            .without_display_text()
            .without_domain_literal();
        match EmailAddress::parse_with_options(text, options) {
            Ok(_) => Ok(Self(text.to_owned())),
            Err(_) => Err(Fault::new(
                FaultCode::InvalidFormat,
                "must be an email address such as ada@example.com",
            )),
        }
    }

    /// What makes the address unique: two addresses that differ in case alone are the same account.
    #[must_use]
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_does_not_make_another_account() {
        let given = Email::parse("Ada.Lovelace@Example.COM").unwrap();
        assert_eq!(given.as_str(), "Ada.Lovelace@Example.COM");
        assert_eq!(
            given.key(),
            Email::parse("ada.lovelace@example.com").unwrap().key()
        );
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in [
            "",
            "ada",
            "ada@",
            "@example.com",
            "ada@localhost",
            "ada@[127.0.0.1]",
            "Ada <ada@example.com>",
            "ada@example.com ",
            "a da@example.com",
            "ada@exam\u{0}ple.com",
            "ada@example.com\n",
        ] {
            assert!(Email::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn an_address_has_at_most_254_characters() {
        let domain = format!("{0}.{0}.{0}.com", "d".repeat(61));
        let address = |length: usize| format!("{}@{domain}", "a".repeat(length - domain.len() - 1));
        assert!(Email::parse(&address(254)).is_ok());
        assert_eq!(Email::parse(&address(255)).unwrap_err().code, FaultCode::TooLong);
    }
}
