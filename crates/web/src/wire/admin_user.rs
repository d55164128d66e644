use serde::Serialize;
use taskwell_domain::{Email, Issuer, Timestamp, User, UserId};
use utoipa::ToSchema;

use super::role;

/// An account, as admins see it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AdminUser)]
pub(crate) struct AdminUserBody {
    /// Its id.
    #[schema(value_type = String)]
    id: UserId,
    /// Its address; null if its issuer gives none.
    #[schema(value_type = Option<String>, format = Email, required = true)]
    email: Option<Email>,
    #[schema(schema_with = role)]
    role: &'static str,
    /// When it was made, or first seen.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// Whether it is shut out.
    disabled: bool,
    /// Where it logs in: `taskwell` is here.
    #[schema(value_type = String, min_length = 1, max_length = 64)]
    issuer: Issuer,
    /// When it last logged in, or got its newest token from another issuer; null if never.
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    last_login_at: Option<Timestamp>,
}

impl From<User> for AdminUserBody {
    fn from(user: User) -> Self {
        Self {
            disabled: user.is_disabled(),
            id: user.id,
            email: user.email,
            role: user.role.as_str(),
            created_at: user.created_at,
            issuer: user.issuer,
            last_login_at: user.last_login_at,
        }
    }
}
