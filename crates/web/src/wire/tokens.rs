use serde::Serialize;
use taskwell_application::identity::Tokens;
use utoipa::ToSchema;

use super::UserBody;

/// What a login gives.
#[derive(Serialize, ToSchema)]
#[schema(as = Tokens)]
pub(crate) struct TokensBody {
    /// Opens everything of the user; send it as `Authorization: Bearer …`.
    access_token: String,
    /// Always `Bearer`.
    #[schema(value_type = String, pattern = "^Bearer$")]
    token_type: &'static str,
    /// How long the access token works, in seconds.
    expires_in: u64,
    /// Gets new tokens for as long as the session lasts.
    refresh_token: String,
    /// Who logged in.
    user: UserBody,
}

impl From<Tokens> for TokensBody {
    fn from(tokens: Tokens) -> Self {
        Self {
            access_token: tokens.access_token,
            token_type: "Bearer",
            expires_in: tokens.expires_in.as_secs(),
            refresh_token: tokens.refresh_token,
            user: tokens.user.into(),
        }
    }
}
