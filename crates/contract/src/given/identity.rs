//! Accounts, sessions and tokens to start from.

use std::{sync::atomic::Ordering, time::Duration};

use taskwell_application::ports::{AuditQuery, Login, PasswordHash, StoreError, TokenHash};
use taskwell_domain::{
    AccountChange, ApiToken, ApiTokenId, AuditAction, AuditEntry, AuditId, Client, Email, Issuer, Revocation,
    Role, Scope, Scopes, Session, SessionId, Timestamp, TokenName, User, UserId,
};

use super::{ALL, Account, at, later, noon, uuid};
use crate::fixture::Storage;

pub(crate) fn user_id(text: &str) -> UserId {
    UserId::parse(text).unwrap()
}

pub(crate) fn email(text: &str) -> Email {
    Email::parse(text).unwrap()
}

/// A login that no case ends.
pub(crate) fn good_login() -> Login {
    Login::Outside(Some(at("2999-12-31T23:59:59.999Z")))
}

/// An account that logs in here.
pub(crate) fn user(id: &str, address: &str) -> User {
    User::registered(user_id(id), email(address), Role::User, noon())
}

/// An account of another issuer.
pub(crate) fn outsider(id: &str, address: Option<&str>) -> User {
    User::admitted(user_id(id), issuer("better-auth"), address.map(email), noon())
}

pub(crate) fn issuer(name: &str) -> Issuer {
    Issuer::parse(name).unwrap()
}

/// The end of all tokens given out until then, and of an issuer's until a moment later.
pub(crate) fn revocation(api_tokens: bool, at: Timestamp) -> Revocation {
    Revocation {
        at,
        valid_from: valid_from(at),
        api_tokens,
    }
}

/// From when on an issuer's tokens work again after that revocation.
pub(crate) fn valid_from(at: Timestamp) -> Timestamp {
    at.after(Duration::from_millis(7))
}

pub(crate) fn password_hash() -> PasswordHash {
    PasswordHash::from("$argon2id$v=19$m=19456,t=2,p=1$c29tZSBzYWx0$aGFzaCBvZiBhIHBhc3N3b3Jk".to_owned())
}

/// How long sessions last here.
const LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);

/// Ids in the order of their numbers.
pub(crate) fn session_id(n: u64) -> SessionId {
    SessionId::parse(&uuid(n)).unwrap()
}

/// The session of that number, begun at noon.
pub(crate) fn session(user: &UserId, n: u64) -> Session {
    Session::start(session_id(n), user.clone(), Client::default(), LIFETIME, noon())
}

/// Another one for each number.
pub(crate) fn token_hash(n: u64) -> TokenHash {
    let mut hash = [0xa5; 32];
    hash[24..].copy_from_slice(&n.to_be_bytes());
    TokenHash(hash)
}

/// The token for programs of that number, made at noon.
pub(crate) fn api_token(user: &UserId, n: u64) -> ApiToken {
    ApiToken {
        id: api_token_id(n),
        user_id: user.clone(),
        name: TokenName::parse(&format!("Token {n}")).unwrap(),
        scopes: Scopes::new(&[Scope::TasksRead]).unwrap(),
        created_at: noon(),
        last_used_at: None,
        expires_at: None,
    }
}

pub(crate) fn api_token_id(n: u64) -> ApiTokenId {
    ApiTokenId::parse(&uuid(n)).unwrap()
}

/// Ids in the order of their numbers.
pub(crate) fn audit_id(n: u64) -> AuditId {
    AuditId::parse(&uuid(n)).unwrap()
}

pub(crate) fn role(role: Role) -> AccountChange {
    AccountChange {
        role: Some(role),
        disabled: None,
    }
}

pub(crate) fn disabled(disabled: bool) -> AccountChange {
    AccountChange {
        role: None,
        disabled: Some(disabled),
    }
}

impl Storage {
    /// Adds an account with an address of its own.
    pub(crate) async fn account(&self, id: &str) -> Account {
        let user = user(id, &format!("{id}@example.com"));
        self.add(&user).await.unwrap();
        self.owner(&user.id)
    }

