use taskwell_domain::{
    ActorKind, ApiTokenId, ChangeActor, Client, FaultCode, Grant, RequestId, Role, Scope, SessionId,
    Timestamp, User, UserId,
};

use super::{Footing, Identity};
use crate::{
    Actor, Error,
    administration::Administrator,
    ports::{AccessClaims, OpaqueKind, TokenHash},
};

/// Somebody who is known, and what the token that they showed opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authenticated {
    /// Who acts.
    pub actor: Actor,
    /// What the account may do.
    pub role: Role,
    /// What the token opens of that.
    pub grant: Grant,
    /// Which kind of token it was.
    pub door: Door,
    /// When the token ends by itself, if it does.
    pub expires_at: Option<Timestamp>,
}

/// What a token rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Door {
    /// A session here.
    Session(SessionId),
    /// A token for a program.
    ApiToken(ApiTokenId),
    /// A login at another issuer, whose token was given out then.
    Outside(Option<Timestamp>),
}

impl Authenticated {
    /// Lets pass whose token covers `scope`.
    ///
    /// # Errors
    /// [`Error::InsufficientScope`] for the others.
    pub fn require(&self, scope: Scope) -> Result<(), Error> {
        if self.grant.covers(scope) {
            Ok(())
        } else {
            Err(Error::InsufficientScope(Some(scope)))
        }
    }

    /// Lets pass whose token opens tasks, to read or to write.
    ///
    /// # Errors
    /// [`Error::InsufficientScope`] for the others.
    pub fn require_tasks(&self) -> Result<(), Error> {
        match self.grant.covers(Scope::TasksWrite) {
            true => Ok(()),
            false => self.require(Scope::TasksRead),
        }
    }

    /// Lets pass who has logged in, here or elsewhere.
    ///
    /// # Errors
    /// [`Error::InsufficientScope`] for programs with a token.
    pub fn require_login(&self) -> Result<(), Error> {
        match self.grant {
            Grant::Everything => Ok(()),
            Grant::Only(_) => Err(Error::InsufficientScope(None)),
        }
    }

    /// Lets pass who has logged in as an admin.
    ///
    /// # Errors
    /// [`Error::InsufficientScope`] for programs with a token, [`Error::Forbidden`] for everybody else.
    pub fn require_admin(&self) -> Result<Administrator, Error> {
        self.require_login()?;
        match self.role {
            Role::Admin => Ok(Administrator::account(self.actor.user_id.clone())),
            Role::User => Err(Error::Forbidden("this is for admins alone")),
        }
    }

    /// The session that the token rests on.
    #[must_use]
    pub fn session_id(&self) -> Option<SessionId> {
        match self.door {
            Door::Session(id) => Some(id),
            Door::ApiToken(_) | Door::Outside(_) => None,
        }
    }

    /// What it takes for this to go on.
    #[must_use]
    pub fn footing(&self) -> Footing {
        Footing {
            user_id: self.actor.user_id.clone(),
            door: self.door.clone(),
            expires_at: self.expires_at,
        }
    }
}

impl Identity {
    /// Who presents this access token: one of a session here, one for programs, or one of another issuer. From
    /// where is asked only if somebody from elsewhere comes for the first time.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] for what is none of these, or an account that is gone;
    /// [`Error::TokenExpired`]; [`Error::SessionRevoked`] for what was ended or revoked;
    /// [`Error::AccountDisabled`]; [`Error::Forbidden`] for somebody from elsewhere whose id is taken.
    pub async fn authenticate(
        &self,
        token: &str,
        client: impl FnOnce() -> Client,
        request_id: RequestId,
    ) -> Result<Authenticated, Error> {
        if let Some(hash) = self.ports.opaque_tokens.hash(OpaqueKind::Api, token) {
            return self.by_api_token(&hash, request_id).await;
        }
        match self.ports.access_tokens.verify(token) {
            Ok(claims) => self.by_session(claims, request_id).await,
            Err(_) => self.by_outside_token(token, client, request_id).await,
        }
    }

