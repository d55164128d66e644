//! A client of one connection.

use http_body_util::{BodyExt, Full};
use hyper::{
    StatusCode, Uri,
    body::{Bytes, Incoming},
    client::conn::http1::{self, SendRequest},
    header::LINK,
};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::{Result, call::Call};

/// A connection that is kept alive, with one request on its way at a time.
pub(crate) struct Connection {
    authority: String,
    sender: SendRequest<Full<Bytes>>,
}

impl Connection {
    pub(crate) async fn open(authority: &str) -> Result<Self> {
        let stream = TcpStream::connect(authority).await?;
        stream.set_nodelay(true)?;
        let (sender, driver) = http1::handshake(TokioIo::new(stream)).await?;
        // What goes wrong shows in the request that it goes wrong for.
        tokio::spawn(driver);
        Ok(Self {
            authority: authority.to_owned(),
            sender,
        })
    }

    /// The body of an answer that goes on, which takes the connection.
    pub(crate) async fn stream(mut self, call: Call<'_>) -> Result<Incoming> {
        self.sender.ready().await?;
        let response = self.sender.send_request(call.to(&self.authority)?).await?;
        match response.status() {
            StatusCode::OK => Ok(response.into_body()),
            status => Err(format!("a stream was answered {status}").into()),
        }
    }

    /// The whole answer, which must have that status.
    pub(crate) async fn exchange(&mut self, call: Call<'_>, status: StatusCode) -> Result<Bytes> {
        let (got, body) = self.ask(call).await?;
        if got != status {
            let body = String::from_utf8_lossy(&body);
            return Err(format!("answered {got} where {status} was expected: {body}").into());
        }
        Ok(body)
    }

    /// The address of the page that comes after the one that is asked for (RFC 8288).
    pub(crate) async fn next_page(&mut self, call: Call<'_>) -> Result<String> {
        self.sender.ready().await?;
        let response = self.sender.send_request(call.to(&self.authority)?).await?;
        let link = response.headers().get(LINK).ok_or("no page comes after")?;
        let address = link.to_str()?.split(['<', '>']).nth(1).unwrap_or_default();
        Ok(address.parse::<Uri>()?.to_string())
    }

    /// The whole answer, whatever its status.
    pub(crate) async fn ask(&mut self, call: Call<'_>) -> Result<(StatusCode, Bytes)> {
        self.sender.ready().await?;
        let response = self.sender.send_request(call.to(&self.authority)?).await?;
        let status = response.status();
        Ok((status, response.into_body().collect().await?.to_bytes()))
    }
}
