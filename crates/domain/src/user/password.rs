//! Passwords.

use std::fmt;

use unicode_normalization::UnicodeNormalization;

use super::{Email, common::is_common};
use crate::{
    Fault, FaultCode,
    text::{check_control, check_length},
};

/// A password as somebody presents it, to be compared with the one that is known. It is in Unicode form NFC,
/// so that the same keys give the same password on every device (RFC 8265), and cannot be printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// Normalises the text; every text can be presented.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(text.nfc().collect())
    }

    /// The bytes to be hashed.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// A password that an account may have from now on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPassword(Password);

impl NewPassword {
    /// Checks a password for the account of `email`.
    ///
    /// # Errors
    /// It must have 8 to 128 characters after NFC ([`FaultCode::TooShort`], [`FaultCode::TooLong`]), no
    /// control characters ([`FaultCode::ControlCharacter`]), and be neither the address itself nor one of
    /// the passwords that everybody tries first ([`FaultCode::CommonPassword`]).
    pub fn parse(text: &str, email: Option<&Email>) -> Result<Self, Fault> {
        let password = Password::new(text);
        check_length(&password.0, 8, 128)?;
        check_control(&password.0, &[])?;
        if email.is_some_and(|email| email.key() == password.0.to_lowercase()) {
            return Err(Fault::new(
                FaultCode::CommonPassword,
                "must not be the email address",
            ));
        }
        if is_common(&password.0) {
            return Err(Fault::new(
                FaultCode::CommonPassword,
                "must not be one of the passwords that are tried first",
            ));
        }
        Ok(Self(password))
    }

    /// The password itself.
    #[must_use]
    pub fn as_password(&self) -> &Password {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> FaultCode {
        NewPassword::parse(text, None).unwrap_err().code
    }

    #[test]
    fn length_counts_characters_after_nfc() {
        assert_eq!(fault("ü3ü3ü3ü"), FaultCode::TooShort);
        // Seven letters, each as a letter and a combining mark: seven characters after NFC.
        assert_eq!(fault(&"u\u{308}".repeat(7)), FaultCode::TooShort);
        let varied: String = (0..128)
            .map(|n| char::from_u32(0x4e00 + n * 7).unwrap())
            .collect();
        assert!(NewPassword::parse(&varied, None).is_ok());
        assert_eq!(fault(&format!("{varied}x")), FaultCode::TooLong);
    }

    #[test]
    fn the_same_keys_give_the_same_password() {
        assert_eq!(
            Password::new("Zürich im Regen"),
            Password::new("Zu\u{308}rich im Regen"),
        );
    }

    #[test]
    fn what_everybody_tries_first_is_refused() {
        for text in [
            "password",
            "12345678",
            "PASSWORD1",
            "qwertyuiop",
            "iloveyou",
            "aaaaaaaa",
        ] {
            assert_eq!(fault(text), FaultCode::CommonPassword, "{text}");
        }
    }

    #[test]
    fn the_address_itself_is_refused_in_any_case() {
        let email = Email::parse("ada.lovelace@example.com").unwrap();
        let fault = NewPassword::parse("Ada.Lovelace@Example.com", Some(&email)).unwrap_err();
        assert_eq!(fault.code, FaultCode::CommonPassword);
    }

    #[test]
    fn control_characters_are_refused_and_spaces_count() {
        assert_eq!(fault("violet\u{0}umbrella"), FaultCode::ControlCharacter);
        assert!(NewPassword::parse("  violet umbrella  ", None).is_ok());
    }

    #[test]
    fn a_password_is_never_printed() {
        assert!(!format!("{:?}", Password::new("violet umbrella")).contains("violet"));
    }
}
