//! What checked texts have in common.

use crate::{Fault, FaultCode};

/// Refuses a text with fewer or more characters (Unicode scalar values) than allowed.
pub(crate) fn check_length(text: &str, min: usize, max: usize) -> Result<(), Fault> {
    let length = text.chars().count();
    if length < min {
        let detail = match min {
            1 => "must not be empty".to_owned(),
            _ => format!("must have at least {min} characters"),
        };
        return Err(Fault::new(FaultCode::TooShort, detail));
    }
    if length > max {
        return Err(Fault::new(
            FaultCode::TooLong,
            format!("must have at most {max} characters, has {length}"),
        ));
    }
    Ok(())
}

/// Refuses control characters (Unicode category Cc) other than those in `allowed`.
pub(crate) fn check_control(text: &str, allowed: &[char]) -> Result<(), Fault> {
    // Most texts are plain, and are looked at many times.
    let is_plain = |byte: u8| matches!(byte, b' '..=b'~') || allowed.contains(&char::from(byte));
    if text.bytes().all(is_plain) {
        return Ok(());
    }
    match text.chars().find(|c| c.is_control() && !allowed.contains(c)) {
        Some(c) => Err(Fault::new(
            FaultCode::ControlCharacter,
            format!("must not contain the control character U+{:04X}", u32::from(c)),
        )),
        None => Ok(()),
    }
}

/// Gives a type that has a `parse` the traits that go with a text form. The text is that of `as_str`, or of `Display`
/// where it has to be `made`.
macro_rules! text_form {
    ($name:ident) => {
        $crate::text::text_form!($name, |value, serializer| serializer
            .serialize_str(value.as_str()));
    };
    ($name:ident, made) => {
        $crate::text::text_form!($name, |value, serializer| serializer.collect_str(value));
    };
    ($name:ident, |$value:ident, $serializer:ident| $written:expr) => {
        impl std::str::FromStr for $name {
            type Err = $crate::Fault;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }

        #[cfg(feature = "serde")]
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, $serializer: S) -> Result<S::Ok, S::Error> {
                let $value = self;
                $written
            }
        }

        #[cfg(feature = "serde")]
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(deserializer)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }
    };
}

/// Gives a text newtype, whose only constructor is its `parse`, what all of them have.
macro_rules! text_newtype {
    ($name:ident) => {
        $crate::text::text_form!($name);

        impl $name {
            /// The text itself.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

pub(crate) use {text_form, text_newtype};
