use serde::Serialize;
use taskwell_application::identity::CreatedApiToken;
use taskwell_domain::{ApiToken, ApiTokenId, Scope, Timestamp, TokenName};
use utoipa::{
    ToSchema,
    openapi::schema::{ArrayBuilder, ObjectBuilder},
};

use crate::input::words;

/// A personal access token, without the token itself.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ApiToken)]
pub(crate) struct ApiTokenBody {
    /// Its id, which opens nothing.
    #[schema(value_type = String, format = Uuid)]
    id: ApiTokenId,
    /// What it is for.
    #[schema(value_type = String, min_length = 1, max_length = 100)]
    name: TokenName,
    #[schema(schema_with = scopes)]
    scopes: Vec<&'static str>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it was last used, to the minute; null if never.
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    last_used_at: Option<Timestamp>,
    /// From when on it works no more; null if always.
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    expires_at: Option<Timestamp>,
}

/// A new personal access token, with the token itself.
#[derive(Serialize, ToSchema)]
#[schema(as = CreatedApiToken)]
pub(crate) struct CreatedApiTokenBody {
    /// Its id, which opens nothing.
    #[schema(value_type = String, format = Uuid)]
    id: ApiTokenId,
    /// What it is for.
    #[schema(value_type = String, min_length = 1, max_length = 100)]
    name: TokenName,
    #[schema(schema_with = scopes)]
    scopes: Vec<&'static str>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it was last used: not yet.
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    last_used_at: Option<Timestamp>,
    /// From when on it works no more; null if always.
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    expires_at: Option<Timestamp>,
    /// The token itself; send it as `Authorization: Bearer …`. It is not shown again.
    token: String,
}

fn scopes() -> ArrayBuilder {
    ArrayBuilder::new()
        .items(scope_words())
        .min_items(Some(1))
        .description(Some("What it opens; each grants only itself."))
}

/// The schema of a scope.
pub(crate) fn scope_words() -> ObjectBuilder {
    words(Scope::ALL.iter().copied().map(Scope::as_str))
}

impl From<ApiToken> for ApiTokenBody {
    fn from(token: ApiToken) -> Self {
        Self {
            id: token.id,
            scopes: token.scopes.iter().map(Scope::as_str).collect(),
            name: token.name,
            created_at: token.created_at,
            last_used_at: token.last_used_at,
            expires_at: token.expires_at,
        }
    }
}

impl From<CreatedApiToken> for CreatedApiTokenBody {
    fn from(created: CreatedApiToken) -> Self {
        let ApiTokenBody {
            id,
            name,
            scopes,
            created_at,
            last_used_at,
            expires_at,
        } = created.token.into();
        Self {
            id,
            name,
            scopes,
            created_at,
            last_used_at,
            expires_at,
            token: created.text,
        }
    }
}
