//! Accounts, sessions and tokens.

pub(crate) mod change_password;
pub(crate) mod create_token;
pub(crate) mod delete_me;
pub(crate) mod end_session;
mod fields;
pub(crate) mod jwks;
pub(crate) mod list_tokens;
pub(crate) mod login;
pub(crate) mod logout;
pub(crate) mod logout_all;
pub(crate) mod me;
pub(crate) mod refresh;
pub(crate) mod register;
pub(crate) mod revoke_token;
pub(crate) mod sessions;
