//! What the tests of the use cases of administrators have in common: Ada, who is one, the operator at the
//! command line, and Bob's account.

mod accounts;
mod audit;
mod create_account;
mod list_accounts;

use taskwell_application::administration::Administrator;
use taskwell_domain::{AuditAction, AuditEntry, Email, Issuer, Role, User, UserId};

use crate::{
    identity::{caller, client, entry},
    tasks::at,
};

/// Ada, who is an admin, from where she is.
fn ada() -> Administrator {
    caller().require_admin().unwrap().at(client())
}

fn email() -> Email {
    Email::parse("Bob@example.com").unwrap()
}

/// Bob's account, made yesterday.
fn bob() -> User {
    User {
        id: UserId::parse("bob").unwrap(),
        issuer: Issuer::ourselves(),
        email: Some(email()),
        role: Role::User,
        created_at: at("2026-11-20T08:00:00.000Z"),
        last_login_at: None,
        disabled_at: None,
        tokens_valid_from: None,
    }
}

/// What the audit trail is to say of something that Ada does to Bob's account.
fn by_ada(action: AuditAction) -> AuditEntry {
    AuditEntry {
        subject_id: Some(bob().id),
        ..entry(action)
    }
}

/// What the audit trail is to say of the same, done at the command line.
fn by_operator(action: AuditAction) -> AuditEntry {
    AuditEntry {
        actor_id: None,
        address: None,
        detail: Some("on the command line".to_owned()),
        ..by_ada(action)
    }
}

/// Whoever can administer accounts, and what the audit trail is to say of that then.
fn administrators(action: AuditAction) -> [(Administrator, AuditEntry); 2] {
    [
        (ada(), by_ada(action)),
        (Administrator::operator(), by_operator(action)),
    ]
}
