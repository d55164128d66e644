use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use ipnet::IpNet;
use taskwell_application::{
    Administration, Identity, Tasks,
    identity::Authenticated,
    ports::{Health, IdGenerator, RequestLimit},
    tasks::Followers,
};
use taskwell_wire::CursorKey;

use crate::{drain::Drain, large_bodies::LargeBodies, observer::Observer, streams::Streams};

/// What the endpoints use.
#[derive(Clone)]
pub struct Services {
    /// The use cases around tasks.
    pub tasks: Tasks,
    /// The use case of whoever follows the changes of tasks.
    pub followers: Followers,
    /// The streams that are open.
    pub streams: Streams,
    /// The use cases around accounts and sessions.
    pub identity: Identity,
    /// The use cases of administrators.
    pub administration: Administration,
    /// Answers assistants.
    pub assistants: Arc<dyn Assistants>,
    /// Counts the requests of each user.
    pub requests: Arc<dyn RequestLimit>,
    /// Whether the storage can be used.
    pub health: Arc<dyn Health>,
    /// Makes the ids of requests that bring none.
    pub ids: Arc<dyn IdGenerator>,
    /// The large bodies that are on their way.
    pub large_bodies: LargeBodies,
    /// Whether the server is about to stop.
    pub drain: Drain,
    /// Who counts and traces what goes through, if anybody does.
    pub observer: Option<Arc<dyn Observer>>,
}

/// Speaks with assistants over the Model Context Protocol.
#[async_trait]
pub trait Assistants: Send + Sync {
    /// Answers a message that was posted for that caller. The message has of its headers those that the protocol knows,
    /// and nothing of the token; what is not JSON in an answer is for people.
    async fn answer(&self, caller: Authenticated, message: http::Request<String>) -> http::Response<Vec<u8>>;
}

/// How requests are treated.
#[derive(Clone, Debug)]
pub struct HttpOptions {
    /// The origins whose pages may call with credentials.
    pub cors_origins: Vec<String>,
    /// The longest body, in bytes.
    pub body_limit: usize,
    /// How long one request may take.
    pub request_timeout: Duration,
    /// Where the proxies are that say truly for whom they ask, in `Forwarded` or `X-Forwarded-For`.
    pub trusted_proxies: Vec<IpNet>,
    /// The issuers besides ourselves whose tokens are taken, as addresses.
    pub authorization_servers: Vec<String>,
    /// What cursors are signed with.
    pub cursor_key: CursorKey,
}
