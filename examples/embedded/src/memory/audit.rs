//! The audit trail in memory.

use async_trait::async_trait;
use taskwell_application::ports::{AuditPage, AuditQuery, AuditTrail, StoreError};
use taskwell_domain::{AuditEntry, Timestamp};

use super::MemoryStorage;

#[async_trait]
impl AuditTrail for MemoryStorage {
    async fn append(&self, entry: &AuditEntry) -> Result<(), StoreError> {
        self.lock().note(entry);
        Ok(())
    }

    async fn list(&self, query: &AuditQuery) -> Result<AuditPage, StoreError> {
        let memory = self.lock();
        let is_about = |entry: &AuditEntry| {
            let user = query.user_id.as_ref();
            user.is_none() || entry.actor_id.as_ref() == user || entry.subject_id.as_ref() == user
        };
        let mut matching = memory
            .audit
            .values()
            .rev()
            .filter(|entry| query.before.is_none_or(|before| entry.id < before))
            .filter(|entry| is_about(entry))
            .cloned();
        let entries = matching.by_ref().take(query.limit as usize).collect();
        let more = matching.next().is_some();
        Ok(AuditPage { entries, more })
    }

    async fn purge(&self, before: Timestamp) -> Result<u64, StoreError> {
        let audit = &mut self.lock().audit;
        let all = audit.len();
        audit.retain(|_, entry| entry.at >= before);
        Ok((all - audit.len()) as u64)
    }
}
