//! Tokens for programs in memory.

use std::{cmp::Reverse, sync::Arc};

use async_trait::async_trait;
use taskwell_application::ports::{ApiTokenStore, HeldApiToken, Login, StoreError, TokenHash};
use taskwell_domain::{ApiToken, ApiTokenId, AuditEntry, Timestamp, UserId};

use super::{Account, MemoryStorage};

/// How many tokens are listed.
const LISTED: usize = 1_000;

#[async_trait]
impl ApiTokenStore for MemoryStorage {
    async fn add(
        &self,
        token: &ApiToken,
        hash: &TokenHash,
        login: Login,
        audit: &AuditEntry,
    ) -> Result<(), StoreError> {
        let mut memory = self.lock();
        let account = memory.accounts.get_mut(&token.user_id);
        let account = account
            .filter(|account| account.is_logged_in(login, token.created_at))
            .ok_or(StoreError::Stale)?;
        account.api_tokens.insert(*hash, token.clone());
        memory.note(audit);
        Ok(())
    }

    async fn find(&self, hash: &TokenHash) -> Result<Option<Arc<HeldApiToken>>, StoreError> {
        let memory = self.lock();
        Ok(memory.accounts.values().find_map(|account| {
            let token = account.api_tokens.get(hash)?.clone();
            let user = account.user.clone();
            Some(Arc::new(HeldApiToken { token, user }))
        }))
    }

    async fn find_all(&self, tokens: &[(UserId, ApiTokenId)]) -> Result<Vec<HeldApiToken>, StoreError> {
        let memory = self.lock();
        let held = tokens.iter().filter_map(|(user, id)| {
            let account = memory.accounts.get(user)?;
            let token = account.api_tokens.values().find(|token| token.id == *id)?.clone();
            let user = account.user.clone();
            Some(HeldApiToken { token, user })
        });
        Ok(held.collect())
    }

    async fn list(&self, user: &UserId) -> Result<Vec<ApiToken>, StoreError> {
        let memory = self.lock();
        let account = memory.accounts.get(user).into_iter();
        let mut tokens: Vec<_> = account
            .flat_map(|account| account.api_tokens.values().cloned())
            .collect();
        tokens.sort_by_key(|token| Reverse((token.created_at, token.id)));
        tokens.truncate(LISTED);
        Ok(tokens)
    }

    async fn delete(&self, user: &UserId, id: ApiTokenId, audit: &AuditEntry) -> Result<bool, StoreError> {
        let mut memory = self.lock();
        let Some(account) = memory.accounts.get_mut(user) else {
            return Ok(false);
        };
        let before = account.api_tokens.len();
        account.api_tokens.retain(|_, token| token.id != id);
        let was_there = account.api_tokens.len() < before;
        if was_there {
            memory.note(audit);
        }
        Ok(was_there)
    }

    async fn purge(&self, expired_before: Timestamp) -> Result<u64, StoreError> {
        let mut purged = 0;
        for account in self.lock().accounts.values_mut() {
            let before = account.api_tokens.len();
            account.api_tokens.retain(|_, token| {
                token
                    .expires_at
                    .is_none_or(|expires_at| expires_at >= expired_before)
            });
            purged += before - account.api_tokens.len();
        }
        Ok(purged as u64)
    }

    async fn note_use(&self, user: &UserId, id: ApiTokenId, now: Timestamp) -> Result<(), StoreError> {
        let mut memory = self.lock();
        let account = memory.accounts.get_mut(user).into_iter();
        let mut tokens = account.flat_map(|account| account.api_tokens.values_mut());
        if let Some(token) = tokens.find(|token| token.id == id) {
            token.last_used_at = token.last_used_at.max(Some(now));
        }
        Ok(())
    }
}

impl Account {
    /// Whether that login is still good.
    fn is_logged_in(&self, login: Login, now: Timestamp) -> bool {
        let holds = match login {
            Login::Outside(issued_at) => self.user.accepts_issued(issued_at),
            Login::Session(id) => {
                let kept = self.sessions.get(&id);
                kept.is_some_and(|kept| kept.session.is_active(now))
            }
        };
        holds && !self.user.is_disabled()
    }
}
