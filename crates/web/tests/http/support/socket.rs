use std::pin::Pin;

use actix_web::{
    body::{BoxBody, MessageBody},
    error::PayloadError,
    web::Bytes,
};
use futures_util::{Stream, future::poll_fn, stream};
use serde_json::Value;
use tokio::sync::mpsc;

/// A WebSocket as its client has it, frame by frame (RFC 6455, section 5.2). What is not asked for is not taken.
pub(crate) struct Socket {
    body: Pin<Box<BoxBody>>,
    bytes: Vec<u8>,
    says: mpsc::UnboundedSender<Bytes>,
}

/// What the server says.
#[derive(Debug, PartialEq)]
pub(crate) enum Frame {
    Text(Value),
    Ping,
    Close(u16, String),
}

/// What one says to the server through a socket, and the body that it comes as.
pub(crate) fn mouth() -> (
    mpsc::UnboundedSender<Bytes>,
    impl Stream<Item = Result<Bytes, PayloadError>>,
) {
    let (says, heard) = mpsc::unbounded_channel();
    let body = stream::unfold(heard, |mut heard| async {
        let bytes = heard.recv().await?;
        Some((Ok(bytes), heard))
    });
    (says, body)
}

impl Socket {
    pub(super) fn new(body: BoxBody, says: mpsc::UnboundedSender<Bytes>) -> Self {
        Self {
            body: Box::pin(body),
            bytes: Vec::new(),
            says,
        }
    }

    /// The next frame; none after the end.
    pub(crate) async fn next(&mut self) -> Option<Frame> {
        loop {
            if let Some((opcode, length, begins)) = head(&self.bytes)
                && self.bytes.len() >= begins + length
            {
                let rest = self.bytes.split_off(begins + length);
                let frame = std::mem::replace(&mut self.bytes, rest);
                return Some(read(opcode, &frame[begins..]));
            }
            let chunk = poll_fn(|cx| self.body.as_mut().poll_next(cx)).await?.unwrap();
            self.bytes.extend_from_slice(&chunk);
        }
    }

    /// Answers a ping.
    pub(crate) fn pong(&self) {
        // Masked, as all that a client says, here with zeros.
        let frame = Bytes::from_static(&[0x8a, 0x80, 0, 0, 0, 0]);
        self.says.send(frame).unwrap();
    }
}

/// What kind of frame it is, how long its payload is, and where that begins.
fn head(bytes: &[u8]) -> Option<(u8, usize, usize)> {
    let (opcode, length) = (bytes.first()? & 0x0f, *bytes.get(1)?);
    assert!(length & 0x80 == 0, "a server masks nothing");
    let (length, begins) = match length {
        126 => (u16::from_be_bytes(bytes.get(2..4)?.try_into().unwrap()).into(), 4),
        127 => panic!("no change is that long"),
        short => (short.into(), 2),
    };
    Some((opcode, length, begins))
}

fn read(opcode: u8, payload: &[u8]) -> Frame {
    match opcode {
        1 => Frame::Text(serde_json::from_slice(payload).unwrap()),
        8 => {
            let (code, reason) = payload.split_at(2);
            let code = u16::from_be_bytes(code.try_into().unwrap());
            Frame::Close(code, String::from_utf8(reason.to_vec()).unwrap())
        }
        9 => Frame::Ping,
        other => panic!("a frame of kind {other}"),
    }
}
