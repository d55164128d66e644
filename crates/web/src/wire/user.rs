use serde::Serialize;
use taskwell_domain::{Email, Role, Timestamp, User, UserId};
use utoipa::{ToSchema, openapi::schema::ObjectBuilder};

use crate::input::words;

/// An account.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = User)]
pub(crate) struct UserBody {
    /// Its id.
    #[schema(value_type = String)]
    id: UserId,
    /// Its address; null if its issuer gives none.
    #[schema(value_type = Option<String>, format = Email, required = true)]
    email: Option<Email>,
    #[schema(schema_with = role)]
    role: &'static str,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

/// The schema of a role.
pub(crate) fn role() -> ObjectBuilder {
    words(Role::ALL.iter().copied().map(Role::as_str)).description(Some("What it may do."))
}

impl From<User> for UserBody {
    fn from(user: User) -> Self {
        Self {
            id: user.id,
            email: user.email,
            role: user.role.as_str(),
            created_at: user.created_at,
        }
    }
}
