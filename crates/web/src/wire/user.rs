use serde::Serialize;
use taskwell_domain::{Email, Timestamp, User, UserId};
use utoipa::ToSchema;

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
    /// What it may do.
    #[schema(value_type = String, pattern = "^(user|admin)$")]
    role: &'static str,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
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
