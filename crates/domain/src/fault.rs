//! What can be wrong with one value.

use std::fmt;

/// One fault of one value: a word for a program, a sentence for a person.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct Fault {
    /// The stable word that a program branches on.
    pub code: FaultCode,
    /// What is wrong and what is allowed, never the value itself.
    pub detail: String,
}

impl Fault {
    /// A fault with its explanation.
    pub fn new(code: FaultCode, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
        }
    }
}

/// The kinds of faults. The words of [`FaultCode::as_str`] are part of the public contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FaultCode {
    /// The value must be given and was not.
    Required,
    /// A field of this name does not exist.
    UnknownField,
    /// A parameter of this name does not exist.
    UnknownParameter,
    /// A parameter that takes one value was given several times.
    RepeatedParameter,
    /// The value cannot be set, and differs from what it is.
    ReadOnly,
    /// A value of another JSON type is needed.
    InvalidType,
    /// The text does not have the form that is needed.
    InvalidFormat,
    /// The value is of the right form but not one that is allowed.
    InvalidValue,
    /// The number lies outside its range.
    OutOfRange,
    /// Fewer characters than allowed.
    TooShort,
    /// More characters than allowed.
    TooLong,
    /// A control character where none may be.
    ControlCharacter,
    /// The password is one that attackers try first.
    CommonPassword,
    /// Two values that exclude each other.
    NotAllowedTogether,
}

impl FaultCode {
    /// The stable word, in `snake_case`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::UnknownField => "unknown_field",
            Self::UnknownParameter => "unknown_parameter",
            Self::RepeatedParameter => "repeated_parameter",
            Self::ReadOnly => "read_only",
            Self::InvalidType => "invalid_type",
            Self::InvalidFormat => "invalid_format",
            Self::InvalidValue => "invalid_value",
            Self::OutOfRange => "out_of_range",
            Self::TooShort => "too_short",
            Self::TooLong => "too_long",
            Self::ControlCharacter => "control_character",
            Self::CommonPassword => "common_password",
            Self::NotAllowedTogether => "not_allowed_together",
        }
    }
}

impl fmt::Display for FaultCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
