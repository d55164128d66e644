//! Messages as lines, on standard input and output for one.

use std::io;

use rmcp::{
    RoleServer,
    model::{ErrorData, JsonRpcMessage, RequestId},
    service::{RxJsonRpcMessage, TxJsonRpcMessage},
    transport::{Transport, async_rw::AsyncRwTransport},
};
use serde::Deserialize;
use serde_json::Value;
use taskwell_wire::json;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, BufReader, Empty, empty};

/// The longest line, in bytes: far more than any message needs.
const LONGEST: usize = 16 * 1024 * 1024;

/// Writes as the SDK does. What the SDK reads may name a key twice, and nobody would know which value was meant.
pub(crate) struct Lines<R, W: AsyncWrite> {
    from: BufReader<R>,
    /// What has come of the next line.
    line: Vec<u8>,
    to: AsyncRwTransport<RoleServer, Empty, W>,
}

impl<R, W> Lines<R, W>
where
    R: AsyncRead + Send + Unpin,
    W: AsyncWrite + Send + Unpin + 'static,
{
    pub(crate) fn new(from: R, to: W) -> Self {
        Self {
            from: BufReader::new(from),
            line: Vec::new(),
            to: AsyncRwTransport::new_server(empty(), to),
        }
    }
}

impl<R, W> Transport<RoleServer> for Lines<R, W>
where
    R: AsyncRead + Send + Unpin,
    W: AsyncWrite + Send + Unpin + 'static,
{
    type Error = io::Error;

    fn send(
        &mut self,
        message: TxJsonRpcMessage<RoleServer>,
    ) -> impl Future<Output = io::Result<()>> + Send + 'static {
        self.to.send(message)
    }

    async fn receive(&mut self) -> Option<RxJsonRpcMessage<RoleServer>> {
        loop {
            // Whoever waits for this may give up in the middle: what has come stays until it is done with.
            while !self.line.ends_with(b"\n") {
                let room = LONGEST.saturating_sub(self.line.len()) as u64;
                let mut from = (&mut self.from).take(room);
                if from.read_until(b'\n', &mut self.line).await.ok()? == 0 {
                    return None;
                }
            }
            let message = match read(&self.line) {
                Ok(message) => Some(message),
                Err(error) => {
                    if let Some(id) = request(&self.line) {
                        self.to.send(JsonRpcMessage::error(error, Some(id))).await.ok()?;
                    }
                    None
                }
            };
            self.line.clear();
            if message.is_some() {
                return message;
            }
        }
    }

    async fn close(&mut self) -> io::Result<()> {
        self.to.close().await
    }
}

/// The message of a line.
fn read(line: &[u8]) -> Result<RxJsonRpcMessage<RoleServer>, ErrorData> {
    let message = json::parse(line).map_err(|error| ErrorData::parse_error(error.to_string(), None))?;
    RxJsonRpcMessage::<RoleServer>::deserialize(message)
        .map_err(|error| ErrorData::invalid_request(error.to_string(), None))
}

/// The id of the request that stands in a line. Nothing is answered to anything else: two programs that do not
/// understand each other would go on like that for ever.
fn request(line: &[u8]) -> Option<RequestId> {
    let message: Value = serde_json::from_slice(line).ok()?;
    message.get("method")?;
    RequestId::deserialize(message.get("id")?).ok()
}
