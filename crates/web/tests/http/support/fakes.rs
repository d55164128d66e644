//! Ports that tests can look into.

use std::{
    collections::hash_map::DefaultHasher,
    hash::{Hash, Hasher},
    sync::{
        Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use taskwell_application::identity::{Authenticated, Door, Footing};
use taskwell_application::ports::{
    AccessClaims, AccessTokens, Clock, HashingError, InvalidToken, OpaqueKind, OpaqueToken, OpaqueTokens,
    OutsideClaims, OutsideRefusal, OutsideTokens, PasswordHash, PasswordHasher, PublicKey, RequestLimit,
    TicketClaims, Tickets, TokenHash,
};
use taskwell_domain::{
    Allowance, ApiTokenId, Email, Issuer, NewPassword, Password, Quota, Role, SessionId, Timestamp, UserId,
};
use taskwell_web::Assistants;

/// Answers a message with itself, its headers and who sent it; `refuse` in it says with which status.
pub(crate) struct EchoingAssistants;

#[async_trait]
impl Assistants for EchoingAssistants {
    async fn answer(&self, caller: Authenticated, message: http::Request<String>) -> http::Response<Vec<u8>> {
        let body: Value = serde_json::from_str(message.body()).unwrap();
        let mut headers: Vec<&str> = message.headers().keys().map(http::HeaderName::as_str).collect();
        headers.sort_unstable();
        let said = json!({"message": body, "headers": headers, "user_id": caller.actor.user_id.as_str()});
        let (status, media_type, text) = match body["refuse"].as_str() {
            None => (200, "application/json", said.to_string()),
            Some("in JSON") => (400, "application/json", said.to_string()),
            Some(words) => (406, "text/plain", words.to_owned()),
        };
        http::Response::builder()
            .status(status)
            .header("content-type", media_type)
            .body(text.into_bytes())
            .unwrap()
    }
}

/// A clock that stands still until it is moved.
pub(crate) struct MovedClock(Mutex<Timestamp>);

impl MovedClock {
    pub(crate) fn at(instant: &str) -> Self {
        Self(Mutex::new(instant.parse().unwrap()))
    }

    pub(crate) fn advance(&self, duration: Duration) {
        let mut now = self.0.lock().unwrap();
        *now = now.after(duration);
    }
}

impl Clock for MovedClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

/// Passwords that are kept as they are: hashing is not what is tested here.
pub(crate) struct PlainPasswords;

#[async_trait]
impl PasswordHasher for PlainPasswords {
    async fn hash(&self, password: &NewPassword) -> Result<PasswordHash, HashingError> {
        Ok(kept(password.as_password()))
    }

    async fn verify(&self, password: &Password, hash: Option<PasswordHash>) -> Result<bool, HashingError> {
        Ok(hash == Some(kept(password)))
    }
}

fn kept(password: &Password) -> PasswordHash {
    format!("{:?}", password.as_bytes()).into()
}

/// Access tokens that anybody can read, and anybody who knows this file can sign.
pub(crate) struct ReadableTokens(pub(crate) Vec<PublicKey>);

impl AccessTokens for ReadableTokens {
    fn sign(&self, claims: &AccessClaims) -> String {
        token(&json!({
            "sub": claims.user_id.as_str(),
            "sid": claims.session_id.to_string(),
            "jti": claims.token_id,
            "email": claims.email.as_ref().map(Email::as_str),
            "role": claims.role.as_str(),
            "iat": claims.issued_at.to_string(),
            "exp": claims.expires_at.to_string(),
        }))
    }

    fn verify(&self, text: &str) -> Result<AccessClaims, InvalidToken> {
        read(text).ok_or(InvalidToken)
    }

    fn public_keys(&self) -> Vec<PublicKey> {
        self.0.clone()
    }
}

/// A token that is signed as ours are, whatever it says.
pub(crate) fn token(claims: &Value) -> String {
    let payload = BASE64_URL_SAFE_NO_PAD.encode(claims.to_string());
    format!("{payload}.{:x}", signature(&payload))
}

fn signature(payload: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    payload.hash(&mut hasher);
    hasher.finish()
}

/// What a token says, if it is signed as ours are.
pub(crate) fn claims(token: &str) -> Option<Value> {
    let (payload, signed) = token.split_once('.')?;
    if signed != format!("{:x}", signature(payload)) {
        return None;
    }
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
}

fn read(token: &str) -> Option<AccessClaims> {
    let claims = claims(token)?;
    let text = |name: &str| claims[name].as_str();
    Some(AccessClaims {
        user_id: UserId::parse(text("sub")?).ok()?,
        session_id: SessionId::parse(text("sid")?).ok()?,
        token_id: text("jti")?.to_owned(),
        email: text("email").and_then(|email| Email::parse(email).ok()),
        role: Role::from_word(text("role")?)?,
        issued_at: text("iat")?.parse().ok()?,
        expires_at: text("exp")?.parse().ok()?,
    })
}

/// Tickets that are signed as tokens are, but say that they are tickets.
pub(crate) struct ReadableTickets;

impl Tickets for ReadableTickets {
    fn sign(&self, claims: &TicketClaims) -> String {
        let footing = &claims.footing;
        let door = match footing.door {
            Door::Session(id) => json!({"session": id.to_string()}),
            Door::ApiToken(id) => json!({"token": id.to_string()}),
            Door::Outside(at) => json!({"outside": at.map(|at| at.to_string())}),
        };
        token(&json!({
            "for": footing.user_id.as_str(),
            "door": door,
            "until": footing.expires_at.map(|at| at.to_string()),
            "exp": claims.expires_at.to_string(),
        }))
    }

    fn verify(&self, text: &str) -> Result<TicketClaims, InvalidToken> {
        read_ticket(text).ok_or(InvalidToken)
    }
}

fn read_ticket(text: &str) -> Option<TicketClaims> {
    let claims = claims(text)?;
    let door = &claims["door"];
    let door = if let Some(id) = door["session"].as_str() {
        Door::Session(SessionId::parse(id).ok()?)
    } else if let Some(id) = door["token"].as_str() {
        Door::ApiToken(ApiTokenId::parse(id).ok()?)
    } else {
        Door::Outside(door["outside"].as_str().and_then(|at| at.parse().ok()))
    };
    Some(TicketClaims {
        footing: Footing {
            user_id: UserId::parse(claims["for"].as_str()?).ok()?,
            door,
            expires_at: claims["until"].as_str().and_then(|at| at.parse().ok()),
        },
        expires_at: claims["exp"].as_str()?.parse().ok()?,
    })
}

/// Tokens of other issuers, which are signed as ours are but name their issuer.
pub(crate) struct ReadableOutsideTokens;

#[async_trait]
impl OutsideTokens for ReadableOutsideTokens {
    async fn verify(&self, text: &str, now: Timestamp) -> Result<OutsideClaims, OutsideRefusal> {
        let claims = read_outside(text).ok_or(OutsideRefusal::Invalid)?;
        if claims.expires_at <= now {
            return Err(OutsideRefusal::Expired);
        }
        Ok(claims)
    }

    fn trusts(&self, _: &Issuer) -> bool {
        true
    }
}

fn read_outside(token: &str) -> Option<OutsideClaims> {
    let claims = claims(token)?;
    let text = |name: &str| claims[name].as_str();
    Some(OutsideClaims {
        issuer: Issuer::parse(text("iss")?).ok()?,
        subject: text("sub")?.to_owned(),
        email: text("email").and_then(|email| Email::parse(email).ok()),
        is_admin: claims["admin"] == Value::Bool(true),
        issued_at: text("iat").and_then(|at| at.parse().ok()),
        expires_at: text("exp")?.parse().ok()?,
    })
}

/// Opaque tokens that are numbered.
#[derive(Default)]
pub(crate) struct NumberedTokens(AtomicU32);

impl OpaqueTokens for NumberedTokens {
    fn generate(&self, kind: OpaqueKind) -> OpaqueToken {
        let number = self.0.fetch_add(1, Ordering::Relaxed);
        OpaqueToken {
            text: format!("{}{number:08}", prefix(kind)),
            hash: hash(number),
        }
    }

    fn hash(&self, kind: OpaqueKind, text: &str) -> Option<TokenHash> {
        let number = text.strip_prefix(prefix(kind))?;
        (number.len() == 8).then(|| number.parse().ok().map(hash))?
    }
}

fn prefix(kind: OpaqueKind) -> &'static str {
    match kind {
        OpaqueKind::Refresh => "twr_",
        OpaqueKind::Api => "twp_",
    }
}

fn hash(number: u32) -> TokenHash {
    let mut hash = [0; 32];
    hash[..4].copy_from_slice(&number.to_be_bytes());
    TokenHash(hash)
}

/// A limit that nobody reaches.
pub(crate) struct EnoughForAll;

impl RequestLimit for EnoughForAll {
    fn take(&self, _: &UserId) -> Option<Allowance> {
        Some(Allowance {
            quota: Quota::per(50, Duration::from_secs(1)),
            remaining: Some(99),
            reset_after: Duration::from_millis(20),
        })
    }

    fn forget(&self) {}
}
