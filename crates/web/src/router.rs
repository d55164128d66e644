//! From the address of a request to what is there (ADR 32).

use std::sync::LazyLock;

use actix_web::{
    FromRequest, HttpRequest, HttpResponse,
    dev::{ServiceRequest, ServiceResponse},
    http::{Method, header},
    web::Payload,
};
use taskwell_application::ErrorCode;

use crate::{
    endpoint::Serve,
    endpoints::{self, assistants, service},
    problem::{Failure, WireCode},
};

/// The same for all threads, and as long as the program runs.
static RESOURCES: LazyLock<matchit::Router<Resource>> = LazyLock::new(resources);

/// What is at one address: another method there is 405.
struct Resource {
    pattern: String,
    methods: Vec<(Method, Serve)>,
}

/// What the description of the API leaves out: itself, and what describes itself.
const UNDESCRIBED: [(&str, Method, Serve); 7] = {
    const DOCS: Serve = |request, _| Box::pin(service::docs::serve(request));
    const METADATA: Serve = |request, _| Box::pin(assistants::metadata::serve(request));
    let [of_server, of_assistants] = assistants::metadata::PATHS;
    [
        ("/docs", Method::GET, DOCS),
        ("/docs/", Method::GET, DOCS),
        ("/docs/{file}", Method::GET, DOCS),
        ("/openapi.json", Method::GET, |request, _| {
            Box::pin(service::openapi::serve(request))
        }),
        (assistants::PATH, Method::POST, |request, payload| {
            Box::pin(assistants::exchange::serve(request, payload))
        }),
        (of_server, Method::GET, METADATA),
        (of_assistants, Method::GET, METADATA),
    ]
};

fn resources() -> matchit::Router<Resource> {
    let undescribed = UNDESCRIBED.map(|(path, method, serve)| (path.to_owned(), method, serve));
    let mut all: Vec<(String, Method, Serve)> = endpoints::all()
        .into_iter()
        .map(|endpoint| (endpoint.path, endpoint.method, endpoint.serve))
        .chain(undescribed)
        .collect();
    all.sort_by(|(one, ..), (other, ..)| one.cmp(other));
    let mut resources = matchit::Router::new();
    for same in all.chunk_by(|(one, ..), (other, ..)| one == other) {
        let [(pattern, ..), ..] = same else { continue };
        let resource = Resource {
            pattern: pattern.clone(),
            methods: same
                .iter()
                .map(|(_, method, serve)| (method.clone(), *serve))
                .collect(),
        };
        #[expect(
            clippy::expect_used,
            reason = "that two addresses contradict each other, the first request of every test would show"
        )]
        resources
            .insert(pattern.as_str(), resource)
            .expect("an address of its own");
    }
    resources
}

/// Answers a request by what is at its address.
pub(crate) async fn route(mut request: ServiceRequest) -> Result<ServiceResponse, actix_web::Error> {
    let resource = find(&mut request);
    let (request, mut payload) = request.into_parts();
    let response = match resource {
        None => Failure::wire(ErrorCode::NotFound, "nothing is at this address").respond(&request),
        Some(resource) => match resource.serve(request.method()) {
            None => resource.method_not_allowed(&request),
            Some(serve) => {
                let payload = Payload::from_request(&request, &mut payload).await?;
                serve(request.clone(), payload).await
            }
        },
    };
    Ok(ServiceResponse::new(request, response))
}

/// What is at the address. The request knows its parts from then on.
fn find(request: &mut ServiceRequest) -> Option<&'static Resource> {
    // Decoded, but for what would change its parts: `%`, `/` and `+`.
    let path = request.match_info().as_str().to_owned();
    let found = RESOURCES.at(&path).ok()?;
    for (name, value) in found.params.iter() {
        request.match_info_mut().add_static(name, value.to_owned());
    }
    Some(found.value)
}

impl Resource {
    fn serve(&self, method: &Method) -> Option<Serve> {
        // Where there is `GET` there is `HEAD` (RFC 9110, section 9.1).
        let method = if method == Method::HEAD {
            &Method::GET
        } else {
            method
        };
        let (_, serve) = self.methods.iter().find(|(known, _)| known == method)?;
        Some(*serve)
    }

    fn method_not_allowed(&self, request: &HttpRequest) -> HttpResponse {
        let methods = self.methods.iter().flat_map(|(method, _)| match method.as_str() {
            "GET" => vec!["GET", "HEAD"],
            other => vec![other],
        });
        let allowed = methods.collect::<Vec<_>>().join(", ");
        let detail = format!("the address takes {allowed}");
        let mut response = Failure::wire(WireCode::MethodNotAllowed, detail).respond(request);
        if let Ok(allowed) = header::HeaderValue::from_str(&allowed) {
            response.headers_mut().insert(header::ALLOW, allowed);
        }
        response
    }
}

/// What the address of the request is one of, such as `/api/{user_id}/tasks`, if anything is there.
pub(crate) fn pattern(request: &HttpRequest) -> Option<&'static str> {
    let found = RESOURCES.at(request.match_info().as_str()).ok()?;
    Some(&found.value.pattern)
}
