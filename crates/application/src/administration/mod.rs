//! Accounts, as administrators see them.

mod accounts;
mod asserted_account;
mod audit;
mod create_account;
mod list_accounts;

use taskwell_domain::{AuditEntry, Client, Timestamp, UserId};

pub use self::{
    asserted_account::AssertedAccount,
    audit::{AuditList, ListAudit},
    create_account::CreateAccount,
    list_accounts::{AccountCursor, AccountList, ListAccounts},
};
use crate::{audit::Noted, identity::IdentityPorts};

/// The use cases of administrators, one file each.
#[derive(Clone)]
pub struct Administration {
    ports: IdentityPorts,
}

/// Somebody who may administer accounts: what a use case needs to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Administrator {
    user_id: Option<UserId>,
    client: Client,
}

impl Administrator {
    /// An account that has shown to be an admin's.
    pub(crate) fn account(user_id: UserId) -> Self {
        Self {
            user_id: Some(user_id),
            client: Client::default(),
        }
    }

    /// Whoever has the command line of the server, and so the database, at hand.
    #[must_use]
    pub fn operator() -> Self {
        Self {
            user_id: None,
            client: Client::default(),
        }
    }

    /// The same from there.
    #[must_use]
    pub fn at(self, client: Client) -> Self {
        Self { client, ..self }
    }
}

impl Administration {
    /// The use cases over these ports.
    #[must_use]
    pub fn new(ports: IdentityPorts) -> Self {
        Self { ports }
    }

    fn entry(&self, by: &Administrator, noted: Noted, now: Timestamp) -> AuditEntry {
        let noted = match by.user_id {
            Some(_) => noted,
            None => noted.on_command_line(),
        };
        noted.entry(&*self.ports.ids, by.user_id.as_ref(), &by.client, now)
    }
}