    async fn by_session(&self, claims: AccessClaims, request_id: RequestId) -> Result<Authenticated, Error> {
        let now = self.ports.clock.now();
        if claims.expires_at <= now {
            return Err(Error::TokenExpired);
        }
        let held = self
            .ports
            .sessions
            .find(&claims.user_id, claims.session_id)
            .await?;
        let Some(held) = held else {
            // Sessions go with their account.
            return Err(match self.ports.users.find(&claims.user_id).await? {
                Some(_) => Error::SessionRevoked,
                None => Error::Unauthenticated,
            });
        };
        if !held.session.is_active(now) {
            return Err(Error::SessionRevoked);
        }
        let_in(&held.user)?;
        Ok(Authenticated {
            actor: Actor {
                user_id: claims.user_id,
                via: ChangeActor {
                    kind: ActorKind::Session,
                    id: claims.session_id.to_string(),
                },
                request_id,
            },
            role: held.user.role,
            grant: Grant::Everything,
            door: Door::Session(claims.session_id),
            expires_at: Some(claims.expires_at),
        })
    }

    async fn by_api_token(&self, hash: &TokenHash, request_id: RequestId) -> Result<Authenticated, Error> {
        let held = self
            .ports
            .api_tokens
            .find(hash)
            .await?
            .ok_or(Error::Unauthenticated)?;
        let (token, user) = (&held.token, &held.user);
        let now = self.ports.clock.now();
        if token.has_expired(now) {
            return Err(Error::TokenExpired);
        }
        if !self.has_trusted_issuer(user) {
            return Err(Error::Unauthenticated);
        }
        let_in(user)?;
        if token.is_use_worth_noting(now) {
            self.ports.api_tokens.note_use(&user.id, token.id, now).await?;
        }
        Ok(Authenticated {
            actor: Actor {
                user_id: user.id.clone(),
                via: ChangeActor {
                    kind: ActorKind::Token,
                    id: token.id.to_string(),
                },
                request_id,
            },
            role: user.role,
            grant: Grant::Only(token.scopes.clone()),
            door: Door::ApiToken(token.id),
            expires_at: token.expires_at,
        })
    }

    /// Whether anybody can still log in to that account: the operator may have taken its issuer away.
    pub(super) fn has_trusted_issuer(&self, user: &User) -> bool {
        user.issuer.is_ourselves() || self.ports.outside_tokens.trusts(&user.issuer)
    }

    async fn by_outside_token(
        &self,
        token: &str,
        client: impl FnOnce() -> Client,
        request_id: RequestId,
    ) -> Result<Authenticated, Error> {
        let now = self.ports.clock.now();
        let claims = self.ports.outside_tokens.verify(token, now).await?;
        let id = UserId::parse(&claims.subject).map_err(|fault| match fault.code {
            // In an address, the word would mean somebody else each time.
            FaultCode::InvalidValue => Error::Forbidden("the subject of the token is a word that is no id"),
            _ => Error::Unauthenticated,
        })?;
        let known = self.ports.users.find_lately(&id).await?;
        let admitted;
        let user: &User = match &known {
            Some(user) => user,
            None => {
                admitted = self.admit(&id, &claims, &client()).await?;
                &admitted
            }
        };
        if user.issuer != claims.issuer {
            return Err(Error::Forbidden(
                "the subject of the token is the id of another issuer's account",
            ));
        }
        if !user.accepts_issued(claims.issued_at) {
            return Err(Error::SessionRevoked);
        }
        let_in(user)?;
        if let Some(issued_at) = claims.issued_at
            && user.last_login_at.is_none_or(|last| issued_at > last)
        {
            self.ports.users.note_token(&id, claims.email, issued_at).await?;
        }
        Ok(Authenticated {
            actor: Actor {
                user_id: id,
                via: ChangeActor {
                    kind: ActorKind::Session,
                    id: claims.issuer.to_string(),
                },
                request_id,
            },
            role: if claims.is_admin { Role::Admin } else { user.role },
            grant: Grant::Everything,
            door: Door::Outside(claims.issued_at),
            expires_at: Some(claims.expires_at),
        })
    }
}

/// # Errors
/// [`Error::AccountDisabled`] for an account that is shut out.
pub(super) fn let_in(user: &User) -> Result<(), Error> {
    if user.is_disabled() {
        Err(Error::AccountDisabled)
    } else {
        Ok(())
    }
}
