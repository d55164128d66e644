//! The door for assistants, behind the one for HTTP.

use std::sync::Arc;

use async_trait::async_trait;
use http::{Request, Response};
use taskwell_application::{Tasks, identity::Authenticated};
use taskwell_mcp::{Assistant, exchange};
use taskwell_web::{Assistants, CursorKey};

/// Makes an assistant for each message: whom it acts for is known by then, and nothing is kept for the next one.
pub(crate) struct OverHttp {
    pub(crate) tasks: Tasks,
    pub(crate) cursor_key: CursorKey,
}

#[async_trait]
impl Assistants for OverHttp {
    async fn answer(&self, caller: Authenticated, message: Request<String>) -> Response<Vec<u8>> {
        let assistant = Assistant::new(self.tasks.clone(), self.cursor_key.clone(), Arc::new(caller));
        exchange(assistant, message).await
    }
}
