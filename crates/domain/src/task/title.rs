//! Titles.

use crate::{
    Fault, fold_case,
    text::{check_control, check_length, text_newtype},
};

/// What is to be done: 1 to 200 characters once white space around it is cut off, no control characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Title(String);

text_newtype!(Title);

impl Title {
    /// Trims and checks.
    ///
    /// # Errors
    /// [`TooShort`](crate::FaultCode::TooShort), [`TooLong`](crate::FaultCode::TooLong),
    /// [`ControlCharacter`](crate::FaultCode::ControlCharacter).
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let text = text.trim();
        check_length(text, 1, 200)?;
        check_control(text, &[])?;
        Ok(Self(text.to_owned()))
    }

    /// What titles are sorted by: case makes no difference.
    #[must_use]
    pub fn key(&self) -> String {
        fold_case(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FaultCode;

    #[test]
    fn characters_are_counted_not_bytes() {
        for text in ["x", "日", "👩‍🚀", "e\u{301}", "שלום"] {
            let longest = text.chars().cycle().take(200).collect::<String>();
            assert!(Title::parse(&longest).is_ok(), "{text}");
            let longer = text.chars().cycle().take(201).collect::<String>();
            assert_eq!(
                Title::parse(&longer).unwrap_err().code,
                FaultCode::TooLong,
                "{text}"
            );
        }
    }

    #[test]
    fn white_space_around_it_is_cut_off_before_counting() {
        assert_eq!(Title::parse("  Buy milk \n").unwrap().as_str(), "Buy milk");
        assert!(Title::parse(&format!(" {} ", "x".repeat(200))).is_ok());
        assert_eq!(Title::parse(" \t ").unwrap_err().code, FaultCode::TooShort);
    }

    #[test]
    fn control_characters_are_refused() {
        for text in ["a\u{0}b", "a\nb", "a\tb", "a\u{7f}b", "a\u{85}b"] {
            assert_eq!(
                Title::parse(text).unwrap_err().code,
                FaultCode::ControlCharacter,
                "{text:?}"
            );
        }
    }
}
