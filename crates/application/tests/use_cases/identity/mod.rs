//! What the tests of the use cases around accounts have in common: Ada's account, one session of hers, and
//! where she is.

mod admit;
mod api_tokens;
mod authenticate;
mod clean_up;
mod footing;
mod limits;
mod login;
mod logout;
mod me;
mod password;
mod public_keys;
mod refresh;
mod register;
mod secrets;
mod sessions;
mod ticket;

use std::{sync::Arc, time::Duration};

use taskwell_application::{
    Administration, Identity,
    identity::{Authenticated, Door, IdentityPolicy, IdentityPorts},
    ports::{
        HashingError, MockAccessTokens, MockApiTokenStore, MockAuditTrail, MockClock, MockIdGenerator,
        MockOpaqueTokens, MockOutsideTokens, MockPasswordHasher, MockSessionStore, MockSharedLimits,
        MockTickets, MockUserStore, OpaqueKind, OpaqueToken, PasswordHash, StoreError, TokenHash,
    },
};
use taskwell_domain::{
    ApiTokenId, AuditAction, AuditEntry, AuditId, Client, Email, Grant, Issuer, NewPassword, Password, Role,
    Scope, Scopes, Session, SessionId, User, UserId,
};

use crate::tasks::{ada as actor, at, now};

const ACCESS_TTL: Duration = Duration::from_secs(15 * 60);
const REFRESH_TTL: Duration = Duration::from_secs(30 * 24 * 3_600);

/// The present instant is 12:00:00.123.
const A_MOMENT_AGO: &str = "2026-11-21T12:00:00.122Z";
const IN_A_MOMENT: &str = "2026-11-21T12:00:00.124Z";

/// The ports, of which nothing is expected yet.
#[derive(Default)]
pub(crate) struct Mocks {
    pub(crate) users: MockUserStore,
    pub(crate) sessions: MockSessionStore,
    pub(crate) api_tokens: MockApiTokenStore,
    pub(crate) audit: MockAuditTrail,
    pub(crate) limits: MockSharedLimits,
    pub(crate) passwords: MockPasswordHasher,
    pub(crate) access_tokens: MockAccessTokens,
    pub(crate) outside_tokens: MockOutsideTokens,
    pub(crate) opaque_tokens: MockOpaqueTokens,
    pub(crate) tickets: MockTickets,
    pub(crate) ids: MockIdGenerator,
}

impl Mocks {
    /// The use cases over these ports, where anybody may register and try as often as they like.
    pub(crate) fn identity(self) -> Identity {
        self.identity_where(policy())
    }

    fn identity_where(self, policy: IdentityPolicy) -> Identity {
        Identity::new(self.ports(), policy)
    }

    pub(crate) fn administration(self) -> Administration {
        Administration::new(self.ports())
    }

    fn ports(self) -> IdentityPorts {
        let mut clock = MockClock::new();
        clock.expect_now().returning(now);
        IdentityPorts {
            users: Arc::new(self.users),
            sessions: Arc::new(self.sessions),
            api_tokens: Arc::new(self.api_tokens),
            audit: Arc::new(self.audit),
            limits: Arc::new(self.limits),
            passwords: Arc::new(self.passwords),
            access_tokens: Arc::new(self.access_tokens),
            outside_tokens: Arc::new(self.outside_tokens),
            opaque_tokens: Arc::new(self.opaque_tokens),
            tickets: Arc::new(self.tickets),
            clock: Arc::new(clock),
            ids: Arc::new(self.ids),
        }
    }

    /// Asked once for Ada's account, the storage gives this answer.
    fn finds(&mut self, answer: Result<Option<User>, StoreError>) {
        self.users
            .expect_find()
            .withf(|id| *id == ada().id)
            .times(1)
            .return_once(|_| answer);
    }

    /// Ada's password is compared once, with that hash.
    fn compares(&mut self, hash: Option<PasswordHash>, answer: Result<bool, HashingError>) {
        self.passwords
            .expect_verify()
            .withf(move |presented, with| *presented == password() && *with == hash)
            .times(1)
            .return_once(|_, _| answer);
    }

    /// A new password is hashed once.
    pub(crate) fn hashes(&mut self, new: NewPassword, answer: Result<PasswordHash, HashingError>) {
        self.passwords
            .expect_hash()
            .withf(move |given| *given == new)
            .times(1)
            .return_once(|_| answer);
    }

    /// One entry of the audit trail is made.
    pub(crate) fn makes_an_entry(&mut self) {
        self.ids.expect_audit_id().times(1).returning(audit_id);
    }

    /// A failed login from where Ada is goes into the audit trail; nobody is known to have tried.
    fn notes_a_failed_login(&mut self, subject: Option<UserId>) {
        self.appends(AuditEntry {
            actor_id: None,
            subject_id: subject,
            ..entry(AuditAction::LoginFailed)
        });
    }

