//! Signals to whoever follows a log: each write of tasks is one for all of them, for there is one process.

use std::future;

use async_trait::async_trait;
use taskwell_application::ports::{ChangeSignal, ChangeSignals};
use taskwell_domain::UserId;
use tokio::sync::watch;

use super::MemoryStorage;

struct Written(watch::Receiver<()>);

impl ChangeSignals for MemoryStorage {
    fn watch(&self, _: &UserId) -> Box<dyn ChangeSignal> {
        Box::new(Written(self.written.subscribe()))
    }
}

#[async_trait]
impl ChangeSignal for Written {
    async fn changed(&mut self) {
        if self.0.changed().await.is_err() {
            // The storage is gone, and nothing is written any more.
            future::pending::<()>().await;
        }
    }
}
