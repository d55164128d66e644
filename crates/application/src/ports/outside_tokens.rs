use std::error::Error;

use async_trait::async_trait;
use taskwell_domain::{Email, Issuer, Timestamp};

/// Checks access tokens of the other issuers that the operator trusts.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait OutsideTokens: Send + Sync {
    /// What a token says, if one of those issuers gave it out for us: `iss`, `aud`, signature by a key and an
    /// algorithm of that issuer, `typ` if it has one, `exp`, `nbf` and `iat` at `now` with a leeway of
    /// [`CLOCK_LEEWAY`](taskwell_domain::CLOCK_LEEWAY), and a `sub`. Nothing in its header picks more than a key of that issuer.
    ///
    /// # Errors
    /// As the variants of [`OutsideRefusal`] say.
    async fn verify(&self, token: &str, now: Timestamp) -> Result<OutsideClaims, OutsideRefusal>;

    /// Whether that issuer is one of them.
    fn trusts(&self, issuer: &Issuer) -> bool;
}

/// What a token of another issuer says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutsideClaims {
    /// Who gave it out, by its local name.
    pub issuer: Issuer,
    /// `sub`, as it stands.
    pub subject: String,
    /// `email`, if it is an address. It proves nothing.
    pub email: Option<Email>,
    /// Whether it names a role that the operator takes for that of an admin.
    pub is_admin: bool,
    /// `iat`
    pub issued_at: Option<Timestamp>,
    /// `exp`
    pub expires_at: Timestamp,
}

/// Why a token of another issuer is refused.
#[derive(Debug, thiserror::Error)]
pub enum OutsideRefusal {
    /// It is none, or not from an issuer that is trusted, or not for us.
    #[error("not a valid token of a trusted issuer")]
    Invalid,
    /// It was good once.
    #[error("the token has expired")]
    Expired,
    /// None of the issuer's keys is known, because the issuer does not answer.
    #[error("the keys of the issuer cannot be had")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
}
