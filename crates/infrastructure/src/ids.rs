//! New ids.

use taskwell_application::ports::IdGenerator;
use taskwell_domain::{ApiTokenId, AuditId, BatchId, RequestId, SessionId, TaskId, UserId};
use uuid::Uuid;

/// Makes UUIDv7 (RFC 9562): they sort by the time they were made, within one process strictly.
#[derive(Clone, Copy, Debug, Default)]
pub struct UuidV7Ids;

#[expect(clippy::disallowed_methods, reason = "this is the port")]
fn new() -> Uuid {
    Uuid::now_v7()
}

#[expect(clippy::expect_used, reason = "the text of a UUID is such an id")]
impl IdGenerator for UuidV7Ids {
    fn task_id(&self) -> TaskId {
        TaskId::from(new())
    }

    fn batch_id(&self) -> BatchId {
        BatchId::from(new())
    }

    fn user_id(&self) -> UserId {
        UserId::parse(&new().to_string()).expect("36 visible characters")
    }

    fn session_id(&self) -> SessionId {
        SessionId::from(new())
    }

    fn token_id(&self) -> String {
        new().to_string()
    }

    fn api_token_id(&self) -> ApiTokenId {
        ApiTokenId::from(new())
    }

    fn audit_id(&self) -> AuditId {
        AuditId::from(new())
    }

    fn request_id(&self) -> RequestId {
        RequestId::parse(&new().to_string()).expect("36 hexadecimal digits and hyphens")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_can_be_made_and_later_ones_sort_after_earlier_ones() {
        let ids = UuidV7Ids;
        assert!(ids.task_id() < ids.task_id());
        assert!(ids.batch_id() < ids.batch_id());
        assert!(ids.session_id() < ids.session_id());
        assert!(ids.user_id() < ids.user_id());
        assert!(ids.token_id() < ids.token_id());
        assert!(ids.api_token_id() < ids.api_token_id());
        assert!(ids.audit_id() < ids.audit_id());
        assert!(ids.request_id().as_str() < ids.request_id().as_str());
        assert_eq!(ids.task_id().as_uuid().get_version_num(), 7);
    }
}
