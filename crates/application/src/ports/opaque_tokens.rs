use std::fmt;

/// Makes random tokens of which only the hash is kept.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait OpaqueTokens: Send + Sync {
    /// A new token.
    fn generate(&self) -> OpaqueToken;
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
