use std::fmt;

use taskwell_domain::words;

/// Makes random tokens of which only the hash is kept, and knows them again.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait OpaqueTokens: Send + Sync {
    /// A new token.
    fn generate(&self, kind: OpaqueKind) -> OpaqueToken;

    /// What is kept of a token, if the text is one of that kind: who mistakes one for the other is told so
    /// without a look into any storage.
    fn hash(&self, kind: OpaqueKind, text: &str) -> Option<TokenHash>;
}

words! {
    /// What a random token is for.
    pub enum OpaqueKind {
        /// Gets new tokens for a session.
        Refresh => "refresh",
        /// Opens some of an account to a program.
        Api => "api",
    }
}

/// A random token, to be shown once. It cannot be printed.
#[derive(Clone, PartialEq, Eq)]
pub struct OpaqueToken {
    /// The token itself.
    pub text: String,
    /// What is kept of it.
    pub hash: TokenHash,
}

impl fmt::Debug for OpaqueToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OpaqueToken(…)")
    }
}

/// The SHA-256 of a random token. A token with 256 random bits needs no slower hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TokenHash(pub [u8; 32]);
