//! Where accounts come from.

use crate::{
    Fault, FaultCode,
    text::{check_length, text_newtype},
};

/// The local name of whoever an account was made by: 1 to 64 of `a-z0-9-_.`. It is chosen by the operator and
/// stays the same when the issuer moves to another address.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Issuer(String);

text_newtype!(Issuer);

impl Issuer {
    const OURSELVES: &str = "taskwell";

    /// This server itself, which keeps the passwords of its accounts.
    #[must_use]
    pub fn ourselves() -> Self {
        Self(Self::OURSELVES.to_owned())
    }

    /// Whether accounts of this issuer log in here.
    #[must_use]
    pub fn is_ourselves(&self) -> bool {
        self.0 == Self::OURSELVES
    }

    /// Checks and keeps the text as it stands.
    ///
    /// # Errors
    /// [`FaultCode::TooShort`], [`FaultCode::TooLong`], or [`FaultCode::InvalidFormat`] for any other character.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        check_length(text, 1, 64)?;
        let is_allowed =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_.".contains(&byte);
        if text.bytes().all(is_allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Fault::new(
                FaultCode::InvalidFormat,
                "must have only a-z, 0-9, hyphen, underscore and dot",
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_short_and_plain() {
        assert!(Issuer::parse("better-auth").is_ok());
        let long = "x".repeat(65);
        for text in ["", "Better", "a b", "é", "https://a.example", long.as_str()] {
            assert!(Issuer::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn only_one_name_is_our_own() {
        assert!(Issuer::parse("taskwell").unwrap().is_ourselves());
        assert!(Issuer::ourselves().is_ourselves());
        assert!(!Issuer::parse("better-auth").unwrap().is_ourselves());
    }
}
