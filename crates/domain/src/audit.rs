//! The audit trail: what happened to accounts.

use std::net::IpAddr;

use crate::{Timestamp, UserId, id::uuid_newtype, words};

uuid_newtype! {
    /// The id of an entry of the audit trail; ids grow with time.
    AuditId
}

/// An entry of the audit trail. It outlives the account that it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// Its id.
    pub id: AuditId,
    /// When it happened.
    pub at: Timestamp,
    /// Who did it, where that is known: nobody is who fails to log in, or who has the command line.
    pub actor_id: Option<UserId>,
    /// What was done.
    pub action: AuditAction,
    /// To whom, where that is known.
    pub subject_id: Option<UserId>,
    /// From where.
    pub address: Option<IpAddr>,
    /// What else there is to say, for a person.
    pub detail: Option<String>,
}

words! {
    /// What is noted in the audit trail.
    pub enum AuditAction {
        /// An account was made, or one from elsewhere seen for the first time.
        Registered => "registered",
        /// Somebody logged in.
        LoggedIn => "logged_in",
        /// Somebody gave a wrong password, or an unknown address.
        LoginFailed => "login_failed",
        /// A refresh token was used again long after it was spent; its session was ended.
        RefreshReused => "refresh_reused",
        /// All sessions were ended by their owner.
        LoggedOutEverywhere => "logged_out_everywhere",
        /// A password was changed by its owner.
        PasswordChanged => "password_changed",
        /// A password was set by an operator.
        PasswordReset => "password_reset",
        /// A role was given or taken.
        RoleChanged => "role_changed",
        /// An account was shut out.
        AccountDisabled => "account_disabled",
        /// An account was let in again.
        AccountEnabled => "account_enabled",
        /// An account was deleted with all that it owned.
        AccountDeleted => "account_deleted",
        /// All tokens of an account were revoked by an administrator.
        TokensRevoked => "tokens_revoked",
        /// A token for a program was made.
        TokenCreated => "token_created",
        /// A token for a program was revoked.
        TokenRevoked => "token_revoked",
    }
}
