//! About the server itself.

pub(crate) mod docs;
pub(crate) mod live;
pub(crate) mod openapi;
pub(crate) mod problem_type;
pub(crate) mod ready;
pub(crate) mod root;

use serde::Serialize;
use utoipa::{ToSchema, openapi::schema::ObjectBuilder};

use crate::input::one_word;

/// How the server is.
#[derive(Serialize, ToSchema)]
struct Health {
    #[schema(schema_with = ok)]
    status: &'static str,
}

const OK: Health = Health { status: "ok" };

fn ok() -> ObjectBuilder {
    one_word(OK.status).description(Some("Whatever is not well is a problem."))
}
