//! Sessions.

use std::time::Duration;

use crate::{Client, Timestamp, UserId, id::uuid_newtype};

uuid_newtype! {
    /// The id of a session.
    SessionId
}

/// How long a refresh token that has been used goes on working: the tabs of one browser, which share it, may
/// all use it at the same moment.
const REFRESH_GRACE: Duration = Duration::from_secs(20);

/// A login that lasts until it is ended or not renewed in time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its id, the `sid` of its access tokens.
    pub id: SessionId,
    /// Who logged in.
    pub user_id: UserId,
    /// When.
    pub created_at: Timestamp,
    /// When it was last renewed.
    pub last_used_at: Timestamp,
    /// From when on it is over by itself, unless it is renewed before.
    pub expires_at: Timestamp,
    /// When it was ended, if it was.
    pub ended_at: Option<Timestamp>,
    /// Who last renewed it, as far as that can be told.
    pub client: Client,
}

/// What became of a refresh token until it is presented.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefreshUse {
    /// When it was given out.
    pub issued_at: Timestamp,
    /// When it was first used, if it was.
    pub spent_at: Option<Timestamp>,
}

/// What comes of presenting a refresh token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Renewal {
    /// The session goes on, like this, with new tokens.
    Renewed(Session),
    /// The token had been used before, and long ago: somebody has a copy of it. The session must end.
    Reused,
    /// The session is over, or the token was left lying for as long as a session may.
    Over,
}

impl Session {
    /// A session that begins now and lasts for `lifetime`.
    #[must_use]
    pub fn start(id: SessionId, user_id: UserId, client: Client, lifetime: Duration, now: Timestamp) -> Self {
        Self {
            id,
            user_id,
            created_at: now,
            last_used_at: now,
            expires_at: now.after(lifetime),
            ended_at: None,
            client,
        }
    }

    /// Whether its tokens work at `now`.
    #[must_use]
    pub fn is_active(&self, now: Timestamp) -> bool {
        self.ended_at.is_none() && now < self.expires_at
    }

    /// What comes of presenting one of its refresh tokens for another `lifetime` from now on.
    #[must_use]
    pub fn renew(&self, token: RefreshUse, client: Client, lifetime: Duration, now: Timestamp) -> Renewal {
        if !self.is_active(now) || token.issued_at.after(lifetime) <= now {
            return Renewal::Over;
        }
        if token
            .spent_at
            .is_some_and(|spent_at| now > spent_at.after(REFRESH_GRACE))
        {
            return Renewal::Reused;
        }
        Renewal::Renewed(Self {
            last_used_at: now,
            expires_at: now.after(lifetime),
            client,
            ..self.clone()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIFETIME: Duration = Duration::from_secs(60);

    fn unspent(issued_at: Timestamp) -> RefreshUse {
        RefreshUse {
            issued_at,
            spent_at: None,
        }
    }

    fn session() -> (Session, Timestamp) {
        let now: Timestamp = "2026-11-21T09:30:00Z".parse().unwrap();
        let user = UserId::parse("u1").unwrap();
        let id = SessionId::parse("0192f0c1-2345-7abc-8def-0123456789ab").unwrap();
        (Session::start(id, user, Client::default(), LIFETIME, now), now)
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
        assert_eq!(
            session.renew(unspent(now), Client::default(), LIFETIME, now),
            Renewal::Over
        );
    }

    #[test]
    fn a_renewed_session_lasts_anew_from_then_on() {
        let (session, now) = session();
        let then = now.after(Duration::from_secs(59));
        let client = Client::new(None, Some("curl/8"));
        let Renewal::Renewed(renewed) = session.renew(unspent(now), client.clone(), LIFETIME, then) else {
            panic!("it is renewed");
        };
        assert_eq!(renewed.expires_at, then.after(LIFETIME));
        assert_eq!(renewed.last_used_at, then);
        assert_eq!(renewed.created_at, now);
        assert_eq!(renewed.client, client);
    }

    #[test]
    fn an_expired_session_is_not_renewed() {
        let (session, now) = session();
        let then = now.after(LIFETIME);
        let renewal = session.renew(unspent(then), Client::default(), LIFETIME, then);
        assert_eq!(renewal, Renewal::Over);
    }

    #[test]
    fn a_token_that_was_left_lying_for_a_lifetime_works_no_more_though_the_session_goes_on() {
        let (mut session, now) = session();
        session.expires_at = now.after(10 * LIFETIME);
        let renew = |after| {
            let then = now.after(Duration::from_millis(after));
            session.renew(unspent(now), Client::default(), LIFETIME, then)
        };
        assert!(matches!(renew(59_999), Renewal::Renewed(_)));
        assert_eq!(renew(60_000), Renewal::Over);
    }

    #[test]
    fn a_spent_token_works_for_twenty_seconds_and_then_gives_itself_away() {
        let (session, now) = session();
        let renew = |after| {
            let then = now.after(Duration::from_millis(after));
            let token = RefreshUse {
                spent_at: Some(now),
                ..unspent(now)
            };
            session.renew(token, Client::default(), LIFETIME, then)
        };
        assert!(matches!(renew(0), Renewal::Renewed(_)));
        assert!(matches!(renew(20_000), Renewal::Renewed(_)));
        assert_eq!(renew(20_001), Renewal::Reused);
    }
}
