use std::fmt;

use taskwell_domain::{
    ApiToken, ApiTokenId, AuditAction, Client, Fault, FaultCode, FieldFault, Scopes, Timestamp, TokenName,
};

use super::{Authenticated, Door, Identity};
use crate::{
    Error,
    audit::Noted,
    ports::{Login, OpaqueKind, StoreError},
};

/// How many tokens for programs an account can have: nobody looks through more.
const MAX_TOKENS: usize = 100;

/// A token for a program to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateApiToken {
    /// What its owner calls it.
    pub name: TokenName,
    /// What it may be used for.
    pub scopes: Scopes,
    /// From when on it works no more, if ever.
    pub expires_at: Option<Timestamp>,
}

/// A new token for a program, and the only time that its text is known. It cannot be printed.
#[derive(Clone, PartialEq, Eq)]
pub struct CreatedApiToken {
    /// What is known of it from now on.
    pub token: ApiToken,
    /// The token itself.
    pub text: String,
}

impl fmt::Debug for CreatedApiToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CreatedApiToken")
            .field("token", &self.token)
            .finish_non_exhaustive()
    }
}

impl Identity {
    /// Makes a token for a program.
    ///
    /// # Errors
    /// [`Error::Validation`] if it would have expired already, [`Error::Forbidden`] where there are too many,
    /// [`Error::SessionRevoked`] if the caller's login is over by now.
    pub async fn create_api_token(
        &self,
        caller: &Authenticated,
        command: CreateApiToken,
        client: &Client,
    ) -> Result<CreatedApiToken, Error> {
        let now = self.ports.clock.now();
        if command.expires_at.is_some_and(|expires_at| expires_at <= now) {
            let fault = Fault::new(FaultCode::OutOfRange, "must lie in the future");
            return Err(Error::Validation(vec![FieldFault {
                field: "expires_at",
                fault,
            }]));
        }
        let user = &caller.actor.user_id;
        let login = match caller.door {
            Door::Session(id) => Login::Session(id),
            Door::Outside(issued_at) => Login::Outside(issued_at),
            Door::ApiToken(_) => return Err(Error::InsufficientScope(None)),
        };
        if self.ports.api_tokens.list(user).await?.len() >= MAX_TOKENS {
            return Err(Error::Forbidden(
                "an account can have 100 tokens for programs: revoke one that is not needed any more",
            ));
        }
        let token = ApiToken {
            id: self.ports.ids.api_token_id(),
            user_id: user.clone(),
            name: command.name,
            scopes: command.scopes,
            created_at: now,
            last_used_at: None,
            expires_at: command.expires_at,
        };
        let secret = self.ports.opaque_tokens.generate(OpaqueKind::Api);
        let entry = Noted::new(AuditAction::TokenCreated, user)
            .detail(format!("token {}", token.id))
            .entry(&*self.ports.ids, Some(user), client, now);
        match self
            .ports
            .api_tokens
            .add(&token, &secret.hash, login, &entry)
            .await
        {
            Ok(()) => Ok(CreatedApiToken {
                token,
                text: secret.text,
            }),
            Err(StoreError::Stale) => Err(Error::SessionRevoked),
            Err(error) => Err(error.into()),
        }
    }

    /// The caller's tokens for programs, newest first, expired ones included.
    ///
    /// # Errors
    /// None of its own.
    pub async fn api_tokens(&self, caller: &Authenticated) -> Result<Vec<ApiToken>, Error> {
        Ok(self.ports.api_tokens.list(&caller.actor.user_id).await?)
    }

    /// Revokes one of the caller's tokens for programs; it stops working at once.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the caller has no token of that id.
    pub async fn revoke_api_token(
        &self,
        caller: &Authenticated,
        id: ApiTokenId,
        client: &Client,
    ) -> Result<(), Error> {
        let user = &caller.actor.user_id;
        let entry = Noted::new(AuditAction::TokenRevoked, user)
            .detail(format!("token {id}"))
            .entry(&*self.ports.ids, Some(user), client, self.ports.clock.now());
        match self.ports.api_tokens.delete(user, id, &entry).await? {
            true => Ok(()),
            false => Err(Error::NotFound("token")),
        }
    }
}
