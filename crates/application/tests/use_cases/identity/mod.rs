//! What the tests of the use cases around accounts have in common: Ada's account, and one session of hers.

mod authenticate;
mod login;
mod logout;
mod me;
mod register;

use std::{sync::Arc, time::Duration};

use taskwell_application::{
    Identity,
    identity::{IdentityPolicy, IdentityPorts},
    ports::{
        MockAccessTokens, MockClock, MockIdGenerator, MockOpaqueTokens, MockPasswordHasher, MockSessionStore,
        MockUserStore, PasswordHash,
    },
};
use taskwell_domain::{Email, Role, Session, SessionId, User};

use crate::tasks::{ada as actor, at, now};

const ACCESS_TTL: Duration = Duration::from_secs(15 * 60);
const REFRESH_TTL: Duration = Duration::from_secs(30 * 24 * 3_600);

/// The ports, of which nothing is expected yet.
#[derive(Default)]
struct Mocks {
    users: MockUserStore,
    sessions: MockSessionStore,
    passwords: MockPasswordHasher,
    access_tokens: MockAccessTokens,
    opaque_tokens: MockOpaqueTokens,
    ids: MockIdGenerator,
}

impl Mocks {
    /// The use cases over these ports, where anybody may register.
    fn identity(self) -> Identity {
        self.identity_where(true)
    }

    fn identity_where(self, registration: bool) -> Identity {
        let mut clock = MockClock::new();
        clock.expect_now().returning(now);
        let ports = IdentityPorts {
            users: Arc::new(self.users),
            sessions: Arc::new(self.sessions),
            passwords: Arc::new(self.passwords),
            access_tokens: Arc::new(self.access_tokens),
            opaque_tokens: Arc::new(self.opaque_tokens),
            clock: Arc::new(clock),
            ids: Arc::new(self.ids),
        };
        let policy = IdentityPolicy {
            access_ttl: ACCESS_TTL,
            refresh_ttl: REFRESH_TTL,
            registration,
        };
        Identity::new(ports, policy)
    }
}

fn email() -> Email {
    Email::parse("Ada@example.com").unwrap()
}

fn password_hash() -> PasswordHash {
    PasswordHash::from("$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA".to_owned())
}

/// Ada's account, made yesterday.
fn ada() -> User {
    User {
        id: actor().user_id,
        email: Some(email()),
        role: Role::Admin,
        created_at: at("2026-11-20T08:00:00.000Z"),
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
        expires_at: at("2026-12-21T12:00:00.123Z"),
        ended_at: None,
    }
}
