//! What can be wrong with one value.

use crate::words;

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

    /// A field that nobody can set was sent with another value than the one that was received.
    #[must_use]
    pub fn read_only() -> Self {
        Self::new(FaultCode::ReadOnly, "cannot be set, and differs from what it is")
    }
}

/// What is wrong with one named field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldFault {
    /// The name of the field.
    pub field: &'static str,
    /// What is wrong with it.
    pub fault: Fault,
}

impl FieldFault {
    /// That fault at that field.
    #[must_use]
    pub fn new(field: &'static str, fault: Fault) -> Self {
        Self { field, fault }
    }
}

words! {
    /// The kinds of faults. Their words are part of the public contract.
    pub enum FaultCode {
        /// The value must be given and was not.
        Required => "required",
        /// A field of this name does not exist.
        UnknownField => "unknown_field",
        /// A parameter of this name does not exist.
        UnknownParameter => "unknown_parameter",
        /// A parameter that takes one value was given several times.
        RepeatedParameter => "repeated_parameter",
        /// The value cannot be set, and differs from what it is.
        ReadOnly => "read_only",
        /// A value of another JSON type is needed.
        InvalidType => "invalid_type",
        /// The text does not have the form that is needed.
        InvalidFormat => "invalid_format",
        /// The value is of the right form but not one that is allowed.
        InvalidValue => "invalid_value",
        /// The number lies outside its range.
        OutOfRange => "out_of_range",
        /// Fewer characters than allowed.
        TooShort => "too_short",
        /// More characters than allowed.
        TooLong => "too_long",
        /// More of them than allowed.
        TooMany => "too_many",
        /// A control character where none may be.
        ControlCharacter => "control_character",
        /// The password is one that attackers try first.
        CommonPassword => "common_password",
        /// Two values that exclude each other.
        NotAllowedTogether => "not_allowed_together",
    }
}
