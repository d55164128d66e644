use taskwell_domain::User;

use super::{Administration, Administrator};
use crate::{
    Error,
    ports::{UserPosition, UserQuery},
};

/// Which accounts are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListAccounts {
    /// Only accounts whose id is this, or whose address contains it, ignoring case.
    pub search: Option<String>,
    /// From where.
    pub cursor: Option<AccountCursor>,
    /// How many at most.
    pub limit: u32,
}

/// Where a list of accounts goes on, and which list it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountCursor {
    /// What was searched for.
    pub search: Option<String>,
    /// The last account seen.
    pub position: UserPosition,
}

/// A page of accounts, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountList {
    /// The accounts.
    pub users: Vec<User>,
    /// Where it goes on, if it does.
    pub next: Option<AccountCursor>,
}

impl Administration {
    /// The accounts, newest first.
    ///
    /// # Errors
    /// [`Error::InvalidCursor`] for a cursor of another search.
    pub async fn list_accounts(
        &self,
        _by: &Administrator,
        asked: ListAccounts,
    ) -> Result<AccountList, Error> {
        let ListAccounts {
            search,
            cursor,
            limit,
        } = asked;
        if cursor.as_ref().is_some_and(|cursor| cursor.search != search) {
            return Err(Error::InvalidCursor);
        }
        let query = UserQuery {
            search,
            after: cursor.map(|cursor| cursor.position),
            limit,
        };
        let page = self.ports.users.list(&query).await?;
        let last = page.users.last().filter(|_| page.more);
        let next = last.map(|last| AccountCursor {
            search: query.search,
            position: UserPosition::from(last),
        });
        Ok(AccountList {
            users: page.users,
            next,
        })
    }
}
