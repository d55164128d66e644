//! Where the keys of an issuer come from.

use async_trait::async_trait;
use reqwest::{Client, StatusCode, Url, redirect};

use super::public_keys::{NotAKeySet, PublicKeys};

/// How long an answer may be, in bytes.
const MAX_LENGTH: usize = 256 * 1024;

/// Gives the keys of an issuer as they are now.
#[async_trait]
pub(super) trait KeySource: Send + Sync {
    async fn fetch(&self) -> Result<PublicKeys, FetchError>;
}

/// Why there are no keys.
#[derive(Debug, thiserror::Error)]
pub(super) enum FetchError {
    #[error("it cannot be reached")]
    Unreachable(#[source] reqwest::Error),
    #[error("it answers {0}")]
    Status(StatusCode),
    #[error("its answer is longer than {MAX_LENGTH} bytes")]
    TooLong,
    #[error("its answer is of no use")]
    NotAKeySet(#[from] NotAKeySet),
    #[error("it does not answer in time")]
    TimedOut,
    #[error("the server is stopping")]
    Stopping,
}

/// An address is not in the error: it may hold a password.
impl From<reqwest::Error> for FetchError {
    fn from(error: reqwest::Error) -> Self {
        Self::Unreachable(error.without_url())
    }
}

/// A key set on the web.
pub(super) struct WebSource {
    client: Client,
    url: Url,
}

impl WebSource {
    /// The key set at that address.
    ///
    /// # Errors
    /// There are no certificates on this machine to check those of others by.
    pub(super) fn new(url: Url) -> Result<Self, reqwest::Error> {
        let builder = Client::builder()
            // The operator trusts this address and no other.
            .redirect(redirect::Policy::none())
            // Minutes lie between two fetches.
            .pool_max_idle_per_host(0)
            .user_agent(concat!("taskwell/", env!("CARGO_PKG_VERSION")));
        let client = match url.scheme() {
            // So that a machine without certificates can do it, too.
            "http" => builder.tls_certs_only([]),
            _ => builder,
        };
        Ok(Self {
            client: client.build()?,
            url,
        })
    }
}

#[async_trait]
impl KeySource for WebSource {
    async fn fetch(&self) -> Result<PublicKeys, FetchError> {
        let mut answer = self.client.get(self.url.clone()).send().await?;
        if answer.status() != StatusCode::OK {
            return Err(FetchError::Status(answer.status()));
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await? {
            if body.len() + chunk.len() > MAX_LENGTH {
                return Err(FetchError::TooLong);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(PublicKeys::parse(&body)?)
    }
}
