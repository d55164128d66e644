use async_trait::async_trait;
use taskwell_application::{Error, identity::Authenticated};

/// Tells for whom an assistant acts.
#[async_trait]
pub trait Caller: Send + Sync {
    /// Who calls now: a token that worked a moment ago may be revoked.
    ///
    /// # Errors
    /// As for [`Identity::authenticate`](taskwell_application::Identity::authenticate).
    async fn authenticated(&self) -> Result<Authenticated, Error>;
}

/// Somebody who was asked already.
#[async_trait]
impl Caller for Authenticated {
    async fn authenticated(&self) -> Result<Authenticated, Error> {
        Ok(self.clone())
    }
}
