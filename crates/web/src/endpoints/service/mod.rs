//! About the server itself.

pub(crate) mod docs;
pub(crate) mod live;
pub(crate) mod openapi;
pub(crate) mod problem_type;
pub(crate) mod ready;
pub(crate) mod root;

use serde::Serialize;
use utoipa::ToSchema;

/// How the server is.
#[derive(Serialize, ToSchema)]
struct Health {
    /// Always `ok`: whatever is not well is a problem.
    #[schema(value_type = String, pattern = "^ok$")]
    status: &'static str,
}

const OK: Health = Health { status: "ok" };
