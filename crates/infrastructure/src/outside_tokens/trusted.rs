//! An issuer whose tokens are taken.

use std::time::Duration;

use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation};
use reqwest::Url;
use taskwell_application::ports::OutsideRefusal;
use taskwell_domain::Issuer;
use tokio::runtime::Handle;

use super::{
    AdminRoles, OutsideIssuer, OutsideIssuersError, OutsideKeys, key_set::KeySet, key_source::WebSource,
    public_keys::ALGORITHMS,
};

/// An issuer that is trusted.
pub(super) struct Trusted {
    pub(super) name: Issuer,
    /// None stands for any that nobody else has.
    pub(super) issuers: Vec<String>,
    pub(super) keys: Keys,
    /// One for each algorithm.
    validations: Vec<Validation>,
    pub(super) roles: Option<AdminRoles>,
}

/// What its tokens are checked with.
pub(super) enum Keys {
    Secret(DecodingKey),
    Set(KeySet),
}

impl Trusted {
    pub(super) fn new(
        issuer: OutsideIssuer,
        patience: Duration,
        runtime: Handle,
    ) -> Result<Self, OutsideIssuersError> {
        let validation = |algorithm| validation(algorithm, &issuer.issuers, &issuer.audiences);
        let (keys, validations) = match issuer.keys {
            OutsideKeys::Secret(secret) => (
                Keys::Secret(DecodingKey::from_secret(&secret)),
                vec![validation(Algorithm::HS256)],
            ),
            OutsideKeys::Jwks(url) => {
                let source = web_source(&url, &issuer.name)?;
                (
                    Keys::Set(KeySet::new(issuer.name.clone(), source, patience, runtime)),
                    ALGORITHMS.map(validation).to_vec(),
                )
            }
        };
        Ok(Self {
            name: issuer.name,
            issuers: issuer.issuers,
            keys,
            validations,
            roles: issuer.roles,
        })
    }

    /// How its tokens of that algorithm are checked, if it has such.
    pub(super) fn validation(&self, algorithm: Algorithm) -> Option<&Validation> {
        self.validations
            .iter()
            .find(|validation| validation.algorithms.contains(&algorithm))
    }
}

impl Keys {
    /// The key of a token, if it is known already.
    pub(super) fn known(&self, header: &Header) -> Option<DecodingKey> {
        match self {
            Self::Secret(secret) => Some(secret.clone()),
            Self::Set(keys) => keys.known(header.kid.as_deref(), header.alg),
        }
    }

    /// The key of a token, if the issuer has it.
    pub(super) async fn find(&self, header: &Header) -> Result<Option<DecodingKey>, OutsideRefusal> {
        match self {
            Self::Secret(secret) => Ok(Some(secret.clone())),
            Self::Set(keys) => keys
                .find(header.kid.as_deref(), header.alg)
                .await
                .map_err(|error| OutsideRefusal::Unavailable(Box::new(error))),
        }
    }
}

fn web_source(url: &str, issuer: &Issuer) -> Result<WebSource, OutsideIssuersError> {
    let url = Url::parse(url)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https"))
        .ok_or_else(|| OutsideIssuersError::Address(issuer.clone()))?;
    WebSource::new(url).map_err(|source| OutsideIssuersError::Tls {
        issuer: issuer.clone(),
        source,
    })
}

fn validation(algorithm: Algorithm, issuers: &[String], audiences: &[String]) -> Validation {
    let mut validation = Validation::new(algorithm);
    let mut required = vec!["exp", "sub"];
    if !issuers.is_empty() {
        validation.set_issuer(issuers);
        required.push("iss");
    }
    validation.validate_aud = !audiences.is_empty();
    if validation.validate_aud {
        validation.set_audience(audiences);
        required.push("aud");
    }
    validation.set_required_spec_claims(&required);
    // The time is an argument, and the crate would take the system's.
    validation.validate_exp = false;
    validation
}
