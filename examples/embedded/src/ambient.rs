//! The clock and the randomness of the machine. Everything else gets the time and new ids from here.

#![expect(
    clippy::disallowed_methods,
    reason = "this is where the ports to the clock and to randomness end"
)]

use chrono::Utc;
use taskwell_application::ports::{Clock, IdGenerator};
use taskwell_domain::{ApiTokenId, AuditId, BatchId, RequestId, SessionId, TaskId, Timestamp, UserId};
use uuid::Uuid;

/// The clock of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::from(Utc::now())
    }
}

/// Ids as UUIDv7: the time, then random bits.
#[derive(Clone, Copy, Debug, Default)]
pub struct RandomIds;

impl IdGenerator for RandomIds {
    fn task_id(&self) -> TaskId {
        Uuid::now_v7().into()
    }

    fn batch_id(&self) -> BatchId {
        Uuid::now_v7().into()
    }

    fn user_id(&self) -> UserId {
        Uuid::now_v7().into()
    }

    fn session_id(&self) -> SessionId {
        Uuid::now_v7().into()
    }

    fn token_id(&self) -> String {
        Uuid::now_v7().to_string()
    }

    fn api_token_id(&self) -> ApiTokenId {
        Uuid::now_v7().into()
    }

    fn audit_id(&self) -> AuditId {
        Uuid::now_v7().into()
    }

    #[expect(clippy::expect_used, reason = "a UUID passes the check of the type")]
    fn request_id(&self) -> RequestId {
        RequestId::parse(&self.token_id()).expect("a UUID is 36 of 0-9, a-f and hyphen")
    }
}
