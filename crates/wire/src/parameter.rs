//! Parameters: how they are read and how they are described.

use std::ops::RangeInclusive;

use taskwell_domain::{Fault, FaultCode};
use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};

/// A parameter of a query string: its name, how it is read, and how it is described.
pub struct Parameter<T> {
    /// Its name.
    pub name: &'static str,
    /// How it is read.
    pub read: fn(&str) -> Result<T, Fault>,
    /// How it is described.
    pub schema: fn() -> ObjectBuilder,
    /// What it does.
    pub description: &'static str,
}

/// A whole number within a range.
///
/// # Errors
/// The fault of anything else.
pub fn number(text: &str, range: RangeInclusive<u64>) -> Result<u64, Fault> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let negative = text
        .strip_prefix('-')
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()));
    if !digits && !negative {
        return Err(Fault::new(FaultCode::InvalidType, "must be a whole number"));
    }
    match text.parse() {
        Ok(number) if range.contains(&number) => Ok(number),
        _ => Err(Fault::new(
            FaultCode::OutOfRange,
            format!("must be from {} to {}", range.start(), range.end()),
        )),
    }
}

/// So many characters that are no control characters.
///
/// # Errors
/// The fault of anything else.
pub fn characters(text: &str, range: RangeInclusive<usize>) -> Result<String, Fault> {
    let count = text.chars().count();
    if count < *range.start() {
        let detail = format!("must have at least {} characters", range.start());
        return Err(Fault::new(FaultCode::TooShort, detail));
    }
    if count > *range.end() {
        let detail = format!("must have at most {} characters", range.end());
        return Err(Fault::new(FaultCode::TooLong, detail));
    }
    if text.chars().any(char::is_control) {
        let detail = "must have no control characters";
        return Err(Fault::new(FaultCode::ControlCharacter, detail));
    }
    Ok(text.to_owned())
}

/// One of a few words.
///
/// # Errors
/// The fault of anything else.
pub fn one_of<T: Copy>(text: &str, words: &[(&str, T)]) -> Result<T, Fault> {
    match words.iter().find(|(word, _)| *word == text) {
        Some((_, meaning)) => Ok(*meaning),
        None => {
            let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            let detail = format!("must be {}", words.join(" or "));
            Err(Fault::new(FaultCode::InvalidValue, detail))
        }
    }
}

/// The schema of a value of that type.
pub fn instances(kind: Type) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(SchemaType::new(kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_told_apart_from_what_is_none() {
        let code = |text: &str| number(text, 1..=100).map_err(|fault| fault.code);
        assert_eq!(code("1"), Ok(1));
        assert_eq!(code("100"), Ok(100));
        for text in ["0", "101", "-1", "99999999999999999999999"] {
            assert_eq!(code(text), Err(FaultCode::OutOfRange), "{text}");
        }
        for text in ["", "-", "+1", "1.0", "1e2", "ten", " 1", "٣"] {
            assert_eq!(code(text), Err(FaultCode::InvalidType), "{text}");
        }
    }
}
