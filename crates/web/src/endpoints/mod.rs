//! The endpoints, one file each.

pub(crate) mod admin;
pub(crate) mod assistants;
pub(crate) mod auth;
pub(crate) mod changes;
pub(crate) mod service;
pub(crate) mod tasks;

use crate::endpoint::Endpoint;

/// The chapters of the document.
pub(crate) mod tag {
    pub(crate) const SERVICE: &str = "Service";
    pub(crate) const IDENTITY: &str = "Identity";
    pub(crate) const ADMINISTRATION: &str = "Administration";
    pub(crate) const TASKS: &str = "Tasks";
    pub(crate) const CHANGES: &str = "Changes";
    /// Each chapter with a line about it.
    pub(crate) const ALL: [(&str, &str); 5] = [
        (
            SERVICE,
            "Whether the server is there and well, and what its problems mean.",
        ),
        (IDENTITY, "Accounts, sessions and tokens."),
        (
            ADMINISTRATION,
            "All accounts and what happened to them, for admins.",
        ),
        (TASKS, "Each user's own tasks."),
        (CHANGES, "What happened to each user's own tasks, in order."),
    ];
}

/// The address under which a user's own things are.
const OF_USER: &str = "/api/{user_id}/";

/// Every endpoint that the document lists.
pub(crate) fn all() -> Vec<Endpoint> {
    let mut all = vec![
        service::root::endpoint(),
        service::live::endpoint(),
        service::ready::endpoint(),
        service::problem_type::endpoint(),
        auth::register::endpoint(),
        auth::login::endpoint(),
        auth::refresh::endpoint(),
        auth::logout::endpoint(),
        auth::logout_all::endpoint(),
        auth::me::endpoint(),
        auth::change_password::endpoint(),
        auth::delete_me::endpoint(),
        auth::sessions::endpoint(),
        auth::end_session::endpoint(),
        auth::create_token::endpoint(),
        auth::list_tokens::endpoint(),
        auth::revoke_token::endpoint(),
        auth::jwks::endpoint(),
        admin::list_users::endpoint(),
        admin::get_user::endpoint(),
        admin::change_user::endpoint(),
        admin::delete_user::endpoint(),
        admin::revoke_sessions::endpoint(),
        admin::list_audit::endpoint(),
        tasks::create::endpoint(),
        tasks::list::endpoint(),
        tasks::get::endpoint(),
        tasks::put::endpoint(),
        tasks::patch::endpoint(),
        tasks::complete::endpoint(),
        tasks::delete::endpoint(),
        tasks::move_task::endpoint(),
        tasks::trash::endpoint(),
        tasks::restore::endpoint(),
        tasks::empty_trash::endpoint(),
        tasks::batch::endpoint(),
        tasks::export::endpoint(),
        tasks::import::endpoint(),
        tasks::history::endpoint(),
        tasks::occurrences::endpoint(),
        changes::list::endpoint(),
        changes::latest::endpoint(),
        changes::stream::endpoint(),
        changes::ticket::endpoint(),
        changes::undo::endpoint(),
    ];
    let own: Vec<Endpoint> = all.iter().filter_map(without_user).collect();
    all.extend(own);
    all
}

/// The same endpoint at the address without a user id, which means the caller.
fn without_user(endpoint: &Endpoint) -> Option<Endpoint> {
    let rest = endpoint.path.strip_prefix(OF_USER)?;
    Some(Endpoint {
        method: endpoint.method.clone(),
        path: format!("/api/{rest}"),
        ..*endpoint
    })
}
