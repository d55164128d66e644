//! A stream as a WebSocket (RFC 6455).

use std::{cell::Cell, rc::Rc};

use actix_web::{
    FromRequest, HttpRequest, HttpResponse, dev, error::PayloadError, http::header, rt, web::Payload,
};
use actix_ws::{CloseCode, CloseReason, Closed, Message, ProtocolError, Session};
use futures_util::{Stream, StreamExt};
use taskwell_application::ErrorCode;
use taskwell_domain::Seq;
use tokio::time::timeout;

use super::{
    End, PATIENCE,
    feed::{Event, Feed},
};
use crate::problem::{Failure, WireCode};

/// What a client says.
trait Messages: Stream<Item = Result<Message, ProtocolError>> + Unpin {}

impl<S: Stream<Item = Result<Message, ProtocolError>> + Unpin> Messages for S {}

/// Nobody has anything to say here but control frames.
const MAX_FRAME: usize = 1024;

/// How many bytes may come without making a frame whole. The framework looks at the size of a frame only when it has
/// all of it, so it would gather a gigabyte before it says that it is too much.
const MAX_UNREAD: usize = 64 * 1024;

/// Whether the request asks for a WebSocket.
pub(crate) fn is_asked_for(request: &HttpRequest) -> bool {
    let mut upgrades = request.headers().get_all(header::UPGRADE);
    upgrades.any(|value| value.as_bytes().eq_ignore_ascii_case(b"websocket"))
}

/// The answer to the handshake; the stream goes on by itself.
///
/// # Errors
/// `malformed_request` for what is no handshake.
pub(crate) fn answer(request: &HttpRequest, payload: Payload, feed: Feed) -> Result<HttpResponse, Failure> {
    let malformed = |error: actix_web::Error| Failure::wire(WireCode::MalformedRequest, error.to_string());
    let unread = Rc::new(Cell::new(0));
    let payload = bounded(request, payload, Rc::clone(&unread)).map_err(malformed)?;
    let (response, session, messages) = actix_ws::handle(request, payload).map_err(malformed)?;
    let messages = messages.max_frame_size(MAX_FRAME).inspect(move |_| unread.set(0));
    rt::spawn(talk(session, messages, feed));
    Ok(response)
}

/// The same payload, which fails once more than [`MAX_UNREAD`] bytes of it are unread.
fn bounded(
    request: &HttpRequest,
    payload: Payload,
    unread: Rc<Cell<usize>>,
) -> Result<Payload, actix_web::Error> {
    let bounded = payload.map(move |bytes| {
        let bytes = bytes?;
        unread.set(unread.get() + bytes.len());
        if unread.get() > MAX_UNREAD {
            return Err(PayloadError::Overflow);
        }
        Ok(bytes)
    });
    let payload = bounded.boxed_local();
    let mut bounded = dev::Payload::Stream { payload };
    Payload::from_request(request, &mut bounded).into_inner()
}

async fn talk(session: Session, messages: impl Messages, feed: Feed) {
    let is_awake = Cell::new(true);
    // Whichever is done first drops the feed, and so leaves its place to another one.
    let reason = tokio::select! {
        reason = tell(session.clone(), feed, &is_awake) => reason,
        reason = hear(session.clone(), messages, &is_awake) => reason,
    };
    if let Some(reason) = reason {
        // A reader who takes nothing finds this when they go on, unless the system gave them up before.
        let _gone = session.close(Some(reason)).await;
    }
}

/// Sends what there is until the stream ends; without a reason if nobody is there any more.
async fn tell(mut session: Session, mut feed: Feed, is_awake: &Cell<bool>) -> Option<CloseReason> {
    loop {
        let sending = match feed.next().await {
            Event::Changes(changes) => timeout(PATIENCE, send(&mut session, changes)).await,
            Event::Heartbeat if is_awake.replace(false) => timeout(PATIENCE, session.ping(b"")).await,
            Event::Heartbeat => return None,
            Event::End(end) => return Some(reason(end)),
        };
        match sending {
            Ok(Ok(())) => {}
            Ok(Err(Closed)) => return None,
            Err(_) => return Some(reason(feed.give_up())),
        }
    }
}

async fn send(session: &mut Session, changes: Vec<(Seq, String)>) -> Result<(), Closed> {
    for (_, json) in changes {
        session.text(json).await?;
    }
    Ok(())
}

/// Answers pings, and takes whatever comes as a sign of life, until the client leaves.
async fn hear(
    mut session: Session,
    mut messages: impl Messages,
    is_awake: &Cell<bool>,
) -> Option<CloseReason> {
    while let Some(message) = messages.next().await {
        match message {
            Ok(Message::Ping(data)) => session.pong(&data).await.ok()?,
            Ok(Message::Close(reason)) => {
                return Some(reason.unwrap_or_else(|| CloseCode::Normal.into()));
            }
            Ok(_) => {}
            Err(_) => return Some(CloseCode::Protocol.into()),
        }
        is_awake.set(true);
    }
    None
}

fn reason(end: End) -> CloseReason {
    let code = match end {
        End::Draining => CloseCode::Away,
        End::Because(ErrorCode::ResyncRequired) => CloseCode::Other(4410),
        End::Because(ErrorCode::Unavailable) => CloseCode::Again,
        End::Because(ErrorCode::Internal) => CloseCode::Error,
        End::Because(_) => CloseCode::Other(4401),
    };
    CloseReason {
        code,
        description: Some(end.word().to_owned()),
    }
}
