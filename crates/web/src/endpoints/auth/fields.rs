//! The fields of credentials.

use taskwell_domain::Email;
use utoipa::openapi::{KnownFormat, SchemaFormat};

use crate::input::{Field, string, text};

/// An address that an account can have.
pub(super) const EMAIL: Field<Email> = Field {
    name: "email",
    read: |value| text(value).and_then(Email::parse),
    schema: || {
        string()
            .format(Some(SchemaFormat::Custom("email".to_owned())))
            .max_length(Some(254))
            .description(Some("Unique, whatever the case of its letters."))
    },
};

/// A password as it was sent; what it must be depends on what it is for.
pub(super) const PASSWORD: Field<String> = Field {
    name: "password",
    read: |value| text(value).map(str::to_owned),
    schema: || {
        string()
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Password)))
            .description(Some("Compared after Unicode normalisation (NFC)."))
    },
};
