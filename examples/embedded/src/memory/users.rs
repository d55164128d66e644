//! Accounts in memory.

use std::{cmp::Reverse, sync::Arc};

use async_trait::async_trait;
use taskwell_application::ports::{
    Constraint, Credentials, PasswordHash, StoreError, UserPage, UserQuery, UserStore,
};
use taskwell_domain::{
    AccountChange, AuditAction, AuditEntry, Email, Revocation, SessionId, Timestamp, User, UserId,
};

use super::{Account, Memory, MemoryStorage};

#[async_trait]
impl UserStore for MemoryStorage {
    async fn add(&self, user: &User, password: &PasswordHash, audit: &AuditEntry) -> Result<(), StoreError> {
        let mut memory = self.lock();
        if memory.accounts.contains_key(&user.id) {
            return Err(StoreError::Internal("the user id is taken".into()));
        }
        if let Some(email) = &user.email
            && memory.logging_in_with(email).is_some()
        {
            return Err(StoreError::Conflict(Constraint::Email));
        }
        memory.add(Account::new(user, Some(password.clone())), audit);
        Ok(())
    }

    async fn admit(
        &self,
        user: &User,
        issued_at: Option<Timestamp>,
        audit: &AuditEntry,
    ) -> Result<Option<User>, StoreError> {
        let mut memory = self.lock();
        if let Some(known) = memory.accounts.get(&user.id) {
            return Ok(Some(known.user.clone()));
        }
        let admitted = match memory.last_deletion(&user.id) {
            Some(deleted_at) => user.clone().coming_back(deleted_at, issued_at),
            None => Some(user.clone()),
        };
        let Some(admitted) = admitted else {
            return Ok(None);
        };
        memory.add(Account::new(&admitted, None), audit);
        Ok(Some(admitted))
    }

    async fn note_token(
        &self,
        id: &UserId,
        email: Option<Email>,
        issued_at: Timestamp,
    ) -> Result<(), StoreError> {
        let mut memory = self.lock();
        if let Some(Account { user, .. }) = memory.accounts.get_mut(id)
            && !user.issuer.is_ourselves()
            && user.last_login_at.is_none_or(|last| issued_at > last)
        {
            user.last_login_at = Some(issued_at);
            user.email = email;
        }
        Ok(())
    }

    async fn find(&self, id: &UserId) -> Result<Option<User>, StoreError> {
        Ok(self.lock().accounts.get(id).map(|account| account.user.clone()))
    }

    async fn find_all(&self, ids: &[UserId]) -> Result<Vec<User>, StoreError> {
        let memory = self.lock();
        let accounts = ids.iter().filter_map(|id| memory.accounts.get(id));
        Ok(accounts.map(|account| account.user.clone()).collect())
    }

    async fn find_lately(&self, id: &UserId) -> Result<Option<Arc<User>>, StoreError> {
        Ok(UserStore::find(self, id).await?.map(Arc::new))
    }

    async fn find_credentials(&self, email: &Email) -> Result<Option<Credentials>, StoreError> {
        let memory = self.lock();
        Ok(memory.logging_in_with(email).and_then(|account| {
            Some(Credentials {
                user: account.user.clone(),
                password: account.password.clone()?,
            })
        }))
    }

    async fn find_password(&self, id: &UserId) -> Result<Option<PasswordHash>, StoreError> {
        let memory = self.lock();
        Ok(memory
            .accounts
            .get(id)
            .and_then(|account| account.password.clone()))
    }

    async fn set_password(
        &self,
        id: &UserId,
        verified: Option<PasswordHash>,
        password: &PasswordHash,
        keep: Option<SessionId>,
        now: Timestamp,
        audit: &AuditEntry,
    ) -> Result<(), StoreError> {
        let mut memory = self.lock();
        let account = memory.accounts.get_mut(id).ok_or(StoreError::Stale)?;
        if account.password.is_none() || verified.is_some() && account.password != verified {
            return Err(StoreError::Stale);
        }
        account.password = Some(password.clone());
        account.end_sessions(keep, now);
        memory.note(audit);
        Ok(())
    }

