//! Tokens for programs.

use std::time::Duration;

use crate::{
    Fault, Scopes, Timestamp, UserId,
    id::uuid_newtype,
    text::{check_control, check_length, text_newtype},
};

uuid_newtype! {
    /// The id of a token for a program.
    ApiTokenId
}

/// How exactly the last use of a token is known: to note each one would be a write for every request.
const USE_PRECISION: Duration = Duration::from_secs(60);

/// A personal access token: opens some of an account to a program. The token itself is shown once and not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiToken {
    /// Its id, which opens nothing.
    pub id: ApiTokenId,
    /// Whose account it opens.
    pub user_id: UserId,
    /// What its owner calls it.
    pub name: TokenName,
    /// What it may be used for.
    pub scopes: Scopes,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// From when on it works no more, if ever.
    pub expires_at: Option<Timestamp>,
}

impl ApiToken {
    /// Whether it has expired.
    #[must_use]
    pub fn has_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|expires_at| expires_at <= now)
    }

    /// Whether a use at `now` says something new about when it was last used.
    #[must_use]
    pub fn is_use_worth_noting(&self, now: Timestamp) -> bool {
        self.last_used_at
            .is_none_or(|last| last.after(USE_PRECISION) <= now)
    }
}

/// The name of a token: 1 to 100 characters after trimming, no control characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TokenName(String);

text_newtype!(TokenName);

impl TokenName {
    /// Trims and checks the text.
    ///
    /// # Errors
    /// [`FaultCode::TooShort`](crate::FaultCode::TooShort), [`FaultCode::TooLong`](crate::FaultCode::TooLong),
    /// [`FaultCode::ControlCharacter`](crate::FaultCode::ControlCharacter).
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let text = text.trim();
        check_length(text, 1, 100)?;
        check_control(text, &[])?;
        Ok(Self(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FaultCode, Scope};

    fn token(now: Timestamp) -> ApiToken {
        ApiToken {
            id: ApiTokenId::parse("0192f0c1-2345-7abc-8def-0123456789ab").unwrap(),
            user_id: UserId::parse("u1").unwrap(),
            name: TokenName::parse("backup").unwrap(),
            scopes: Scopes::new(&[Scope::TasksRead]).unwrap(),
            created_at: now,
            last_used_at: None,
            expires_at: None,
        }
    }

    #[test]
    fn a_token_expires_at_the_instant_it_says_if_ever() {
        let now: Timestamp = "2026-11-21T09:30:00Z".parse().unwrap();
        let mut token = token(now);
        assert!(!token.has_expired(now.after(Duration::from_secs(1 << 32))));
        token.expires_at = Some(now.after(Duration::from_millis(1)));
        assert!(!token.has_expired(now));
        assert!(token.has_expired(now.after(Duration::from_millis(1))));
    }

    #[test]
    fn a_use_is_noted_once_a_minute() {
        let now: Timestamp = "2026-11-21T09:30:00Z".parse().unwrap();
        let mut token = token(now);
        assert!(token.is_use_worth_noting(now));
        token.last_used_at = Some(now);
        assert!(!token.is_use_worth_noting(now.after(Duration::from_millis(59_999))));
        assert!(token.is_use_worth_noting(now.after(Duration::from_secs(60))));
    }

    #[test]
    fn a_name_is_short_and_visible() {
        assert_eq!(
            TokenName::parse(" nightly backup ").unwrap().as_str(),
            "nightly backup"
        );
        assert!(TokenName::parse(&"🙂".repeat(100)).is_ok());
        let code = |text: &str| TokenName::parse(text).unwrap_err().code;
        assert_eq!(code(" "), FaultCode::TooShort);
        assert_eq!(code(&"x".repeat(101)), FaultCode::TooLong);
        assert_eq!(code("a\nb"), FaultCode::ControlCharacter);
    }
}
