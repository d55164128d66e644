use std::time::Duration;

use async_trait::async_trait;
use taskwell_application::ports::{Health, StoreError};

use super::{Database, store_error};

/// Whoever asks whether the database answers wants to know soon.
pub(crate) const PING_TIMEOUT: Duration = Duration::from_secs(2);

#[async_trait]
impl Health for Database {
    async fn check(&self) -> Result<(), StoreError> {
        match tokio::time::timeout(self.ping_timeout, self.read.ping()).await {
            Ok(answer) => answer.map_err(store_error),
            Err(elapsed) => Err(StoreError::Unavailable(Box::new(elapsed))),
        }
    }
}
