//! Sessions in memory.

use std::{cmp::Reverse, collections::HashMap, sync::Arc};

use async_trait::async_trait;
use taskwell_application::ports::{
    HeldSession, PasswordHash, RefreshToken, SessionStore, StoreError, TokenHash,
};
use taskwell_domain::{AuditEntry, Client, RefreshUse, Session, SessionId, Timestamp, UserId};

use super::{Account, KeptSession, MemoryStorage};

/// How many sessions are listed.
const LISTED: usize = 1_000;

#[async_trait]
impl SessionStore for MemoryStorage {
    async fn start(
        &self,
        session: &Session,
        refresh_token: &TokenHash,
        verified: &PasswordHash,
        audit: &AuditEntry,
    ) -> Result<(), StoreError> {
        let mut memory = self.lock();
        let account = memory
            .accounts
            .get_mut(&session.user_id)
            .filter(|account| account.password.as_ref() == Some(verified) && !account.user.is_disabled())
            .ok_or(StoreError::Stale)?;
        let kept = KeptSession {
            session: session.clone(),
            begun_from: network(&session.client),
            refresh_tokens: HashMap::from([(*refresh_token, unspent(session))]),
        };
        account.sessions.insert(session.id, kept);
        account.user.last_login_at = Some(session.created_at);
        memory.note(audit);
        Ok(())
    }

    async fn find(&self, user: &UserId, id: SessionId) -> Result<Option<Arc<HeldSession>>, StoreError> {
        let memory = self.lock();
        Ok(memory.accounts.get(user).and_then(|account| {
            let kept = account.sessions.get(&id)?;
            Some(Arc::new(account.held(kept)))
        }))
    }

    async fn find_all(&self, sessions: &[(UserId, SessionId)]) -> Result<Vec<HeldSession>, StoreError> {
        let memory = self.lock();
        let held = sessions.iter().filter_map(|(user, id)| {
            let account = memory.accounts.get(user)?;
            Some(account.held(account.sessions.get(id)?))
        });
        Ok(held.collect())
    }

    async fn list(&self, user: &UserId, now: Timestamp) -> Result<Vec<Session>, StoreError> {
        let memory = self.lock();
        let account = memory.accounts.get(user).into_iter();
        let mut sessions: Vec<_> = account
            .flat_map(|account| account.sessions.values())
            .map(|kept| kept.session.clone())
            .filter(|session| session.is_active(now))
            .collect();
        sessions.sort_by_key(|session| Reverse((session.created_at, session.id)));
        sessions.truncate(LISTED);
        Ok(sessions)
    }

    async fn find_refresh_token(&self, token: &TokenHash) -> Result<Option<RefreshToken>, StoreError> {
        let memory = self.lock();
        Ok(memory.accounts.values().find_map(|account| {
            account.sessions.values().find_map(|kept| {
                let usage = *kept.refresh_tokens.get(token)?;
                let held = account.held(kept);
                Some(RefreshToken { held, usage })
            })
        }))
    }

    async fn renew(&self, session: &Session, spent: &TokenHash, fresh: &TokenHash) -> Result<(), StoreError> {
        let mut memory = self.lock();
        let account = memory.accounts.get_mut(&session.user_id);
        let kept = account
            .and_then(|account| account.sessions.get_mut(&session.id))
            .filter(|kept| kept.session.ended_at.is_none())
            .ok_or(StoreError::Stale)?;
        kept.session = session.clone();
        if let Some(usage) = kept.refresh_tokens.get_mut(spent) {
            usage.spent_at.get_or_insert(session.last_used_at);
        }
        kept.refresh_tokens.insert(*fresh, unspent(session));
        Ok(())
    }

    async fn end(
        &self,
        user: &UserId,
        id: SessionId,
        now: Timestamp,
        audit: Option<AuditEntry>,
    ) -> Result<bool, StoreError> {
        let mut memory = self.lock();
        let account = memory.accounts.get_mut(user);
        let kept = account.and_then(|account| account.sessions.get_mut(&id));
        let Some(kept) = kept.filter(|kept| kept.session.is_active(now)) else {
            return Ok(false);
        };
        kept.session.ended_at = Some(now);
        if let Some(entry) = audit {
            memory.note(&entry);
        }
        Ok(true)
    }

    async fn has_begun_from(&self, user: &UserId, client: &Client) -> Result<bool, StoreError> {
        let Some(network) = network(client) else {
            return Ok(false);
        };
        let memory = self.lock();
        Ok(memory.accounts.get(user).is_some_and(|account| {
            let mut sessions = account.sessions.values();
            sessions.any(|kept| kept.begun_from.as_ref() == Some(&network))
        }))
    }

    async fn purge(&self, over_before: Timestamp) -> Result<u64, StoreError> {
        let was_before = |time: Option<Timestamp>| time.is_some_and(|time| time < over_before);
        let mut purged = 0;
        for account in self.lock().accounts.values_mut() {
            let before = account.sessions.len();
            account.sessions.retain(|_, kept| {
                kept.refresh_tokens
                    .retain(|_, usage| !was_before(Some(usage.issued_at)));
                !was_before(Some(kept.session.expires_at)) && !was_before(kept.session.ended_at)
            });
            purged += before - account.sessions.len();
        }
        Ok(purged as u64)
    }
}

impl Account {
    /// One of its sessions, as the account stands.
    fn held(&self, kept: &KeptSession) -> HeldSession {
        HeldSession {
            session: kept.session.clone(),
            user: self.user.clone(),
        }
    }
}

/// A token that the session is given now.
fn unspent(session: &Session) -> RefreshUse {
    RefreshUse {
        issued_at: session.last_used_at,
        spent_at: None,
    }
}

fn network(client: &Client) -> Option<String> {
    client.address().map(|_| client.network())
}
