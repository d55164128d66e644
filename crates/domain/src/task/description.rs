//! Descriptions.

use crate::{
    Fault,
    text::{check_control, check_length, text_newtype},
};

/// More about a task: at most 1,000 characters; line breaks and tabs are the only control characters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Description(String);

text_newtype!(Description);

impl Description {
    /// Checks and keeps the text as it stands.
    ///
    /// # Errors
    /// [`TooLong`](crate::FaultCode::TooLong), [`ControlCharacter`](crate::FaultCode::ControlCharacter).
    pub fn parse(text: &str) -> Result<Self, Fault> {
        check_length(text, 0, 1_000)?;
        check_control(text, &['\n', '\r', '\t'])?;
        Ok(Self(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FaultCode;

    #[test]
    fn lines_and_tabs_are_kept_as_they_stand() {
        let text = "  one\r\n\ttwo  ";
        assert_eq!(Description::parse(text).unwrap().as_str(), text);
        assert_eq!(Description::parse("").unwrap(), Description::default());
    }

    #[test]
    fn it_has_at_most_a_thousand_characters_and_no_nul() {
        assert!(Description::parse(&"🦀".repeat(1_000)).is_ok());
        assert_eq!(
            Description::parse(&"🦀".repeat(1_001)).unwrap_err().code,
            FaultCode::TooLong
        );
        assert_eq!(
            Description::parse("a\u{0}").unwrap_err().code,
            FaultCode::ControlCharacter
        );
    }
}
