//! Access tokens of other issuers.

mod claims;
mod issuer;
mod key_set;
mod key_source;
mod public_keys;
mod schedule;
#[cfg(test)]
mod test_keys;
#[cfg(test)]
mod tests;
mod trusted;

use std::{error::Error, time::Duration};

use async_trait::async_trait;
use jsonwebtoken::dangerous::insecure_decode_claims;
use taskwell_application::ports::{OutsideClaims, OutsideRefusal, OutsideTokens};
use taskwell_domain::{Issuer, Timestamp};
use tokio::runtime::Handle;

use self::{
    claims::WireClaims,
    trusted::{Keys, Trusted},
};
pub use self::{
    issuer::{AdminRoles, OutsideIssuer, OutsideIssuersError, OutsideKeys},
    key_set::KeySetFetches,
};
use crate::{access_tokens::OURSELVES, jwt};

/// How long an issuer has to give its keys.
const PATIENCE: Duration = Duration::from_secs(5);

/// Checks access tokens of other issuers. The `iss` of a token picks the issuer, and the issuer has algorithms
/// and keys of its own; a token's header says no more than which of these keys it was.
pub struct OutsideIssuers(Vec<Trusted>);

impl OutsideIssuers {
    /// Trusts these issuers. Nobody is asked for keys until a token needs one; that then happens on the runtime
    /// of tokio that this is called in.
    ///
    /// # Errors
    /// As the variants of [`OutsideIssuersError`] say.
    pub fn new(issuers: Vec<OutsideIssuer>) -> Result<Self, OutsideIssuersError> {
        Self::with_patience(issuers, PATIENCE)
    }

    fn with_patience(issuers: Vec<OutsideIssuer>, patience: Duration) -> Result<Self, OutsideIssuersError> {
        jwt::choose_cryptography();
        issuer::check(&issuers)?;
        let runtime = Handle::try_current()?;
        let trusted: Result<Vec<Trusted>, OutsideIssuersError> = issuers
            .into_iter()
            .map(|issuer| Trusted::new(issuer, patience, runtime.clone()))
            .collect();
        Ok(Self(trusted?))
    }

    /// Asks each issuer that publishes its keys for them, to see whether it gives them: its name, and what is in
    /// the way if something is.
    pub async fn try_key_sets(&self) -> Vec<(Issuer, Result<(), Box<dyn Error + Send + Sync>>)> {
        let mut tried = Vec::new();
        for trusted in &self.0 {
            if let Keys::Set(keys) = &trusted.keys {
                let outcome = keys.try_fetch().await;
                tried.push((trusted.name.clone(), outcome.map_err(Into::into)));
            }
        }
        tried
    }

    /// How often each issuer that publishes its keys was asked for them since the start.
    #[must_use]
    pub fn fetches(&self) -> Vec<(Issuer, KeySetFetches)> {
        let with_keys = self.0.iter().filter_map(|trusted| match &trusted.keys {
            Keys::Set(keys) => Some((trusted.name.clone(), keys.fetches())),
            Keys::Secret(_) => None,
        });
        with_keys.collect()
    }

    /// Whose token has that `iss`.
    fn of(&self, iss: Option<&str>) -> Option<&Trusted> {
        if iss == Some(OURSELVES) {
            return None;
        }
        let named = iss.and_then(|iss| {
            self.0
                .iter()
                .find(|trusted| trusted.issuers.iter().any(|known| known == iss))
        });
        named.or_else(|| self.0.iter().find(|trusted| trusted.issuers.is_empty()))
    }
}

#[async_trait]
impl OutsideTokens for OutsideIssuers {
    /// Nothing that could have been made up causes a fetch, as far as that can be told without a key.
    async fn verify(&self, token: &str, now: Timestamp) -> Result<OutsideClaims, OutsideRefusal> {
        const INVALID: OutsideRefusal = OutsideRefusal::Invalid;
        let header = jwt::header(token).ok_or(INVALID)?;
        // Not proven yet: this picks whose key it takes to prove it, and saves the work where that is in vain.
        let said: WireClaims = insecure_decode_claims(token).map_err(|_| INVALID)?;
        let issuer = self.of(said.iss.as_deref()).ok_or(INVALID)?;
        let validation = issuer.validation(header.alg).ok_or(INVALID)?;
        if said.is_early(now) {
            return Err(INVALID);
        }
        let has_expired = said.has_expired(now);
        let key = if has_expired {
            issuer.keys.known(&header)
        } else {
            issuer.keys.find(&header).await?
        };
        let proven = jsonwebtoken::decode::<WireClaims>(token, &key.ok_or(INVALID)?, validation);
        let claims = proven.map_err(|_| INVALID)?.claims;
        let claims = claims.read(&issuer.name, issuer.roles.as_ref()).ok_or(INVALID)?;
        if has_expired {
            return Err(OutsideRefusal::Expired);
        }
        Ok(claims)
    }

    fn trusts(&self, issuer: &Issuer) -> bool {
        self.0.iter().any(|trusted| trusted.name == *issuer)
    }
}
