//! What stands in requests and responses.

mod admin_user;
mod api_token;
mod audit_entry;
mod change;
mod key_set;
mod occurrence;
pub(crate) mod portable;
pub(crate) mod sent_back;
mod session;
pub(crate) mod sort_word;
mod task;
pub(crate) mod task_fields;
mod tokens;
mod user;

pub(crate) use admin_user::AdminUserBody;
pub(crate) use api_token::{ApiTokenBody, CreatedApiTokenBody, scope_words};
pub(crate) use audit_entry::AuditEntryBody;
pub(crate) use change::ChangeBody;
pub(crate) use key_set::KeySetBody;
pub(crate) use occurrence::OccurrenceBody;
pub(crate) use session::SessionBody;
pub(crate) use task::TaskBody;
pub(crate) use tokens::TokensBody;
pub(crate) use user::{UserBody, role};
