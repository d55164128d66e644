//! What every request and every response go through.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use actix_web::{
    HttpMessage, HttpResponse,
    body::{EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        StatusCode,
        header::{self, HeaderMap, HeaderName, HeaderValue},
    },
    middleware::Next,
};
use taskwell_application::{ErrorCode, ports::IdGenerator};
use taskwell_domain::{RequestId, UserId};
use tracing::{Instrument, Level};

use crate::{
    access::Caller,
    observer::{Answered, Observer},
    piecemeal::Piecemeal,
    problem::{Failure, MEDIA_TYPE, WireCode},
    router,
};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What an API should say to a browser, unless the endpoint said otherwise.
const SECURITY_HEADERS: [(HeaderName, &str); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; frame-ancestors 'none'",
    ),
    (header::CACHE_CONTROL, "no-store"),
];

/// For a year, and each time anew, browsers come by HTTPS alone (RFC 6797). Where it ends at a proxy, it is the proxy's to
/// say.
const BY_HTTPS_ALONE: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// Marks a failure that says in words of its own why it is one.
pub(crate) struct SaysWhy;

/// Gives the request its id and the response its headers, and leaves a line in the log.
pub(crate) async fn edge<B: MessageBody + Unpin + 'static>(
    ids: Arc<dyn IdGenerator>,
    observer: Option<Arc<dyn Observer>>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<Piecemeal<EitherBody<B>>>, actix_web::Error> {
    let begun = Instant::now();
    let id = request_id(&request, &*ids);
    // However little is logged, it is said which request it is about.
    let span = tracing::error_span!("request", id = id.as_str());
    let trace = observer
        .as_ref()
        .and_then(|observer| observer.begun(&span, request.headers()));
    let method = request.method().clone();
    let by_https = request.app_config().secure();
    request.extensions_mut().insert(id.clone());
    let response = next.call(request).instrument(span.clone()).await?;
    let mut response = as_problem(response);
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(id.as_str()) {
        headers.insert(REQUEST_ID, id);
    }
    if by_https {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, BY_HTTPS_ALONE);
    }
    for (name, value) in SECURITY_HEADERS {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    if observer.is_none() && !tracing::enabled!(Level::INFO) {
        return Ok(response.map_body(|_, body| Piecemeal::new(body)));
    }
    let route = router::pattern(response.request());
    let extensions = response.request().extensions();
    let answered = Answered {
        method: &method,
        route,
        status: response.status(),
        elapsed: begun.elapsed(),
        user: extensions.get::<Caller>().map(|Caller(user)| user),
    };
    if let Some(observer) = observer {
        observer.answered(&span, &answered);
    }
    log(&id, &answered, trace.as_deref());
    drop(extensions);
    Ok(response.map_body(|_, body| Piecemeal::new(body)))
}

/// The line of a request. It has all that is in the span, which is left out.
fn log(id: &RequestId, answered: &Answered<'_>, trace: Option<&str>) {
    tracing::info!(
        parent: None,
        request_id = id.as_str(),
        method = answered.method.as_str(),
        route = answered.route,
        status = answered.status.as_u16(),
        elapsed_us = micros(answered.elapsed),
        user = answered.user.map(UserId::as_str),
        trace_id = trace,
        "answered"
    );
}

fn micros(elapsed: Duration) -> u64 {
    elapsed.as_micros().try_into().unwrap_or(u64::MAX)
}

/// The caller's id for the request if it is one, else a new one.
fn request_id(request: &ServiceRequest, ids: &dyn IdGenerator) -> RequestId {
    let given = request
        .headers()
        .get(&REQUEST_ID)
        .and_then(|value| value.to_str().ok());
    given
        .and_then(|text| RequestId::parse(text).ok())
        .unwrap_or_else(|| ids.request_id())
}

/// Failures that did not come from an endpoint (a refused preflight, say) become problems as well.
fn as_problem<B: MessageBody + 'static>(response: ServiceResponse<B>) -> ServiceResponse<EitherBody<B>> {
    let status = response.status();
    let is_failure = status.is_client_error() || status.is_server_error();
    let says_why = has_problem(response.headers()) || response.response().extensions().contains::<SaysWhy>();
    if !is_failure || says_why {
        return response.map_into_left_body();
    }
    let (request, original) = response.into_parts();
    let mut problem: HttpResponse = failure_of(status).respond(&request);
    for (name, value) in original.headers() {
        if name != header::CONTENT_TYPE && name != header::CONTENT_LENGTH {
            problem.headers_mut().append(name.clone(), value.clone());
        }
    }
    ServiceResponse::new(request, problem)
        .map_into_boxed_body()
        .map_into_right_body()
}

fn has_problem(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes() == MEDIA_TYPE.as_bytes())
}

fn failure_of(status: StatusCode) -> Failure {
    match status {
        StatusCode::NOT_FOUND => Failure::wire(ErrorCode::NotFound, "nothing is at this address"),
        StatusCode::REQUEST_TIMEOUT => {
            Failure::wire(WireCode::RequestTimeout, "the request did not arrive in time")
        }
        StatusCode::PAYLOAD_TOO_LARGE => Failure::wire(WireCode::PayloadTooLarge, "the body is too large"),
        status if status.is_client_error() => Failure::wire(
            WireCode::MalformedRequest,
            "the request cannot be answered as it stands",
        ),
        status => Failure::internal(format!("the framework answered {status}")),
    }
}
