use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use actix_web::{
    body::{BodySize, MessageBody},
    web::Bytes,
};

/// What is handed on at once, in bytes.
const PIECE: usize = 16 * 1024;

/// A body that is handed on in pieces. Of what is handed on the framework makes a copy until the client takes it, for
/// each connection; what is not is shared, as the OpenAPI document is by all who ask for it.
pub(crate) struct Piecemeal<B> {
    body: B,
    rest: Bytes,
}

impl<B> Piecemeal<B> {
    pub(crate) fn new(body: B) -> Self {
        Self {
            body,
            rest: Bytes::new(),
        }
    }
}

impl<B: MessageBody + Unpin> MessageBody for Piecemeal<B> {
    type Error = B::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, B::Error>>> {
        let this = self.get_mut();
        if this.rest.is_empty() {
            match ready!(Pin::new(&mut this.body).poll_next(cx)) {
                Some(Ok(bytes)) => this.rest = bytes,
                end => return Poll::Ready(end),
            }
        }
        let piece = this.rest.split_to(this.rest.len().min(PIECE));
        Poll::Ready(Some(Ok(piece)))
    }
}
