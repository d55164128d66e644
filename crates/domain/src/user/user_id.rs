//! User ids.

use std::sync::Arc;

use crate::{
    Fault, FaultCode,
    text::{check_length, text_newtype},
};

/// The id of a user: opaque, 1 to 128 visible characters, and not the word `me`, which in an address
/// stands for the caller. Accounts made here have a UUIDv7, those from elsewhere their issuer's `sub`.
///
/// Clones share the text: much of what lasts holds one, an open stream half a dozen.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UserId(Arc<str>);

text_newtype!(UserId);

impl UserId {
    /// Checks and keeps the text as it stands.
    ///
    /// # Errors
    /// [`FaultCode::TooShort`], [`FaultCode::TooLong`], [`FaultCode::InvalidFormat`] for white space or
    /// control characters, [`FaultCode::InvalidValue`] for `me`.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        check_length(text, 1, 128)?;
        // Nearly all are of these alone, and most are looked at many times.
        let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic());
        if !is_plain && text.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err(Fault::new(
                FaultCode::InvalidFormat,
                "must have visible characters only",
            ));
        }
        if text == "me" {
            return Err(Fault::new(FaultCode::InvalidValue, "must not be the word me"));
        }
        Ok(Self(text.into()))
    }
}

/// The ids of accounts made here.
impl From<uuid::Uuid> for UserId {
    fn from(id: uuid::Uuid) -> Self {
        Self(id.to_string().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opaque_subjects_of_other_issuers_are_kept_as_they_stand() {
        for text in ["1", "auth0|5f7c", "coMhnmLkdmv2cnkLIS7KRalGgxJt2PwI", "é", "Me"] {
            assert_eq!(UserId::parse(text).unwrap().as_str(), text);
        }
        assert!(UserId::parse(&"x".repeat(128)).is_ok());
    }

    #[test]
    fn what_could_not_stand_in_an_address_is_refused() {
        let long = "x".repeat(129);
        for text in [
            "",
            " ",
            "a b",
            "a\n",
            "\u{0}",
            "é\u{85}",
            "é\u{a0}",
            "me",
            long.as_str(),
        ] {
            assert!(UserId::parse(text).is_err(), "{text:?}");
        }
    }
}
