//! What stands in requests and responses.

mod admin_user;
mod api_token;
mod audit_entry;
mod key_set;
mod occurrence;
pub(crate) mod portable;
mod session;
mod tokens;
mod user;

pub(crate) use admin_user::AdminUserBody;
pub(crate) use api_token::{ApiTokenBody, CreatedApiTokenBody, scope_words};
pub(crate) use audit_entry::AuditEntryBody;
pub(crate) use key_set::KeySetBody;
pub(crate) use occurrence::OccurrenceBody;
pub(crate) use session::SessionBody;
pub(crate) use taskwell_wire::{ChangeBody, TaskBody, task_fields};
pub(crate) use tokens::TokensBody;
pub(crate) use user::{UserBody, role};
