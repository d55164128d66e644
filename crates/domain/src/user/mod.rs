//! Accounts.

mod common;
mod email;
mod issuer;
mod password;
mod user_id;

pub use email::Email;
pub use issuer::Issuer;
pub use password::{NewPassword, Password};
pub use user_id::UserId;

use std::time::Duration;

use crate::{Timestamp, words};

/// How far the clocks of other issuers may be ahead of ours or behind.
pub const CLOCK_LEEWAY: Duration = Duration::from_secs(60);

/// An account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Its id, the `sub` of its tokens.
    pub id: UserId,
    /// Who made it. Accounts of different issuers are never the same one, whatever their addresses.
    pub issuer: Issuer,
    /// Its address, where it has one. Unique among the accounts that log in here; one that another issuer
    /// told proves nothing.
    pub email: Option<Email>,
    /// What it may do.
    pub role: Role,
    /// When it was made, or first seen.
    pub created_at: Timestamp,
    /// When it last logged in; of an account from elsewhere, when the newest token seen was issued.
    pub last_login_at: Option<Timestamp>,
    /// Since when it is shut out, if it is.
    pub disabled_at: Option<Timestamp>,
    /// Tokens that an outside issuer gave out before this second work no more.
    pub tokens_valid_from: Option<Timestamp>,
}

impl User {
    /// An account made here, which logs in with a password.
    #[must_use]
    pub fn registered(id: UserId, email: Email, role: Role, now: Timestamp) -> Self {
        Self::new(id, Issuer::ourselves(), Some(email), role, now)
    }

    /// An account from elsewhere, seen for the first time. Whatever its issuer says, here it begins without
    /// rights over others.
    #[must_use]
    pub fn admitted(id: UserId, issuer: Issuer, email: Option<Email>, now: Timestamp) -> Self {
        Self::new(id, issuer, email, Role::User, now)
    }

    fn new(id: UserId, issuer: Issuer, email: Option<Email>, role: Role, now: Timestamp) -> Self {
        Self {
            id,
            issuer,
            email,
            role,
            created_at: now,
            last_login_at: None,
            disabled_at: None,
            tokens_valid_from: None,
        }
    }

    /// Whether it is shut out.
    #[must_use]
    pub fn is_disabled(&self) -> bool {
        self.disabled_at.is_some()
    }

    /// Whether a token that another issuer gave out at `issued_at` works. Without that time, as soon as
    /// tokens were revoked once, nobody can tell, and it does not.
    #[must_use]
    pub fn accepts_issued(&self, issued_at: Option<Timestamp>) -> bool {
        match (self.tokens_valid_from, issued_at) {
            (None, _) => true,
            (Some(from), Some(issued_at)) => issued_at >= from,
            (Some(_), None) => false,
        }
    }

    /// The end of all tokens that were given out before `now`. Issuers tell the time in whole seconds, so those of
    /// this second cannot be told apart: a login in the same second works. But whatever token was seen already is
    /// to end, also one that was issued later by a clock that is ahead.
    #[must_use]
    pub fn revocation(&self, api_tokens: bool, now: Timestamp) -> Revocation {
        let after_seen = self
            .last_login_at
            .map(|seen| seen.whole_second().after(Duration::from_secs(1)));
        let second = now.whole_second();
        let valid_from = match after_seen {
            Some(after_seen) if after_seen > second => after_seen,
            _ => second,
        };
        Revocation {
            at: now,
            valid_from: self
                .tokens_valid_from
                .map_or(valid_from, |from| from.max(valid_from)),
            api_tokens,
        }
    }

    /// The account from elsewhere as it comes back, once one of its id was deleted at `deleted_at`, by a token
    /// issued at `issued_at`; `None` for a token that may be older than the deletion, as far as clocks can be
    /// trusted: a deleted account does not come back by itself.
    #[must_use]
    pub fn coming_back(self, deleted_at: Timestamp, issued_at: Option<Timestamp>) -> Option<Self> {
        let valid_from = deleted_at.after(CLOCK_LEEWAY);
        issued_at.filter(|issued_at| *issued_at > valid_from)?;
        Some(Self {
            tokens_valid_from: Some(valid_from),
            ..self
        })
    }

    /// Whether it is an admin who can act as one: one must always be left.
    #[must_use]
    pub fn is_enabled_admin(&self) -> bool {
        self.role == Role::Admin && !self.is_disabled()
    }
}

words! {
    /// What an account may do.
    pub enum Role {
        /// Its own tasks.
        User => "user",
        /// Its own tasks, and the administration of accounts.
        Admin => "admin",
    }
}

/// The end of all tokens of an account that were given out until then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revocation {
    /// When the sessions end.
    pub at: Timestamp,
    /// From when on tokens of another issuer work again: [`User::tokens_valid_from`].
    pub valid_from: Timestamp,
    /// Whether the tokens for programs are deleted as well.
    pub api_tokens: bool,
}

