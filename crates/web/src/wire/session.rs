use std::net::IpAddr;

use serde::Serialize;
use taskwell_domain::{Session, SessionId, Timestamp};
use utoipa::ToSchema;

/// A session.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Session)]
pub(crate) struct SessionBody {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    id: SessionId,
    /// When somebody logged in.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it was last renewed.
    #[schema(value_type = String, format = DateTime)]
    last_used_at: Timestamp,
    /// From when on it is over, unless it is renewed before.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
    /// What the program calls itself that last renewed it; null if it does not say.
    #[schema(required = true)]
    user_agent: Option<String>,
    /// The address that it was last renewed from; null if that is not known.
    #[schema(value_type = Option<String>, required = true)]
    ip: Option<IpAddr>,
    /// Whether it is the one of this request.
    current: bool,
}

impl SessionBody {
    pub(crate) fn new(session: &Session, current: Option<SessionId>) -> Self {
        Self {
            id: session.id,
            created_at: session.created_at,
            last_used_at: session.last_used_at,
            expires_at: session.expires_at,
            user_agent: session.client.user_agent().map(str::to_owned),
            ip: session.client.address(),
            current: current == Some(session.id),
        }
    }
}
