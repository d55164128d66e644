use async_trait::async_trait;
use taskwell_domain::{AuditEntry, AuditId, Timestamp, UserId};

use super::StoreError;

/// Keeps the audit trail. Most entries come with what they are about, through the other stores.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait AuditTrail: Send + Sync {
    /// Adds an entry about something that changed nothing else.
    async fn append(&self, entry: &AuditEntry) -> Result<(), StoreError>;

    /// A page of the entries, newest first: by descending id.
    async fn list(&self, query: &AuditQuery) -> Result<AuditPage, StoreError>;

    /// Forgets entries from before that time; how many.
    async fn purge(&self, before: Timestamp) -> Result<u64, StoreError>;
}

/// Which entries to list, from where, and how many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditQuery {
    /// Only what this user did, or what was done to this user.
    pub user_id: Option<UserId>,
    /// Only what is older than this entry.
    pub before: Option<AuditId>,
    /// How many at most.
    pub limit: u32,
}

/// A page of the audit trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditPage {
    /// The entries, in order.
    pub entries: Vec<AuditEntry>,
    /// Whether others follow.
    pub more: bool,
}
