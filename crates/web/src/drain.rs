use std::cell::Cell;

use actix_web::{
    Error, HttpRequest,
    body::MessageBody,
    dev::{Extensions, ServiceRequest, ServiceResponse},
    http::ConnectionType,
    middleware::Next,
};
use tokio::sync::watch;

/// Tells the server's readiness, and the streams that are open, that it is about to stop, and then whether there is
/// anything left to wait for.
#[derive(Clone, Debug, Default)]
pub struct Drain {
    begun: watch::Sender<bool>,
    /// Each connection that is waited for has a receiver.
    connections: watch::Sender<()>,
}

impl Drain {
    /// From now on the server is not ready, and has no streams.
    pub fn begin(&self) {
        self.begun.send_replace(true);
    }

    /// Whether it has begun.
    #[must_use]
    pub fn has_begun(&self) -> bool {
        *self.begun.borrow()
    }

    /// Waits until it has begun.
    pub(crate) async fn begun(&self) {
        let mut begun = self.begun.subscribe();
        // An error would say that nobody can begin it any more, but this one can.
        let _begun = begun.wait_for(|begun| *begun).await;
    }

    /// Waits until no connection is open but those of streams, which end by themselves when it begins. What is left of
    /// them has a reader who does not even take that.
    pub async fn only_streams_are_left(&self) {
        self.connections.closed().await;
    }

    /// A new connection is waited for, unless it turns out to be a stream's.
    pub(crate) fn wait_for(&self, connection: &mut Extensions) {
        connection.insert(Awaited(Cell::new(Some(self.connections.subscribe()))));
    }
}

/// Once it has begun, an answer says that it is the last one on its connection: who has another request opens another
/// connection, to a server that goes on, instead of losing it on one that is about to be closed.
pub(crate) async fn part<B: MessageBody>(
    drain: Drain,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let mut response = next.call(request).await?;
    let head = response.response_mut().head_mut();
    if drain.has_begun() && !head.upgrade() {
        head.set_connection_type(ConnectionType::Close);
    }
    Ok(response)
}

/// What a connection has for as long as it is waited for.
struct Awaited(Cell<Option<watch::Receiver<()>>>);

/// The connection of this request carries nothing but a stream from now on.
pub(crate) fn is_for_a_stream(request: &HttpRequest) {
    if let Some(Awaited(connection)) = request.conn_data() {
        connection.take();
    }
}
