//! What ids made of a UUID have in common.

/// Declares an id that holds a UUID, so that ids of different things cannot be mistaken for each other.
macro_rules! uuid_newtype {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(uuid::Uuid);

        impl $name {
            /// Reads the hyphenated form of RFC 9562, in either case; nothing else is an id.
            ///
            /// # Errors
            /// [`FaultCode::InvalidFormat`](crate::FaultCode::InvalidFormat) for any other text.
            pub fn parse(text: &str) -> Result<Self, crate::Fault> {
                text.parse::<uuid::fmt::Hyphenated>()
                    .map(|id| Self(id.into_uuid()))
                    .map_err(|_| crate::Fault::new(crate::FaultCode::InvalidFormat, "must be a UUID"))
            }

            /// The UUID.
            #[must_use]
            pub fn as_uuid(self) -> uuid::Uuid {
                self.0
            }
        }

        impl From<uuid::Uuid> for $name {
            fn from(id: uuid::Uuid) -> Self {
                Self(id)
            }
        }

        #[cfg(feature = "serde")]
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut text = uuid::Uuid::encode_buffer();
                serializer.serialize_str(self.0.hyphenated().encode_lower(&mut text))
            }
        }

        #[cfg(feature = "serde")]
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(deserializer)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

pub(crate) use uuid_newtype;
