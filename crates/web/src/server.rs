use std::{any::Any, io, net::TcpListener, sync::Arc, time::Duration};

use actix_cors::Cors;
use actix_web::{
    App, HttpServer,
    body::MessageBody,
    dev::{Server, ServiceFactory, ServiceRequest, ServiceResponse, fn_service},
    http::{Method, header},
    middleware::from_fn,
    web::Data,
};

use crate::{
    drain::{Drain, part},
    edge::edge,
    router,
    services::{HttpOptions, Services},
    tls::Https,
};

/// What pages of other origins may read of a response.
const EXPOSED_HEADERS: [&str; 9] = [
    "ETag",
    "Link",
    "Location",
    "Retry-After",
    "X-Total-Count",
    "X-Request-Id",
    "RateLimit",
    "RateLimit-Policy",
    "Idempotency-Replayed",
];

/// The application, for a server or for a test in process.
pub fn app(
    services: Services,
    options: HttpOptions,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = actix_web::Error,
        InitError = (),
    >,
> {
    let cors = cors(&options.cors_origins);
    let (ids, observer) = (Arc::clone(&services.ids), services.observer.clone());
    let drain = services.drain.clone();
    App::new()
        .app_data(Data::new(services))
        .app_data(Data::new(options))
        .default_service(fn_service(router::route))
        .wrap(cors)
        .wrap(from_fn(move |request, next| {
            edge(Arc::clone(&ids), observer.clone(), request, next)
        }))
        .wrap(from_fn(move |request, next| part(drain.clone(), request, next)))
}

fn cors(origins: &[String]) -> Cors {
    let cors = Cors::default()
        .allowed_methods([
            Method::GET,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
        ])
        .allow_any_header()
        .expose_headers(
            EXPOSED_HEADERS
                .map(header::HeaderName::try_from)
                .into_iter()
                .flatten(),
        )
        .supports_credentials()
        .max_age(3600);
    origins
        .iter()
        .fold(cors, |cors, origin| cors.allowed_origin(origin))
}

/// How clients are connected.
pub struct ServerOptions {
    /// Without, it is plain HTTP.
    pub https: Option<Https>,
    /// Threads that serve.
    pub workers: usize,
    /// How many connections are open at once at most, in equal parts on the workers; others wait to be accepted.
    pub connections: usize,
    /// How long what is in flight may take when the server stops; counted in whole seconds, rounded up.
    pub shutdown_grace: Duration,
}

/// Serves on a listener until the server's handle stops it.
///
/// Each worker is a thread with a runtime of its own, and takes its services from `services` there: what
/// is bound to a runtime, such as a connection, can belong to one worker.
///
/// # Errors
/// If the listener cannot be used.
pub fn serve(
    listener: TcpListener,
    services: impl Fn() -> Services + Clone + Send + 'static,
    http: HttpOptions,
    options: &ServerOptions,
    drain: Drain,
) -> io::Result<Server> {
    let ServerOptions {
        https,
        workers,
        connections,
        shutdown_grace,
    } = options;
    let server = HttpServer::new(move || app(services(), http.clone()))
        .workers(*workers)
        .max_connections((connections / workers.max(&1)).max(1))
        .shutdown_timeout(
            shutdown_grace
                .as_millis()
                .div_ceil(1_000)
                .try_into()
                .unwrap_or(u64::MAX),
        )
        .on_connect(move |connection, data| {
            give_up_who_takes_nothing(connection);
            drain.wait_for(data);
        })
        .disable_signals();
    let server = match https {
        None => server.listen(listener)?,
        Some(https) => server.listen_rustls_0_23(listener, https.config().map_err(io::Error::other)?)?,
    };
    Ok(server.run())
}

/// A connection whose other side acknowledges nothing, or leaves no room for more, for that long is closed by the
/// system: nothing else could end what waits to be sent on it.
fn give_up_who_takes_nothing(connection: &dyn Any) {
    #[cfg(target_os = "linux")]
    if let Some(connection) = tcp(connection)
        && let Err(error) =
            socket2::SockRef::from(connection).set_tcp_user_timeout(Some(crate::streams::PATIENCE))
    {
        tracing::debug!(%error, "a connection will not be given up by itself");
    }
    #[cfg(not(target_os = "linux"))]
    let _left_to_the_system = connection;
}

/// What is below HTTP, or below TLS.
#[cfg(target_os = "linux")]
fn tcp(connection: &dyn Any) -> Option<&actix_web::rt::net::TcpStream> {
    use actix_tls::accept::rustls_0_23::TlsStream;
    use actix_web::rt::net::TcpStream;
    let below_tls = || Some(connection.downcast_ref::<TlsStream<TcpStream>>()?.get_ref().0);
    connection.downcast_ref().or_else(below_tls)
}
