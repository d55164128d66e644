//! Sessions.

use std::time::Duration;

use crate::{Timestamp, UserId, id::uuid_newtype};

uuid_newtype! {
    /// The id of a session.
    SessionId
}

/// A login that lasts until it is ended or expires.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its id, the `sid` of its access tokens.
    pub id: SessionId,
    /// Who logged in.
    pub user_id: UserId,
    /// When.
    pub created_at: Timestamp,
    /// From when on it is over by itself.
    pub expires_at: Timestamp,
    /// When it was ended by a logout, if it was.
    pub ended_at: Option<Timestamp>,
}

impl Session {
    /// A session that begins now and lasts for `lifetime`.
    #[must_use]
    pub fn start(id: SessionId, user_id: UserId, lifetime: Duration, now: Timestamp) -> Self {
        Self {
            id,
            user_id,
            created_at: now,
            expires_at: now.after(lifetime),
            ended_at: None,
        }
    }

    /// Whether its tokens work at `now`.
    #[must_use]
    pub fn is_active(&self, now: Timestamp) -> bool {
        self.ended_at.is_none() && now < self.expires_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session() -> (Session, Timestamp) {
        let now: Timestamp = "2026-11-21T09:30:00Z".parse().unwrap();
        let user = UserId::parse("u1").unwrap();
        let id = SessionId::parse("0192f0c1-2345-7abc-8def-0123456789ab").unwrap();
        (Session::start(id, user, Duration::from_secs(60), now), now)
    }

    #[test]
    fn a_session_works_until_the_instant_it_expires() {
        let (session, now) = session();
        assert!(session.is_active(now));
        assert!(session.is_active(now.after(Duration::from_millis(59_999))));
        assert!(!session.is_active(now.after(Duration::from_secs(60))));
    }

    #[test]
    fn an_ended_session_works_no_more() {
        let (mut session, now) = session();
        session.ended_at = Some(now);
        assert!(!session.is_active(now));
    }
}
