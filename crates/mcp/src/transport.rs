use std::{convert::Infallible, sync::Arc};

use http::{HeaderValue, Request, Response, header};
use http_body_util::BodyExt;
use rmcp::{
    ServiceExt,
    service::ServerInitializeError,
    transport::streamable_http_server::{
        StreamableHttpServerConfig, StreamableHttpService, session::never::NeverSessionManager,
    },
};
use tokio::io::{AsyncRead, AsyncWrite};

use crate::{Assistant, lines::Lines};

/// Answers one message over HTTP, without a session and in one piece, so that any server can answer the next one.
///
/// Whether the request may come from where it comes is for the caller to decide: neither `Host` nor `Origin` is looked at.
pub async fn exchange(assistant: Assistant, mut message: Request<String>) -> Response<Vec<u8>> {
    // The SDK wants one, and has nothing to decide by it.
    message
        .headers_mut()
        .insert(header::HOST, HeaderValue::from_static("localhost"));
    let config = StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_json_response(true);
    let sessions = Arc::new(NeverSessionManager::default());
    let service = StreamableHttpService::new(move || Ok(assistant.clone()), sessions, config);
    let (head, body) = service.handle(message).await.into_parts();
    let collected: Result<_, Infallible> = body.collect().await;
    let body = match collected {
        Ok(body) => body.to_bytes().to_vec(),
        Err(never) => match never {},
    };
    Response::from_parts(head, body)
}

/// A conversation that ended in a way that was not meant.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Broken(Box<dyn std::error::Error + Send + Sync>);

/// Answers every message that comes in on `from`, until that ends.
///
/// # Errors
/// If the other end does not speak the protocol.
pub async fn converse<R, W>(assistant: Assistant, from: R, to: W) -> Result<(), Broken>
where
    R: AsyncRead + Send + Unpin + 'static,
    W: AsyncWrite + Send + Unpin + 'static,
{
    let service = match assistant.serve(Lines::new(from, to)).await {
        Ok(service) => service,
        // Nobody said anything.
        Err(ServerInitializeError::ConnectionClosed(_)) => return Ok(()),
        Err(error) => return Err(Broken(error.into())),
    };
    service
        .waiting()
        .await
        .map(drop)
        .map_err(|error| Broken(error.into()))
}