/// What an administrator changes of an account; what is `None` stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountChange {
    /// The role from now on.
    pub role: Option<Role>,
    /// Whether it is shut out from now on.
    pub disabled: Option<bool>,
}

impl AccountChange {
    /// Of this change what makes a difference to `user`.
    #[must_use]
    pub fn difference_to(&self, user: &User) -> Self {
        Self {
            role: self.role.filter(|role| *role != user.role),
            disabled: self.disabled.filter(|disabled| *disabled != user.is_disabled()),
        }
    }

    /// Whether it changes nothing at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The account as it stands afterwards.
    #[must_use]
    pub fn applied_to(&self, user: &User, now: Timestamp) -> User {
        let disabled_at = match self.disabled {
            None => user.disabled_at,
            Some(false) => None,
            Some(true) => Some(user.disabled_at.unwrap_or(now)),
        };
        User {
            role: self.role.unwrap_or(user.role),
            disabled_at,
            ..user.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-11-21T09:30:00.500Z".parse().unwrap()
    }

    fn ada() -> User {
        let email = Email::parse("ada@example.com").unwrap();
        User::registered(UserId::parse("ada").unwrap(), email, Role::Admin, now())
    }

    #[test]
    fn tokens_issued_before_a_revocation_work_no_more() {
        let mut user = ada();
        assert!(user.accepts_issued(None));
        user.tokens_valid_from = Some(now());
        assert!(user.accepts_issued(Some(now())));
        assert!(user.accepts_issued(Some(now().after(Duration::from_millis(1)))));
        assert!(!user.accepts_issued(Some("2026-11-21T09:30:00.499Z".parse().unwrap())));
        assert!(!user.accepts_issued(None));
    }

    #[test]
    fn a_login_in_the_second_of_a_revocation_works_unless_that_is_what_ends() {
        let mut user = ada();
        let second: Timestamp = "2026-11-21T09:30:00Z".parse().unwrap();
        user.last_login_at = Some(second.before(Duration::from_millis(1)));
        assert_eq!(user.revocation(true, now()).valid_from, second);
        user.last_login_at = Some(second);
        let next = second.after(Duration::from_secs(1));
        assert_eq!(user.revocation(true, now()).valid_from, next);
    }

    #[test]
    fn a_token_that_was_seen_ends_however_far_its_clock_was_ahead() {
        let mut user = ada();
        let ahead: Timestamp = "2026-11-21T09:30:40Z".parse().unwrap();
        user.last_login_at = Some(ahead);
        user.tokens_valid_from = Some(user.revocation(true, now()).valid_from);
        assert!(!user.accepts_issued(Some(ahead)));
        assert!(user.accepts_issued(Some(ahead.after(Duration::from_secs(1)))));
        // Another revocation, by a clock that is behind, lets nothing in again.
        user.last_login_at = None;
        let again = user.revocation(true, now());
        assert_eq!(Some(again.valid_from), user.tokens_valid_from);
    }

    #[test]
    fn a_deleted_account_comes_back_by_a_token_that_is_surely_newer() {
        let issued = |seconds| Some(now().after(Duration::from_secs(seconds)));
        assert_eq!(ada().coming_back(now(), None), None);
        assert_eq!(ada().coming_back(now(), issued(0)), None);
        assert_eq!(ada().coming_back(now(), issued(60)), None);
        let back = ada().coming_back(now(), issued(61)).unwrap();
        assert_eq!(back.tokens_valid_from, issued(60));
        assert!(back.accepts_issued(issued(61)));
    }

    #[test]
    fn a_change_keeps_what_it_does_not_name() {
        let disable = AccountChange {
            role: None,
            disabled: Some(true),
        };
        let disabled = disable.applied_to(&ada(), now());
        assert_eq!((disabled.role, disabled.disabled_at), (Role::Admin, Some(now())));
        assert!(!disabled.is_enabled_admin());

        let demote = AccountChange {
            role: Some(Role::User),
            disabled: None,
        };
        let later = now().after(Duration::from_secs(1));
        let both = demote.applied_to(&disabled, later);
        assert_eq!((both.role, both.disabled_at), (Role::User, Some(now())));
        assert_eq!(disable.applied_to(&both, later).disabled_at, Some(now()));
    }

    #[test]
    fn a_change_to_what_is_there_is_none() {
        let same = AccountChange {
            role: Some(Role::Admin),
            disabled: Some(false),
        };
        assert!(same.difference_to(&ada()).is_empty());
        let other = AccountChange {
            disabled: Some(true),
            ..same
        };
        assert_eq!(other.difference_to(&ada()).disabled, Some(true));
        assert_eq!(other.difference_to(&ada()).role, None);
    }

    #[test]
    fn an_account_from_elsewhere_begins_without_rights_over_others() {
        let issuer = Issuer::parse("better-auth").unwrap();
        let user = User::admitted(UserId::parse("u1").unwrap(), issuer, None, now());
        assert_eq!(user.role, Role::User);
    }
}
