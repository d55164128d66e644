//! Accounts, as admins see them.

pub(crate) mod change_user;
pub(crate) mod delete_user;
pub(crate) mod get_user;
pub(crate) mod list_audit;
pub(crate) mod list_users;
pub(crate) mod revoke_sessions;

use taskwell_application::ErrorCode;
use taskwell_domain::UserId;

use crate::{
    endpoint::Describe,
    input::{BodyKind, Input, Reader, string},
    problem::Failure,
};

/// The user that the path names; a text that is no id names none.
fn user_id(reader: &Reader<'_>) -> Result<UserId, Failure> {
    reader.id("user", UserId::parse)
}

/// Says so in the document.
fn describe_user_id(operation: Describe) -> Describe {
    let schema = string().min_length(Some(1)).max_length(Some(128));
    operation
        .path_parameter("id", "The id of the user.", schema)
        .fails([ErrorCode::NotFound.into()])
}

/// A user and nothing else, of a request that only reads.
struct Named(UserId);

impl Input for Named {
    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Failure> {
        Ok(Some(Self(user_id(reader)?)))
    }

    fn describe(operation: Describe) -> Describe {
        describe_user_id(operation)
    }
}

/// A user and nothing else, of a request that changes something.
struct Meant(UserId);

impl Input for Meant {
    // Without any field.
    const BODY: BodyKind = BodyKind::OptionalJson;

    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Failure> {
        Ok(Some(Self(user_id(reader)?)))
    }

    fn describe(operation: Describe) -> Describe {
        describe_user_id(operation)
    }
}
