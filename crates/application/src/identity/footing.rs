use std::collections::HashMap;

use taskwell_domain::{ApiTokenId, SessionId, Timestamp, User, UserId};

use super::{Door, Identity, authenticate::let_in};
use crate::{
    Error,
    ports::{HeldApiToken, HeldSession},
};

/// What somebody's access rests on: who is let in for longer than a request is looked at again by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Footing {
    /// Who it is.
    pub user_id: UserId,
    /// What the token rests on.
    pub door: Door,
    /// When the token ends by itself, if it does.
    pub expires_at: Option<Timestamp>,
}

impl Identity {
    /// Looks again at those who were let in before, all at once, as things are at this moment: for each of them,
    /// in the order given, whether the token would still be let in.
    ///
    /// # Errors
    /// None of its own.
    pub async fn look_again(&self, footings: &[Footing]) -> Result<Vec<Result<(), Error>>, Error> {
        let found = self.find(footings).await?;
        let now = self.ports.clock.now();
        Ok(footings
            .iter()
            .map(|footing| match footing.expires_at {
                Some(expires_at) if expires_at <= now => Err(Error::TokenExpired),
                _ => self.stands(footing, &found, now),
            })
            .collect())
    }

    async fn find(&self, footings: &[Footing]) -> Result<Found, Error> {
        let (mut sessions, mut api_tokens, mut users) = (Vec::new(), Vec::new(), Vec::new());
        for Footing { user_id, door, .. } in footings {
            match door {
                Door::Session(id) => sessions.push((user_id.clone(), *id)),
                Door::ApiToken(id) => api_tokens.push((user_id.clone(), *id)),
                Door::Outside(_) => users.push(user_id.clone()),
            }
        }
        let mut found = Found::default();
        if !sessions.is_empty() {
            let all = self.ports.sessions.find_all(&sessions).await?;
            found.sessions = all.into_iter().map(|held| (held.session.id, held)).collect();
            // Sessions go with their account: whether that is there tells which of them it was.
            let lost = sessions
                .into_iter()
                .filter(|(_, id)| !found.sessions.contains_key(id));
            users.extend(lost.map(|(user, _)| user));
        }
        if !api_tokens.is_empty() {
            let all = self.ports.api_tokens.find_all(&api_tokens).await?;
            found.api_tokens = all.into_iter().map(|held| (held.token.id, held)).collect();
        }
        if !users.is_empty() {
            let all = self.ports.users.find_all(&users).await?;
            found.users = all.into_iter().map(|user| (user.id.clone(), user)).collect();
        }
        Ok(found)
    }

    fn stands(&self, footing: &Footing, found: &Found, now: Timestamp) -> Result<(), Error> {
        let user_id = &footing.user_id;
        match footing.door {
            Door::Session(id) => match found.sessions.get(&id) {
                Some(held) if held.session.is_active(now) => let_in(&held.user),
                Some(_) => Err(Error::SessionRevoked),
                None if found.users.contains_key(user_id) => Err(Error::SessionRevoked),
                None => Err(Error::Unauthenticated),
            },
            Door::ApiToken(id) => {
                let held = found.api_tokens.get(&id).ok_or(Error::Unauthenticated)?;
                if !self.has_trusted_issuer(&held.user) {
                    return Err(Error::Unauthenticated);
                }
                let_in(&held.user)
            }
            Door::Outside(issued_at) => {
                let user = found.users.get(user_id).ok_or(Error::Unauthenticated)?;
                if !user.accepts_issued(issued_at) {
                    return Err(Error::SessionRevoked);
                }
                let_in(user)
            }
        }
    }
}

/// What is there of what the footings name.
#[derive(Default)]
struct Found {
    sessions: HashMap<SessionId, HeldSession>,
    api_tokens: HashMap<ApiTokenId, HeldApiToken>,
    users: HashMap<UserId, User>,
}
