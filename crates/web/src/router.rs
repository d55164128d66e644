//! From the list of endpoints to routes.

use actix_web::{
    HttpRequest, HttpResponse, Resource, Route, Scope, guard,
    http::{Method, header},
    web::{self, ServiceConfig},
};
use taskwell_application::ErrorCode;

use crate::{
    endpoint::Endpoint,
    endpoints,
    problem::{Failure, WireCode},
};

/// Registers every endpoint: one resource an address, so that another method there is 405.
pub(crate) fn configure(config: &mut ServiceConfig) {
    let resources = resources();
    let below: Vec<(&str, &[Endpoint])> = resources
        .iter()
        .map(|(path, endpoints)| (path.as_str(), endpoints.as_slice()))
        .collect();
    let pages = web::resource(["/docs", "/docs/", "/docs/{file}"]);
    let page = web::route().to(endpoints::service::docs::serve);
    config.service(resource(pages, vec![(Method::GET, page)]));
    let document = web::route().to(endpoints::service::openapi::serve);
    config.service(resource(
        web::resource("/openapi.json"),
        vec![(Method::GET, document)],
    ));
    // Not part of the document: MCP and RFC 9728 describe themselves.
    let messages = web::route().to(endpoints::assistants::exchange::serve);
    config.service(resource(
        web::resource(endpoints::assistants::PATH),
        vec![(Method::POST, messages)],
    ));
    let metadata = web::route().to(endpoints::assistants::metadata::serve);
    config.service(resource(
        web::resource(endpoints::assistants::metadata::PATHS),
        vec![(Method::GET, metadata)],
    ));
    // Last, since it takes every address.
    config.service(scope("", &below));
    config.default_service(web::to(not_found));
}

/// What is below an address. Those that have their next segment in common have a scope of their own: to try all
/// addresses one after the other takes longer than to answer.
fn scope(path: &str, below: &[(&str, &[Endpoint])]) -> Scope {
    below
        .chunk_by(|(one, _), (other, _)| segment(one) == segment(other))
        .fold(web::scope(path), |scope, group| match group {
            [(rest, endpoints)] => {
                let routes = endpoints
                    .iter()
                    .map(|endpoint| (endpoint.method.clone(), (endpoint.serve)()));
                scope.service(resource(web::resource(*rest), routes.collect()))
            }
            group => {
                let segment = group.first().map_or("", |(rest, _)| segment(rest));
                let below: Vec<(&str, &[Endpoint])> = group
                    .iter()
                    .map(|(rest, endpoints)| (rest.strip_prefix(segment).unwrap_or(rest), *endpoints))
                    .collect();
                scope.service(self::scope(segment, &below))
            }
        })
}

/// The first segment with its slash.
fn segment(path: &str) -> &str {
    let end = path.char_indices().skip(1).find(|(_, char)| *char == '/');
    end.map_or(path, |(end, _)| path.split_at(end).0)
}

/// The resource with a route for each method. Where there is `GET` there is `HEAD` (RFC 9110, section 9.1).
fn resource(resource: Resource, routes: Vec<(Method, Route)>) -> Resource {
    let allowed: Vec<&str> = routes
        .iter()
        .flat_map(|(method, _)| match method.as_str() {
            "GET" => vec!["GET", "HEAD"],
            other => vec![other],
        })
        .collect();
    let allowed = allowed.join(", ");
    routes
        .into_iter()
        .fold(resource, |resource, (method, route)| {
            resource.route(match method {
                Method::GET => route.guard(guard::Any(guard::Get()).or(guard::Head())),
                other => route.guard(guard::Method(other)),
            })
        })
        .default_service(web::to(move |request: HttpRequest| {
            let response = method_not_allowed(&request, &allowed);
            async move { response }
        }))
}

/// The endpoints by address. Where a fixed part and a parameter could both match, the fixed one is first.
fn resources() -> Vec<(String, Vec<Endpoint>)> {
    let mut endpoints = endpoints::all();
    endpoints.sort_by_key(|endpoint| endpoint.path.replace('{', "\u{10ffff}"));
    let mut resources: Vec<(String, Vec<Endpoint>)> = Vec::new();
    for endpoint in endpoints {
        match resources.last_mut() {
            Some((path, same)) if *path == endpoint.path => same.push(endpoint),
            _ => resources.push((endpoint.path.clone(), vec![endpoint])),
        }
    }
    resources
}

fn method_not_allowed(request: &HttpRequest, allowed: &str) -> HttpResponse {
    let detail = format!("the address takes {allowed}");
    let mut response = Failure::wire(WireCode::MethodNotAllowed, detail).respond(request);
    if let Ok(allowed) = header::HeaderValue::from_str(allowed) {
        response.headers_mut().insert(header::ALLOW, allowed);
    }
    response
}

async fn not_found(request: HttpRequest) -> HttpResponse {
    Failure::wire(ErrorCode::NotFound, "nothing is at this address").respond(&request)
}
