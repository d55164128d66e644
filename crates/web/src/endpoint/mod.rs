//! Endpoints: one registration gives the route and its description.

mod describe;

use std::panic::AssertUnwindSafe;

use actix_web::{
    HttpRequest, HttpResponse,
    http::Method,
    web::{Data, Payload},
};
use futures_util::{FutureExt, future::LocalBoxFuture};
use taskwell_application::Error;
use tokio::time::{Instant, timeout_at};

pub(crate) use self::describe::{Describe, Description, document_method};
use crate::{access::Access, call::Call, input::Input, problem::Failure, rate_limit, services::HttpOptions};

/// A method at an address: how it is served and how it is described.
pub(crate) struct Endpoint {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) serve: Serve,
    pub(crate) describe: fn() -> Description,
}

/// Answers a request, of which the rest is still to come.
pub(crate) type Serve = fn(HttpRequest, Payload) -> LocalBoxFuture<'static, HttpResponse>;

/// Calls the handler for a request: who, what, within the time limit; whatever goes wrong becomes a problem.
pub(crate) async fn answer<A, I, H, F>(request: HttpRequest, payload: Payload, handler: H) -> HttpResponse
where
    A: Access,
    I: Input,
    H: FnOnce(Call<A, I>) -> F,
    F: Future<Output = Result<HttpResponse, Failure>>,
{
    let limit = request
        .app_data::<Data<HttpOptions>>()
        .map(|options| options.request_timeout);
    let deadline = Instant::now() + limit.unwrap_or_default().saturating_mul(I::TIMES_AS_LONG);
    let answering = async {
        let call = Call::receive(request.clone(), payload, deadline).await?;
        timeout_at(deadline, handler(call))
            .await
            .unwrap_or_else(|elapsed| Err(Error::Unavailable(Some(elapsed.into())).into()))
    };
    // A panic is a fault of the program; it must not take the connection with it.
    let mut response = AssertUnwindSafe(answering)
        .catch_unwind()
        .await
        .unwrap_or_else(|_| Err(Failure::internal("a handler panicked")))
        .unwrap_or_else(|failure| failure.respond(&request));
    rate_limit::tell(&request, response.headers_mut());
    response
}

/// Declares the endpoint of a module: a function `endpoint` that registers its `handle`.
///
/// The handler's signature says what access it needs and what it reads; `description` adds what the
/// signature cannot say.
macro_rules! endpoint {
    ($method:ident $path:literal, $access:ty, $input:ty, $describe:expr) => {
        pub(crate) fn endpoint() -> $crate::endpoint::Endpoint {
            $crate::endpoint::Endpoint {
                method: actix_web::http::Method::$method,
                path: $path.to_owned(),
                serve: |request, payload| {
                    Box::pin($crate::endpoint::answer::<$access, $input, _, _>(
                        request, payload, handle,
                    ))
                },
                describe: || {
                    let describe: fn($crate::endpoint::Describe) -> $crate::endpoint::Describe = $describe;
                    describe($crate::endpoint::Describe::of::<$access, $input>()).finish()
                },
            }
        }
    };
}

pub(crate) use endpoint;