    /// That is added to the audit trail by itself.
    fn appends(&mut self, failed: AuditEntry) {
        self.makes_an_entry();
        self.audit
            .expect_append()
            .withf(move |noted| *noted == failed)
            .times(1)
            .returning(|_| Ok(()));
    }

    /// A new token of that kind is made.
    fn generates(&mut self, kind: OpaqueKind) {
        self.opaque_tokens
            .expect_generate()
            .withf(move |asked| *asked == kind)
            .times(1)
            .returning(|_| OpaqueToken {
                text: "a new opaque token".to_owned(),
                hash: new_hash(),
            });
    }
}

fn policy() -> IdentityPolicy {
    IdentityPolicy {
        access_ttl: ACCESS_TTL,
        refresh_ttl: REFRESH_TTL,
        registration: true,
        limits: None,
    }
}

pub(crate) fn email() -> Email {
    Email::parse("Ada@example.com").unwrap()
}

fn password() -> Password {
    Password::new("violet umbrella")
}

pub(crate) fn new_password() -> NewPassword {
    NewPassword::parse("scarlet parasol", Some(&email())).unwrap()
}

pub(crate) fn password_hash() -> PasswordHash {
    PasswordHash::from("$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA".to_owned())
}

pub(crate) fn new_password_hash() -> PasswordHash {
    PasswordHash::from("$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$bmV3".to_owned())
}

/// What is kept of a token that is presented.
fn hash() -> TokenHash {
    TokenHash([3; 32])
}

/// What is kept of a token that is made now.
fn new_hash() -> TokenHash {
    TokenHash([7; 32])
}

/// Ada's account, made yesterday.
pub(crate) fn ada() -> User {
    User {
        id: actor().user_id,
        issuer: Issuer::ourselves(),
        email: Some(email()),
        role: Role::Admin,
        created_at: at("2026-11-20T08:00:00.000Z"),
        last_login_at: None,
        disabled_at: None,
        tokens_valid_from: None,
    }
}

/// Ada's account, shut out a moment ago.
fn disabled() -> User {
    User {
        disabled_at: Some(at(A_MOMENT_AGO)),
        ..ada()
    }
}

pub(crate) fn better_auth() -> Issuer {
    Issuer::parse("better-auth").unwrap()
}

/// Ada's account, if she comes from elsewhere; without rights over others.
fn ada_from_elsewhere() -> User {
    User {
        issuer: better_auth(),
        role: Role::User,
        ..ada()
    }
}

/// Where Ada is.
pub(crate) fn client() -> Client {
    Client::new(Some("192.0.2.7".parse().unwrap()), Some("curl/8"))
}

pub(crate) fn audit_id() -> AuditId {
    AuditId::parse("0199f0c1-dddd-7abc-8def-0123456789ab").unwrap()
}

/// What the audit trail is to say of something that Ada does to her account, from where she is.
pub(crate) fn entry(action: AuditAction) -> AuditEntry {
    AuditEntry {
        id: audit_id(),
        at: now(),
        actor_id: Some(ada().id),
        action,
        subject_id: Some(ada().id),
        address: client().address(),
        detail: None,
    }
}

fn session_id() -> SessionId {
    SessionId::parse("0199f0c1-aaaa-7abc-8def-0123456789ab").unwrap()
}

/// The session that Ada begins now.
fn session() -> Session {
    Session {
        id: session_id(),
        user_id: ada().id,
        created_at: now(),
        last_used_at: now(),
        expires_at: at("2026-12-21T12:00:00.123Z"),
        ended_at: None,
        client: client(),
    }
}

fn api_token_id() -> ApiTokenId {
    ApiTokenId::parse("0199f0c1-bbbb-7abc-8def-0123456789ab").unwrap()
}

fn scopes() -> Scopes {
    Scopes::new(&[Scope::TasksRead]).unwrap()
}

/// Ada, known by her session.
pub(crate) fn caller() -> Authenticated {
    Authenticated {
        actor: actor(),
        role: Role::Admin,
        grant: Grant::Everything,
        door: Door::Session(session_id()),
        expires_at: Some(at(IN_A_MOMENT)),
    }
}

/// A program of Ada's.
fn program() -> Authenticated {
    Authenticated {
        grant: Grant::Only(scopes()),
        door: Door::ApiToken(api_token_id()),
        expires_at: None,
        ..caller()
    }
}

/// Ada, known by a login elsewhere.
fn caller_from_elsewhere() -> Authenticated {
    Authenticated {
        role: Role::User,
        door: Door::Outside(Some(at(A_MOMENT_AGO))),
        ..caller()
    }
}
