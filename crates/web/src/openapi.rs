//! The OpenAPI document, made from the endpoints that are served.

use actix_web::http::Method;
use utoipa::openapi::{
    ComponentsBuilder, HeaderBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, PathItem,
    PathsBuilder, Ref, RefOr, Required,
    path::{Operation, ParameterBuilder, ParameterIn},
    security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    tag::TagBuilder,
};

use crate::{
    endpoint::document_method,
    endpoints::{self, tag},
    input::{MERGE_PATCH, string},
    rate_limit,
};

/// What is said of the API as a whole.
const ABOUT: &str = "\
Accounts, sessions, and each user's own tasks.

Errors of every operation are RFC 9457 problem details; their `code` is the word for a program to branch on, and \
`GET` on their `type` explains it. Unknown fields and parameters are refused. Every response carries \
`X-Request-Id`. Times are RFC 3339 in UTC with milliseconds.

`{user_id}` is the caller's own id, or the word `me`. `/api/tasks…` is the same as `/api/me/tasks…`, and so are \
`/api/changes…` and `/api/me/changes…`.

A write of tasks may be sent again when its answer is lost, if it has a name of the client's own in `Idempotency-Key`: \
within 24 hours the same request (method, address, body) under the same name is answered as the first was, with \
`Idempotency-Replayed: true`, and changes nothing.

A token is sent as `Authorization: Bearer …`. There are three kinds. The access token of a session, which a login \
gives, opens everything of the user for some minutes; its refresh token gets the next one. So does the token of \
another issuer that the operator trusts, such as Better Auth. A personal access token opens what its scopes say: an \
operation that names a scope needs that one, and where none is named such a token does not get in.

How often each user may ask is limited: `RateLimit-Policy` says how much may come at once and within how many seconds \
all of that comes back, `RateLimit` how much is left. So are logins and new accounts. What is too much is answered \
`429`, and `Retry-After` says after how many seconds to try again.";

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
        .description(Some(
            "The access token of a session, a token of another issuer that the operator trusts, or a personal access \
             token with the scope that is named.",
        ));
    let request_id = HeaderBuilder::new()
        .schema(Some(string().pattern(Some("^[A-Za-z0-9._-]{1,128}$"))))
        .description(Some(
            "The id of the request: the client's if it sent one, else a new one.",
        ));
    let mut components = ComponentsBuilder::new()
        .security_scheme("bearer", SecurityScheme::Http(bearer.build()))
        .header(REQUEST_ID, request_id.build());
    for (name, description) in RATE_LIMIT {
        let header = HeaderBuilder::new()
            .schema(Some(string()))
            .description(Some(description));
        components = components.header(name, header.build());
    }
    let mut paths = PathsBuilder::new();
    for endpoint in endpoints::all() {
        let mut description = (endpoint.describe)();
        name_header(&mut description.operation, REQUEST_ID, |_| true);
        let is_counted = description.operation.security.is_some();
        for (name, _) in RATE_LIMIT {
            name_header(&mut description.operation, name, |status| {
                status == "429" || is_counted && (status.starts_with('2') || status.starts_with('3'))
            });
        }
        if endpoint.method == Method::PATCH {
            take_merge_patch(&mut description.operation);
        }
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

/// Every response has it.
const REQUEST_ID: &str = "X-Request-Id";

/// What a response says of the limit that the request was counted against, if there is one.
const RATE_LIMIT: [(&str, &str); 2] = [
    (
        rate_limit::POLICY,
        "The limit: how many can come at once, and within how many seconds all of that comes back. \
         `\"requests\";q=100;w=2`",
    ),
    (
        rate_limit::STATE,
        "How the limit stands: how many are left, and after how many seconds all that can come at once is back; \
         with `429`, after how many seconds the next one is let through. `\"requests\";r=99;t=1`",
    ),
];

/// Lists a header that is described once for all among those of each response with such a status.
fn name_header(operation: &mut Operation, name: &str, has: impl Fn(&str) -> bool) {
    let responses = operation.responses.responses.iter_mut();
    for (_, response) in responses.filter(|(status, _)| has(status)) {
        if let RefOr::T(response) = response {
            let header = Ref::new(format!("#/components/headers/{name}"));
            response.headers.insert(name.to_owned(), RefOr::Ref(header));
        }
    }
}

/// A body is a merge patch as well.
fn take_merge_patch(operation: &mut Operation) {
    if let Some(RefOr::T(body)) = &mut operation.request_body
        && let Some(json) = body.content.get("application/json").cloned()
    {
        body.content.insert(MERGE_PATCH.to_owned(), json);
    }
}

/// What is different where the address names the user.
fn name_user(operation: &mut Operation) {
    let parameter = ParameterBuilder::new()
        .name("user_id")
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(Some("The caller's own id, or the word `me`."))
        .schema(Some(string().min_length(Some(1)).max_length(Some(128))));
    operation
        .parameters
        .get_or_insert_default()
        .insert(0, parameter.build().into());
    if let Some(id) = &mut operation.operation_id {
        id.push_str("OfUser");
    }
}
