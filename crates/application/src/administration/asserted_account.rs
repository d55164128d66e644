use taskwell_domain::{Email, Issuer, Timestamp, User, UserId};

use crate::{Error, read_only};

/// What the caller believes of the fields of an account that nobody can set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AssertedAccount {
    /// The id.
    pub id: Option<UserId>,
    /// The address; `Some(None)` says that it has none.
    pub email: Option<Option<Email>>,
    /// When it was made, or first seen.
    pub created_at: Option<Timestamp>,
    /// Who made it.
    pub issuer: Option<Issuer>,
    /// When it last logged in; `Some(None)` says that it never did.
    pub last_login_at: Option<Option<Timestamp>>,
}

impl AssertedAccount {
    /// Whether all of it is so.
    pub(super) fn check(&self, user: &User) -> Result<(), Error> {
        read_only::check([
            ("id", self.id.as_ref().is_some_and(|id| *id != user.id)),
            (
                "email",
                self.email.as_ref().is_some_and(|email| *email != user.email),
            ),
            (
                "created_at",
                self.created_at.is_some_and(|at| at != user.created_at),
            ),
            (
                "issuer",
                self.issuer.as_ref().is_some_and(|issuer| *issuer != user.issuer),
            ),
            (
                "last_login_at",
                self.last_login_at.is_some_and(|at| at != user.last_login_at),
            ),
        ])
    }
}
