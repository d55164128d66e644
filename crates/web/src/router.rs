//! From the list of endpoints to routes.

use actix_web::{
    HttpRequest, HttpResponse,
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
    for (path, endpoints) in resources() {
        let allowed: Vec<&str> = endpoints
            .iter()
            .map(|endpoint| endpoint.method.as_str())
            .collect();
        let allowed = allowed.join(", ");
        let resource = endpoints
            .iter()
            .fold(web::resource(path.as_str()), |resource, endpoint| {
                resource.route((endpoint.serve)())
            });
        config.service(resource.default_service(web::to(move |request: HttpRequest| {
            let response = method_not_allowed(&request, &allowed);
            async move { response }
        })));
    }
    config.service(
        web::resource(["/docs", "/docs/{file}"])
            .route(web::get().to(endpoints::service::docs::serve))
            .default_service(web::to(async |request: HttpRequest| {
                method_not_allowed(&request, Method::GET.as_str())
            })),
    );
    config.service(
        web::resource("/openapi.json")
            .route(web::get().to(endpoints::service::openapi::serve))
            .default_service(web::to(async |request: HttpRequest| {
                method_not_allowed(&request, Method::GET.as_str())
            })),
    );
    config.default_service(web::to(not_found));
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