    /// Adds an account that is an admin.
    pub(crate) async fn admin(&self, id: &str) -> UserId {
        let admin = User {
            role: Role::Admin,
            ..user(id, &format!("{id}@example.com"))
        };
        self.add(&admin).await.unwrap();
        admin.id
    }

    /// Adds that account, with the password of all.
    pub(crate) async fn add(&self, user: &User) -> Result<(), StoreError> {
        let entry = self.entry(AuditAction::Registered, &user.id);
        self.users.add(user, &password_hash(), &entry).await
    }

    /// Admits that account from elsewhere, with a token issued at noon.
    pub(crate) async fn admit(&self, user: &User) -> Option<User> {
        let entry = self.entry(AuditAction::Registered, &user.id);
        self.users.admit(user, Some(noon()), &entry).await.unwrap()
    }

    /// The account of that id.
    pub(crate) async fn user(&self, id: &UserId) -> Option<User> {
        self.users.find(id).await.unwrap()
    }

    /// Changes that account a minute past noon.
    pub(crate) async fn change(&self, id: &UserId, change: &AccountChange) -> Result<User, StoreError> {
        let entry = self.entry(AuditAction::RoleChanged, id);
        self.users.change(id, change, later(1), &[entry]).await
    }

    /// Deletes that account.
    pub(crate) async fn delete(&self, id: &UserId) -> Result<(), StoreError> {
        let entry = self.entry(AuditAction::AccountDeleted, id);
        self.users.delete(id, &entry).await
    }

    /// Starts the session of that number, with the refresh token of the same number.
    pub(crate) async fn login(&self, user: &UserId, n: u64) -> Session {
        let session = session(user, n);
        self.start(&session, n).await.unwrap();
        session
    }

    /// Starts that session, with the refresh token of that number.
    pub(crate) async fn start(&self, session: &Session, n: u64) -> Result<(), StoreError> {
        let entry = self.entry(AuditAction::LoggedIn, &session.user_id);
        self.sessions
            .start(session, &token_hash(n), &password_hash(), &entry)
            .await
    }

    /// Keeps the session as renewed, with the token `spent` for the token `fresh`.
    pub(crate) async fn renew(&self, session: &Session, spent: u64, fresh: u64) -> Result<(), StoreError> {
        self.sessions
            .renew(session, &token_hash(spent), &token_hash(fresh))
            .await
    }

    /// Ends that session without a word in the audit trail; whether it was active.
    pub(crate) async fn end(&self, user: &UserId, id: SessionId, now: Timestamp) -> bool {
        self.sessions.end(user, id, now, None).await.unwrap()
    }

    /// That session of that user.
    pub(crate) async fn session(&self, user: &UserId, id: SessionId) -> Option<Session> {
        let held = self.sessions.find(user, id).await.unwrap();
        held.map(|held| held.session.clone())
    }

    /// Adds the token for programs of that number under the hash of the same number.
    pub(crate) async fn add_api_token(&self, user: &UserId, n: u64) -> ApiToken {
        let token = api_token(user, n);
        let entry = self.entry(AuditAction::TokenCreated, user);
        self.api_tokens
            .add(&token, &token_hash(n), good_login(), &entry)
            .await
            .unwrap();
        token
    }

    /// A new entry of the audit trail, newer than those before.
    pub(crate) fn entry(&self, action: AuditAction, subject: &UserId) -> AuditEntry {
        AuditEntry {
            id: audit_id(self.entries.fetch_add(1, Ordering::Relaxed)),
            at: noon(),
            actor_id: None,
            action,
            subject_id: Some(subject.clone()),
            address: None,
            detail: None,
        }
    }

    /// The whole audit trail, newest first.
    pub(crate) async fn trail(&self) -> Vec<AuditEntry> {
        let query = AuditQuery {
            user_id: None,
            before: None,
            limit: ALL,
        };
        self.audit.list(&query).await.unwrap().entries
    }
}
