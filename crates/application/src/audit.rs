//! How entries of the audit trail are made.

use taskwell_domain::{AuditAction, AuditEntry, Client, Timestamp, UserId};

use crate::ports::IdGenerator;

/// What happened, to whom.
pub(crate) struct Noted {
    action: AuditAction,
    subject_id: Option<UserId>,
    detail: Option<String>,
}

impl Noted {
    pub(crate) fn new(action: AuditAction, subject: &UserId) -> Self {
        Self {
            action,
            subject_id: Some(subject.clone()),
            detail: None,
        }
    }

    /// Something that happened to nobody who is known.
    pub(crate) fn about_nobody(action: AuditAction) -> Self {
        Self {
            action,
            subject_id: None,
            detail: None,
        }
    }

    pub(crate) fn detail(self, detail: impl Into<String>) -> Self {
        Self {
            detail: Some(detail.into()),
            ..self
        }
    }

    /// Nobody is logged in there; that is told apart from somebody unknown.
    pub(crate) fn on_command_line(self) -> Self {
        let detail = match &self.detail {
            Some(detail) => format!("{detail}, on the command line"),
            None => "on the command line".to_owned(),
        };
        self.detail(detail)
    }

    /// The entry: who did it, from where, when.
    pub(crate) fn entry(
        self,
        ids: &dyn IdGenerator,
        actor: Option<&UserId>,
        client: &Client,
        now: Timestamp,
    ) -> AuditEntry {
        AuditEntry {
            id: ids.audit_id(),
            at: now,
            actor_id: actor.cloned(),
            action: self.action,
            subject_id: self.subject_id,
            address: client.address(),
            detail: self.detail,
        }
    }
}
