//! Whose tokens are taken: from the settings to the keys.

use taskwell_domain::Issuer;
use taskwell_infrastructure::{
    AdminRoles, OutsideIssuer, OutsideIssuers, OutsideKeys, SigningKeyError, SigningKeys, new_secret,
};

use crate::{
    commands::CommandError,
    settings::{AuthSettings, IssuerKeys, IssuerSettings, Secret, SecretSource, Signing},
};

/// The key that signs our tokens, and those that signed before.
pub(crate) fn signing_keys(settings: &AuthSettings) -> Result<SigningKeys, CommandError> {
    let mut keys = match &settings.signing {
        Signing::Secret(source) => SigningKeys::secret(&secret(source, settings)?),
        Signing::KeyFile(file) => SigningKeys::ed25519(file.pem()).map_err(unusable)?,
    };
    if let Some(secret) = &settings.previous_secret {
        keys = keys.and_previous_secret(secret.as_bytes());
    }
    if let Some(file) = &settings.previous_key {
        keys = keys.and_previous_ed25519(file.pem()).map_err(unusable)?;
    }
    Ok(keys)
}

fn unusable(error: SigningKeyError) -> CommandError {
    CommandError::because("a key cannot be used", error)
}

fn secret(source: &SecretSource, settings: &AuthSettings) -> Result<Vec<u8>, CommandError> {
    match source {
        SecretSource::Given(secret) => Ok(secret.as_bytes().to_vec()),
        SecretSource::KeptBeside(path) => Ok(Secret::kept(path, &settings.issuers)?.as_bytes().to_vec()),
        SecretSource::Ephemeral => new_secret()
            .map(Vec::from)
            .map_err(|error| CommandError::because("no secret can be made", error)),
    }
}

/// The other issuers whose tokens are taken.
pub(crate) fn outside_issuers(settings: &AuthSettings) -> Result<OutsideIssuers, CommandError> {
    let issuers: Result<Vec<OutsideIssuer>, CommandError> =
        settings.issuers.iter().map(outside_issuer).collect();
    OutsideIssuers::new(issuers?)
        .map_err(|error| CommandError::because("tokens of other issuers cannot be checked", error))
}

fn outside_issuer(settings: &IssuerSettings) -> Result<OutsideIssuer, CommandError> {
    let name = &settings.name;
    Ok(OutsideIssuer {
        name: Issuer::parse(name)
            .map_err(|fault| CommandError::because(format!("{name:?} cannot name an issuer"), fault))?,
        issuers: settings.issuers.clone(),
        audiences: settings.audiences.clone(),
        keys: match &settings.keys {
            IssuerKeys::Jwks(url) => OutsideKeys::Jwks(url.to_string()),
            IssuerKeys::Secret(secret) => OutsideKeys::Secret(secret.as_bytes().to_vec()),
        },
        roles: settings.roles.as_ref().map(|roles| AdminRoles {
            claim: roles.claim.clone(),
            admin: roles.admin.clone(),
        }),
    })
}
