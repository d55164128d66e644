use std::net::IpAddr;

use serde::Serialize;
use taskwell_domain::{AuditAction, AuditEntry, AuditId, Timestamp, UserId};
use utoipa::{ToSchema, openapi::schema::ObjectBuilder};

use crate::input::words;

/// An entry of the audit trail.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditEntry)]
pub(crate) struct AuditEntryBody {
    /// Its id; ids grow with time.
    #[schema(value_type = String, format = Uuid)]
    id: AuditId,
    /// When it happened.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// Who did it; null if that is not known, or somebody with the command line of the server.
    #[schema(value_type = Option<String>, required = true)]
    actor_id: Option<UserId>,
    #[schema(schema_with = action)]
    action: &'static str,
    /// To whom; null if that is not known.
    #[schema(value_type = Option<String>, required = true)]
    subject_id: Option<UserId>,
    /// From which address; null if that is not known.
    #[schema(value_type = Option<String>, required = true)]
    ip: Option<IpAddr>,
    /// What else there is to say, for a person.
    #[schema(required = true)]
    detail: Option<String>,
}

fn action() -> ObjectBuilder {
    words(AuditAction::ALL.iter().copied().map(AuditAction::as_str)).description(Some("What was done."))
}

impl From<AuditEntry> for AuditEntryBody {
    fn from(entry: AuditEntry) -> Self {
        Self {
            id: entry.id,
            at: entry.at,
            actor_id: entry.actor_id,
            action: entry.action.as_str(),
            subject_id: entry.subject_id,
            ip: entry.address,
            detail: entry.detail,
        }
    }
}