    async fn change(
        &self,
        id: &UserId,
        change: &AccountChange,
        now: Timestamp,
        audit: &[AuditEntry],
    ) -> Result<User, StoreError> {
        let mut memory = self.lock();
        let account = memory.accounts.get(id).ok_or(StoreError::NotFound)?;
        let changed = change.applied_to(&account.user, now);
        if !changed.is_enabled_admin() {
            memory.check_admins_without(&account.user)?;
        }
        if let Some(account) = memory.accounts.get_mut(id) {
            account.user = changed.clone();
        }
        for entry in audit {
            memory.note(entry);
        }
        Ok(changed)
    }

    async fn revoke_tokens(
        &self,
        id: &UserId,
        revocation: &Revocation,
        audit: &AuditEntry,
    ) -> Result<(), StoreError> {
        let mut memory = self.lock();
        let account = memory.accounts.get_mut(id).ok_or(StoreError::NotFound)?;
        account.end_sessions(None, revocation.at);
        account.user.tokens_valid_from = Some(revocation.valid_from);
        if revocation.api_tokens {
            account.api_tokens.clear();
        }
        memory.note(audit);
        Ok(())
    }

    async fn delete(&self, id: &UserId, audit: &AuditEntry) -> Result<(), StoreError> {
        let mut memory = self.lock();
        let account = memory.accounts.get(id).ok_or(StoreError::NotFound)?;
        memory.check_admins_without(&account.user)?;
        memory.accounts.remove(id);
        memory.note(audit);
        Ok(())
    }

    async fn list(&self, query: &UserQuery) -> Result<UserPage, StoreError> {
        let mut users = self.lock().matching(query.search.as_deref());
        users.sort_by_cached_key(|user| Reverse((user.created_at, user.id.clone())));
        if let Some(after) = &query.after {
            users.retain(|user| (user.created_at, &user.id) < (after.created_at, &after.id));
        }
        let limit = query.limit as usize;
        let more = users.len() > limit;
        users.truncate(limit);
        Ok(UserPage { users, more })
    }
}

impl Memory {
    fn add(&mut self, account: Account, audit: &AuditEntry) {
        self.accounts.insert(account.user.id.clone(), account);
        self.note(audit);
    }

    /// The account that logs in here with that address.
    fn logging_in_with(&self, email: &Email) -> Option<&Account> {
        let key = email.key();
        self.accounts.values().find(|account| {
            let email = account.user.email.as_ref();
            account.user.issuer.is_ourselves() && email.is_some_and(|known| known.key() == key)
        })
    }

    /// When an account of that id was last deleted, if ever.
    fn last_deletion(&self, id: &UserId) -> Option<Timestamp> {
        let trail = self.audit.values();
        let deletions = trail.filter(|entry| {
            entry.action == AuditAction::AccountDeleted && entry.subject_id.as_ref() == Some(id)
        });
        deletions.map(|entry| entry.at).max()
    }

    /// Whether there is an enabled admin besides `user`, if that is one.
    fn check_admins_without(&self, user: &User) -> Result<(), StoreError> {
        let mut others = self.accounts.values().filter(|other| other.user.id != user.id);
        if user.is_enabled_admin() && !others.any(|other| other.user.is_enabled_admin()) {
            return Err(StoreError::Conflict(Constraint::LastAdmin));
        }
        Ok(())
    }

    /// The accounts that a search finds, in no order.
    fn matching(&self, search: Option<&str>) -> Vec<User> {
        let users = self.accounts.values().map(|account| &account.user);
        let Some(search) = search else {
            return users.cloned().collect();
        };
        let part = search.to_lowercase();
        let has_part = |email: &Email| email.key().contains(&part);
        users
            .filter(|user| user.id.as_str() == search || user.email.as_ref().is_some_and(has_part))
            .cloned()
            .collect()
    }
}
