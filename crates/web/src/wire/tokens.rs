use serde::Serialize;
use taskwell_application::identity::Tokens;
use utoipa::{ToSchema, openapi::schema::ObjectBuilder};

use super::UserBody;
use crate::input::one_word;

/// What a login gives.
#[derive(Serialize, ToSchema)]
#[schema(as = Tokens)]
pub(crate) struct TokensBody {
    /// Opens everything of the user; send it as `Authorization: Bearer …`.
    access_token: String,
    #[schema(schema_with = bearer)]
    token_type: &'static str,
    /// How long the access token works, in seconds.
    expires_in: u64,
    /// Gets new tokens for as long as the session lasts.
    refresh_token: String,
    /// Who logged in.
    user: UserBody,
}

const BEARER: &str = "Bearer";

fn bearer() -> ObjectBuilder {
    one_word(BEARER).description(Some("How the access token is sent (RFC 6750)."))
}

impl From<Tokens> for TokensBody {
    fn from(tokens: Tokens) -> Self {
        Self {
            access_token: tokens.access_token,
            token_type: BEARER,
            expires_in: tokens.expires_in.as_secs(),
            refresh_token: tokens.refresh_token,
            user: tokens.user.into(),
        }
    }
}
