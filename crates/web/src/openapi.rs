//! The OpenAPI document, made from the endpoints that are served.

use utoipa::openapi::{
    ComponentsBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, PathItem, PathsBuilder,
    Required,
    path::{Operation, ParameterBuilder, ParameterIn},
    schema::Type,
    security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    tag::TagBuilder,
};

use crate::{
    endpoint::document_method,
    endpoints::{self, tag},
    input::instances,
};

/// What is said of the API as a whole.
const ABOUT: &str = "\
Accounts, sessions, and each user's own tasks.

Errors of every operation are RFC 9457 problem details; their `code` is the word for a program to branch on, and \
`GET` on their `type` explains it. Unknown fields and parameters are refused. Every response carries \
`X-Request-Id`. Times are RFC 3339 in UTC with milliseconds.

`{user_id}` is the caller's own id, or the word `me`. `/api/tasks…` is the same as `/api/me/tasks…`.";

/// The OpenAPI 3.1 document, as JSON.
///
/// # Errors
/// If the document cannot be written, which is a fault of the program.
pub fn openapi_json() -> Result<String, serde_json::Error> {
    document().to_pretty_json().map(|json| json + "\n")
}

pub(crate) fn document() -> OpenApi {
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .description(Some("The access token that a login gives."));
    let mut components =
        ComponentsBuilder::new().security_scheme("bearer", SecurityScheme::Http(bearer.build()));
    let mut paths = PathsBuilder::new();
    for endpoint in endpoints::all() {
        let mut description = (endpoint.describe)();
        if endpoint.path.contains("{user_id}") {
            name_user(&mut description.operation);
        }
        components = components.schemas_from_iter(description.schemas);
        let item = PathItem::new(document_method(&endpoint.method), description.operation);
        paths = paths.path(endpoint.path, item);
    }
    let info = InfoBuilder::new()
        .title("Taskwell")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(ABOUT))
        .license(Some(
            LicenseBuilder::new()
                .name("MIT OR Apache-2.0")
                .identifier(Some("MIT OR Apache-2.0"))
                .build(),
        ));
    let tags = tag::ALL.map(|(name, about)| TagBuilder::new().name(name).description(Some(about)).build());
    OpenApiBuilder::new()
        .info(info.build())
        .paths(paths.build())
        .components(Some(components.build()))
        .tags(Some(tags))
        .build()
}

/// What is different where the address names the user.
fn name_user(operation: &mut Operation) {
    let parameter = ParameterBuilder::new()
        .name("user_id")
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(Some("The caller's own id, or the word `me`."))
        .schema(Some(instances(Type::String)));
    operation
        .parameters
        .get_or_insert_default()
        .insert(0, parameter.build().into());
    if let Some(id) = &mut operation.operation_id {
        id.push_str("OfUser");
    }
}
