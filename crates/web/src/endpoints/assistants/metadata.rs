//! What a client must know to get a token for assistants (RFC 9728).

use actix_web::{HttpMessage, HttpRequest, HttpResponse, web::Data};
use serde::Serialize;
use taskwell_domain::Scope;

use super::PATH;
use crate::{client, problem::Failure, services::HttpOptions};

/// Where it is: of the server as a whole, and of the door for assistants.
pub(crate) const PATHS: [&str; 2] = [
    "/.well-known/oauth-protected-resource",
    "/.well-known/oauth-protected-resource/mcp",
];

/// The address of the metadata, for whoever is refused.
pub(crate) struct ResourceMetadata(pub(crate) String);

/// From now on whoever is refused in this request is told where the metadata is.
pub(crate) fn announce(request: &HttpRequest) {
    let [_, path] = PATHS;
    let address = format!("{}{path}", client::reached(request));
    request.extensions_mut().insert(ResourceMetadata(address));
}

#[derive(Serialize)]
struct Metadata<'o> {
    resource: String,
    resource_name: &'static str,
    /// Our own tokens come from no authorization server.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    authorization_servers: &'o [String],
    scopes_supported: [&'static str; 2],
    bearer_methods_supported: [&'static str; 1],
}

/// `GET` of either address; each names the resource that it is made from, as section 3.3 wants it.
pub(crate) async fn serve(request: HttpRequest) -> HttpResponse {
    let Some(options) = request.app_data::<Data<HttpOptions>>() else {
        return Failure::internal("the application has no options").respond(&request);
    };
    let path = if request.path().ends_with(PATH) { PATH } else { "" };
    HttpResponse::Ok().json(Metadata {
        resource: format!("{}{path}", client::reached(&request)),
        resource_name: "Taskwell",
        authorization_servers: &options.authorization_servers,
        scopes_supported: [Scope::TasksRead.as_str(), Scope::TasksWrite.as_str()],
        bearer_methods_supported: ["header"],
    })
}
