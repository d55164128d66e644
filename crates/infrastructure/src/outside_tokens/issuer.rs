//! The issuers that the operator trusts.

use std::{collections::HashSet, fmt};

use taskwell_domain::Issuer;

use crate::access_tokens::OURSELVES;

/// Another issuer whose tokens are taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutsideIssuer {
    /// Its local name, under which its accounts are kept. One that signs in several ways has several entries of
    /// one name, which share their accounts.
    pub name: Issuer,
    /// The `iss` of its tokens, one of these exactly. One issuer with a secret may do without: it is then taken
    /// for that of tokens without `iss`, and with one that no other issuer has.
    pub issuers: Vec<String>,
    /// The `aud` of its tokens, one of these exactly; if there is none here, `aud` is not looked at.
    pub audiences: Vec<String>,
    /// What its tokens are checked with.
    pub keys: OutsideKeys,
    /// Which of its accounts are admins, if any can be by its word.
    pub roles: Option<AdminRoles>,
}

/// What the tokens of an issuer are checked with. It cannot be printed.
#[derive(Clone, PartialEq, Eq)]
pub enum OutsideKeys {
    /// The address of its key set (RFC 7517): tokens signed with `EdDSA`, `ES256`, `RS256` or `PS256`.
    Jwks(String),
    /// A secret that it shares with us: tokens signed with `HS256`. Who has it can make such tokens.
    Secret(Vec<u8>),
}

impl fmt::Debug for OutsideKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // The address may hold a password.
            Self::Jwks(_) => f.write_str("Jwks(…)"),
            Self::Secret(_) => f.write_str("Secret(…)"),
        }
    }
}

/// Which accounts of an issuer are admins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdminRoles {
    /// The claim that holds the roles of an account: a list, or a text with commas between them.
    pub claim: String,
    /// The roles of admins.
    pub admin: Vec<String>,
}

/// Why these issuers cannot be trusted.
#[derive(Debug, thiserror::Error)]
pub enum OutsideIssuersError {
    /// Our own name, or our own `iss`.
    #[error("the issuer {0} has the name of this server")]
    Ourselves(Issuer),
    /// Two have the same `iss`.
    #[error("two issuers have the iss {0:?}")]
    SameIss(String),
    /// More than one has no `iss`.
    #[error("only one issuer can be without iss")]
    TwoWithoutIss,
    /// One with a key set has no `iss`.
    #[error("the issuer {0} has a key set, and so needs an iss")]
    KeySetWithoutIss(Issuer),
    /// The address of a key set is none.
    #[error("the address of the key set of {0} is not one of http or https")]
    Address(Issuer),
    /// Nothing can be fetched with TLS on this machine.
    #[error("the key set of {issuer} cannot be fetched")]
    Tls {
        /// Whose keys.
        issuer: Issuer,
        /// What is missing.
        source: reqwest::Error,
    },
    /// There is no runtime here to fetch keys on.
    #[error("keys are fetched on the runtime of tokio that this is called in")]
    NoRuntime(#[from] tokio::runtime::TryCurrentError),
}

/// Sees to it that no token can be of two issuers.
///
/// # Errors
/// As the variants of [`OutsideIssuersError`] say.
pub(super) fn check(issuers: &[OutsideIssuer]) -> Result<(), OutsideIssuersError> {
    let mut known = HashSet::new();
    let mut without = 0;
    for issuer in issuers {
        let name = &issuer.name;
        if name.is_ourselves() || issuer.issuers.iter().any(|iss| iss == OURSELVES) {
            return Err(OutsideIssuersError::Ourselves(name.clone()));
        }
        if let Some(iss) = issuer.issuers.iter().find(|iss| !known.insert(*iss)) {
            return Err(OutsideIssuersError::SameIss(iss.clone()));
        }
        if issuer.issuers.is_empty() {
            without += 1;
            if matches!(issuer.keys, OutsideKeys::Jwks(_)) {
                return Err(OutsideIssuersError::KeySetWithoutIss(name.clone()));
            }
        }
    }
    if without > 1 {
        return Err(OutsideIssuersError::TwoWithoutIss);
    }
    Ok(())
}
