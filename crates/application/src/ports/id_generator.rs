use taskwell_domain::{ApiTokenId, AuditId, BatchId, RequestId, SessionId, TaskId, UserId};

/// New ids: UUIDv7 (RFC 9562), which sort by the time they were made.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait IdGenerator: Send + Sync {
    /// For a new task.
    fn task_id(&self) -> TaskId;
    /// For changes that are made together.
    fn batch_id(&self) -> BatchId;
    /// For a new account.
    fn user_id(&self) -> UserId;
    /// For a new session.
    fn session_id(&self) -> SessionId;
    /// For a new access token, its `jti`.
    fn token_id(&self) -> String;
    /// For a new token for a program.
    fn api_token_id(&self) -> ApiTokenId;
    /// For a new entry of the audit trail.
    fn audit_id(&self) -> AuditId;
    /// For a request that brought none.
    fn request_id(&self) -> RequestId;
}
