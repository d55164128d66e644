use taskwell_domain::{Email, Role, SessionId, Timestamp, UserId};

/// Signs access tokens and checks them.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait AccessTokens: Send + Sync {
    /// The signed token.
    fn sign(&self, claims: &AccessClaims) -> String;

    /// What a token says, if it is one of ours: signature, issuer, audience and form. Whether it has
    /// expired is for the caller to see, who knows the time.
    ///
    /// # Errors
    /// [`InvalidToken`] for everything else.
    fn verify(&self, token: &str) -> Result<AccessClaims, InvalidToken>;

    /// The keys that others can check our tokens with: those of today and of before; none while tokens are
    /// signed with a secret.
    fn public_keys(&self) -> Vec<PublicKey>;
}

/// What an access token says (RFC 7519, RFC 9068). Times are whole seconds there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessClaims {
    /// `sub`
    pub user_id: UserId,
    /// `sid`
    pub session_id: SessionId,
    /// `jti`
    pub token_id: String,
    /// `email`
    pub email: Option<Email>,
    /// `role`
    pub role: Role,
    /// `iat`
    pub issued_at: Timestamp,
    /// `exp`
    pub expires_at: Timestamp,
}

/// The text is not an access token of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a valid access token")]
pub struct InvalidToken;

/// An Ed25519 public key as RFC 8037 writes it in a key set (RFC 7517).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    /// `kid`: its thumbprint (RFC 7638), which the tokens name in their header.
    pub id: String,
    /// `x`: the key itself, in base64url.
    pub x: String,
}
