use std::{
    future::{Future, IntoFuture},
    net::{IpAddr, Ipv4Addr, SocketAddr},
    pin::Pin,
};

use actix_web::{
    dev::Payload,
    error::PayloadError,
    http::{
        Method,
        header::{self, HeaderValue},
    },
    test::{self, TestRequest},
    web::Bytes,
};
use futures_util::{Stream, stream};
use serde_json::Value;

use super::{Answer, Events, Person, Socket, World, socket};

/// Where requests come from that do not say otherwise.
const PEER: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));

/// A request to be sent; awaiting it sends it.
#[must_use = "a call does nothing unless it is awaited"]
pub(crate) struct Call<'w> {
    world: &'w World,
    method: Method,
    path: String,
    request: TestRequest,
    payload: Option<Payload>,
}

impl<'w> Call<'w> {
    pub(crate) fn new(world: &'w World, method: Method, path: String) -> Self {
        let peer = SocketAddr::new(PEER, 50_000);
        let request = TestRequest::with_uri(&path)
            .method(method.clone())
            .peer_addr(peer);
        Self {
            world,
            method,
            path,
            request,
            payload: None,
        }
    }

    /// Through a connection from there.
    pub(crate) fn from(mut self, peer: &str) -> Self {
        self.request = self
            .request
            .peer_addr(SocketAddr::new(peer.parse().unwrap(), 50_000));
        self
    }

    /// With the token of that person.
    pub(crate) fn by(self, person: &Person) -> Self {
        self.bearer(&person.token)
    }

    pub(crate) fn bearer(self, token: &str) -> Self {
        self.header("Authorization", &format!("Bearer {token}"))
    }

    /// With one more line of that header.
    pub(crate) fn header(self, name: &str, value: &str) -> Self {
        self.header_of_bytes(name, value.parse().unwrap())
    }

    /// The same with a value that need not be text.
    pub(crate) fn header_of_bytes(mut self, name: &str, value: HeaderValue) -> Self {
        self.request = self.request.append_header((name, value));
        self
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string())
    }

    pub(crate) fn form(self, fields: &[(&str, &str)]) -> Self {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        self.body("application/x-www-form-urlencoded", body)
    }

    /// With that body in place of any before.
    pub(crate) fn body(mut self, content_type: &str, body: impl Into<Bytes>) -> Self {
        self.request = self.request.insert_header((header::CONTENT_TYPE, content_type));
        self.untyped_body(body)
    }

    /// A body of which nothing says what it is.
    pub(crate) fn untyped_body(self, body: impl Into<Bytes>) -> Self {
        let body = body.into();
        self.sends(stream::once(async { Ok(body) }))
    }

    /// With a body that never comes.
    pub(crate) fn stalled_body(self) -> Self {
        self.header(header::CONTENT_TYPE.as_str(), "application/json")
            .sends(stream::pending())
    }

    /// In chunks: no header says how long the body is, unless the test does.
    fn sends(mut self, body: impl Stream<Item = Result<Bytes, PayloadError>> + 'static) -> Self {
        self.payload = Some(Payload::Stream {
            payload: Box::pin(body),
        });
        self
    }

    /// Sends the request, and panics unless the answer breaks off.
    pub(crate) async fn breaks_off(self) {
        let app = self.world.app().await;
        let response = app(self.request, self.payload).await;
        let status = response.status();
        assert!(test::try_read_body(response).await.is_err(), "{status}");
    }

    /// Sends the request, whose answer must be a stream of events.
    pub(crate) async fn events(self) -> Events {
        let app = self.world.app().await;
        let response = app(self.request, self.payload).await;
        assert_eq!(response.status(), 200);
        Events::new(response.into_body())
    }

    /// Sends the request as a handshake, which must succeed.
    pub(crate) async fn socket(self) -> Socket {
        let (says, body) = socket::mouth();
        let handshake = self
            .header("Connection", "Upgrade")
            .header("Upgrade", "websocket")
            .header("Sec-WebSocket-Version", "13")
            .header("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
            .sends(body);
        let app = handshake.world.app().await;
        let response = app(handshake.request, handshake.payload).await;
        assert_eq!(response.status(), 101);
        Socket::new(response.into_body(), says)
    }

    async fn send(self) -> Answer {
        let app = self.world.app().await;
        let response = app(self.request, self.payload).await;
        let (status, headers) = (response.status(), response.headers().clone());
        let goes_on = headers
            .get(header::CONTENT_TYPE)
            .is_some_and(|kind| kind == "text/event-stream");
        let body = match goes_on {
            true => Bytes::new(),
            false => test::read_body(response).await,
        };
        let answer = Answer::new(&self.method, &self.path, status, headers, body);
        answer.check();
        answer
    }
}

impl<'w> IntoFuture for Call<'w> {
    type Output = Answer;
    type IntoFuture = Pin<Box<dyn Future<Output = Answer> + 'w>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}
