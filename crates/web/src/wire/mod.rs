//! What stands in requests and responses.

pub(crate) mod sort_word;
mod task;
pub(crate) mod task_fields;
mod tokens;
mod user;

pub(crate) use task::TaskBody;
pub(crate) use tokens::TokensBody;
pub(crate) use user::UserBody;
