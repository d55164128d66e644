//! Streams of changes as a client reads them.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use reqwest::{Method, RequestBuilder, Response};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    time::{Instant, sleep, timeout, timeout_at},
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{ClientRequestBuilder, Message, protocol::CloseFrame},
};

use crate::client::Client;

/// Far longer than anything takes to come.
const PATIENCE: Duration = Duration::from_secs(30);

/// Server-Sent Events.
pub(crate) struct Events {
    response: Response,
    bytes: Vec<u8>,
}

/// An event; without a name it is a comment, or only says where the stream is.
#[derive(Debug, Default)]
pub(crate) struct Event {
    pub(crate) name: String,
    pub(crate) id: Option<u64>,
    pub(crate) data: Value,
}

impl Events {
    /// The caller's stream, from behind that change or the present end; it has begun when this is done.
    pub(crate) async fn of(client: &Client, since: Option<u64>) -> Self {
        let mut request = client.request(Method::GET, "/api/me/changes/stream");
        if let Some(since) = since {
            request = request.header("Last-Event-ID", since);
        }
        let mut events = Self::answering(request).await;
        let first = events.next().await.expect("a stream says where it begins");
        assert_eq!(first.name, "");
        events
    }

    /// The same again and again, while the server cannot.
    pub(crate) async fn resumed(client: &Client, since: u64) -> Self {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            let request = client.request(Method::GET, "/api/me/changes/stream");
            let request = request.header("Last-Event-ID", since);
            let response = request.send().await.expect("the server answers");
            if response.status() == 200 {
                let mut events = Self::from(response);
                if events.next().await.is_some_and(|first| first.name.is_empty()) {
                    return events;
                }
            }
            sleep(Duration::from_millis(20)).await;
        }
        panic!("the stream does not come back");
    }

    pub(crate) async fn answering(request: RequestBuilder) -> Self {
        let response = request.send().await.expect("the server answers");
        assert_eq!(response.status(), 200);
        Self::from(response)
    }

    fn from(response: Response) -> Self {
        Self {
            response,
            bytes: Vec::new(),
        }
    }

    /// The next one, but for heartbeats; none after the end, or where the connection is lost.
    pub(crate) async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(end) = self.bytes.windows(2).position(|pair| pair == b"\n\n") {
                let event: Vec<u8> = self.bytes.drain(..end + 2).collect();
                match read(str::from_utf8(&event[..end]).expect("events are UTF-8")) {
                    Some(event) => return Some(event),
                    None => continue,
                }
            }
            let chunk = timeout(PATIENCE, self.response.chunk()).await;
            let chunk = chunk.expect("something comes in time").ok()??;
            // It may end within a character.
            self.bytes.extend_from_slice(&chunk);
        }
    }

    /// The next one must be a change; what it says.
    pub(crate) async fn change(&mut self) -> Value {
        let event = timeout(PATIENCE, self.next())
            .await
            .expect("a change comes in time");
        let event = event.expect("the stream goes on");
        assert_eq!(event.name, "change", "{event:?}");
        assert_eq!(event.data["seq"].as_u64(), event.id);
        event.data
    }

    /// The next one must be the last, and say why; after which time it came.
    pub(crate) async fn ends_with(mut self, code: &str) -> Duration {
        let begun = Instant::now();
        let event = timeout(PATIENCE, self.next())
            .await
            .expect("the stream ends in time");
        let event = event.expect("the stream says why it ends");
        assert_eq!(
            (event.name.as_str(), &event.data["code"]),
            (code, &Value::from(code))
        );
        assert!(self.next().await.is_none());
        begun.elapsed()
    }
}

fn read(text: &str) -> Option<Event> {
    let mut event = Event::default();
    for line in text.lines() {
        match line.split_once(": ") {
            Some(("event", name)) => event.name = name.to_owned(),
            Some(("id", id)) => event.id = Some(id.parse().expect("an id is a number")),
            Some(("data", data)) => event.data = serde_json::from_str(data).expect("data is JSON"),
            _ if line == ":" => return None,
            _ => panic!("{line} is no field"),
        }
    }
    Some(event)
}

/// A WebSocket.
pub(crate) struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    /// The caller's stream; the address and its query without the scheme.
    pub(crate) async fn of(client: &Client, address: &str, query: &str) -> Self {
        let url = format!("ws://{address}/api/me/changes/stream?{query}");
        let request = ClientRequestBuilder::new(url.parse().expect("it is an address"))
            .with_header("Authorization", format!("Bearer {}", client.token()));
        Self::answering(request).await
    }

    /// The stream that a ticket opens.
    pub(crate) async fn with_ticket(address: &str, ticket: &str) -> Self {
        let url = format!("ws://{address}/api/changes/stream?ticket={ticket}");
        Self::answering(ClientRequestBuilder::new(url.parse().expect("it is an address"))).await
    }

    async fn answering(request: ClientRequestBuilder) -> Self {
        Self(connect_async(request).await.expect("the handshake succeeds").0)
    }

    /// The next change.
    pub(crate) async fn change(&mut self) -> Value {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let message = timeout_at(deadline, self.0.next())
                .await
                .expect("a change comes in time");
            match message.expect("the stream goes on").expect("the stream goes on") {
                Message::Text(text) => return serde_json::from_str(&text).expect("a change is JSON"),
                Message::Ping(_) => {}
                other => panic!("{other:?} is no change"),
            }
        }
    }

    /// What the server closes with, after any changes.
    pub(crate) async fn closed(mut self) -> (u16, String) {
        loop {
            let message = timeout(PATIENCE, self.0.next())
                .await
                .expect("something comes in time");
            match message
                .expect("a socket is closed with a reason")
                .expect("the stream goes on")
            {
                Message::Close(Some(CloseFrame { code, reason })) => {
                    return (code.into(), reason.to_string());
                }
                Message::Close(None) => panic!("closed without a reason"),
                _ => {}
            }
        }
    }

    /// Closes it; what the server says to that.
    pub(crate) async fn close(mut self) -> (u16, String) {
        let frame = CloseFrame {
            code: 1000.into(),
            reason: "done".into(),
        };
        self.0
            .send(Message::Close(Some(frame)))
            .await
            .expect("a frame can be sent");
        self.closed().await
    }
}

/// A reader that takes nothing but the first line of the answer, and has next to no room for more.
pub(crate) struct Stalled(#[expect(dead_code, reason = "it is held open")] TcpStream);

impl Stalled {
    /// The caller's stream from its beginning, as events.
    pub(crate) async fn at_events(client: &Client, address: &str) -> Self {
        Self::asking(client, address, "HTTP/1.1 200", "").await
    }

    /// The same as a WebSocket.
    pub(crate) async fn at_a_socket(client: &Client, address: &str) -> Self {
        let handshake = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
        Self::asking(client, address, "HTTP/1.1 101", handshake).await
    }

    async fn asking(client: &Client, address: &str, answer: &str, headers: &str) -> Self {
        let socket = TcpSocket::new_v4().expect("there are sockets");
        socket
            .set_recv_buffer_size(16 * 1024)
            .expect("a buffer can be small");
        let address = address.parse().expect("it is an address");
        let mut connection = socket.connect(address).await.expect("the server is there");
        let request = format!(
            "GET /api/me/changes/stream?since=0 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\n{headers}\r\n",
            client.token()
        );
        connection
            .write_all(request.as_bytes())
            .await
            .expect("the server listens");
        let mut head = [0; 12];
        connection
            .read_exact(&mut head)
            .await
            .expect("the server answers");
        assert_eq!(head, answer.as_bytes());
        Self(connection)
    }
}
