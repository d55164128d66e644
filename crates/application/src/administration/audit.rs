use taskwell_domain::{AuditEntry, AuditId, UserId};

use super::{Administration, Administrator};
use crate::{Error, ports::AuditQuery};

/// Which entries of the audit trail are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListAudit {
    /// Only what this user did, or what was done to this user.
    pub user_id: Option<UserId>,
    /// Only what is older than this entry.
    pub before: Option<AuditId>,
    /// How many at most.
    pub limit: u32,
}

/// A page of the audit trail, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditList {
    /// The entries.
    pub entries: Vec<AuditEntry>,
    /// The last of them, if older ones follow.
    pub next: Option<AuditId>,
}

impl Administration {
    /// The audit trail, newest first.
    ///
    /// # Errors
    /// None of its own.
    pub async fn list_audit(&self, _by: &Administrator, asked: ListAudit) -> Result<AuditList, Error> {
        let query = AuditQuery {
            user_id: asked.user_id,
            before: asked.before,
            limit: asked.limit,
        };
        let page = self.ports.audit.list(&query).await?;
        let next = page.entries.last().filter(|_| page.more).map(|last| last.id);
        Ok(AuditList {
            entries: page.entries,
            next,
        })
    }
}
