//! A client that sends whatever bytes it likes.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::server::Server;

/// Far longer than a server may take to answer or to hang up.
const PATIENCE: Duration = Duration::from_secs(30);

/// A connection on which nothing has to make sense.
pub(crate) struct Raw(TcpStream);

impl Raw {
    pub(crate) async fn to(server: &Server) -> Self {
        let connection = TcpStream::connect(server.address()).await;
        Self(connection.expect("the server is there"))
    }

    /// A connection on which that has been sent.
    pub(crate) async fn sending(server: &Server, bytes: &[u8]) -> Self {
        let mut raw = Self::to(server).await;
        raw.send(bytes).await;
        raw
    }

    /// Sends that, or as much of it as the server takes; whether it took everything.
    pub(crate) async fn send(&mut self, bytes: &[u8]) -> bool {
        let sent = timeout(PATIENCE, self.0.write_all(bytes)).await;
        sent.expect("the server takes it or hangs up").is_ok()
    }

    /// Says that nothing more comes; answers can.
    pub(crate) async fn finish(&mut self) {
        self.0.shutdown().await.expect("a connection can be half closed");
    }

    /// Everything that comes until the server hangs up.
    pub(crate) async fn rest(mut self) -> String {
        let mut rest = Vec::new();
        let read = timeout(PATIENCE, self.0.read_to_end(&mut rest)).await;
        // Reset or closed in order: it has hung up.
        let _how = read.expect("the server hangs up in time");
        String::from_utf8_lossy(&rest).into_owned()
    }

    /// The status of the next answer; none if the server hangs up.
    pub(crate) async fn status(&mut self) -> Option<u16> {
        let mut head = [0; 12];
        let read = timeout(PATIENCE, self.0.read_exact(&mut head)).await;
        read.expect("the server answers or hangs up").ok()?;
        std::str::from_utf8(&head).ok()?.strip_prefix("HTTP/1.")?[2..]
            .parse()
            .ok()
    }
}
