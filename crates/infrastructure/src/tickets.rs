//! Tickets for streams as JWT.

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use taskwell_application::{
    identity::{Door, Footing},
    ports::{InvalidToken, TicketClaims, Tickets},
};
use taskwell_domain::{ApiTokenId, SessionId, Timestamp, UserId};

use crate::{SigningKeys, access_tokens::OURSELVES, jwt};

/// Who tickets are for.
const STREAMS: &str = "taskwell/changes/stream";

/// What a ticket calls itself; access tokens call themselves otherwise.
const TYPE: &str = "ticket+jwt";

/// Signs tickets under a key of their own, derived from the one that signs access tokens: neither is ever taken
/// for the other, and all servers with the same key take each other's tickets.
pub struct JwtTickets {
    header: Header,
    signing: EncodingKey,
    verifying: DecodingKey,
    validation: Validation,
}

impl JwtTickets {
    /// Tickets of servers with these keys.
    #[must_use]
    pub fn new(keys: &SigningKeys) -> Self {
        jwt::choose_cryptography();
        let key = keys.derived("tickets");
        let mut header = Header::new(Algorithm::HS256);
        header.typ = Some(TYPE.to_owned());
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[OURSELVES]);
        validation.set_audience(&[STREAMS]);
        validation.set_required_spec_claims(&["iss", "aud", "sub", "exp"]);
        // For the caller, who has the clock.
        validation.validate_exp = false;
        Self {
            header,
            signing: EncodingKey::from_secret(&key),
            verifying: DecodingKey::from_secret(&key),
            validation,
        }
    }
}

impl Tickets for JwtTickets {
    #[expect(
        clippy::expect_used,
        reason = "HMAC takes any key, and the claims are plain JSON"
    )]
    fn sign(&self, claims: &TicketClaims) -> String {
        jsonwebtoken::encode(&self.header, &WireClaims::from(claims), &self.signing)
            .expect("a ticket can be signed")
    }

    fn verify(&self, ticket: &str) -> Result<TicketClaims, InvalidToken> {
        if ticket.len() > jwt::MAX_LENGTH {
            return Err(InvalidToken);
        }
        let ticket = jsonwebtoken::decode::<WireClaims>(ticket, &self.verifying, &self.validation)
            .map_err(|_| InvalidToken)?;
        if ticket.header.typ.as_deref() != Some(TYPE) {
            return Err(InvalidToken);
        }
        ticket.claims.try_into()
    }
}

/// The claims as they stand in the ticket.
#[derive(Debug, Serialize, Deserialize)]
struct WireClaims {
    iss: String,
    sub: String,
    aud: String,
    exp: i64,
    #[serde(flatten)]
    door: WireDoor,
    /// When the token ends by itself.
    until: Option<Timestamp>,
}

/// What the token rests on.
#[derive(Debug, Serialize, Deserialize)]
enum WireDoor {
    #[serde(rename = "session")]
    Session(SessionId),
    #[serde(rename = "token")]
    ApiToken(ApiTokenId),
    #[serde(rename = "outside")]
    Outside(Option<Timestamp>),
}

impl From<&TicketClaims> for WireClaims {
    fn from(claims: &TicketClaims) -> Self {
        let footing = &claims.footing;
        Self {
            iss: OURSELVES.to_owned(),
            sub: footing.user_id.to_string(),
            aud: STREAMS.to_owned(),
            exp: claims.expires_at.unix_seconds(),
            door: match footing.door {
                Door::Session(id) => WireDoor::Session(id),
                Door::ApiToken(id) => WireDoor::ApiToken(id),
                Door::Outside(issued_at) => WireDoor::Outside(issued_at),
            },
            until: footing.expires_at,
        }
    }
}

impl TryFrom<WireClaims> for TicketClaims {
    type Error = InvalidToken;

    fn try_from(claims: WireClaims) -> Result<Self, InvalidToken> {
        let expires_at = chrono::DateTime::from_timestamp(claims.exp, 0).ok_or(InvalidToken)?;
        Ok(Self {
            footing: Footing {
                user_id: UserId::parse(&claims.sub).map_err(|_| InvalidToken)?,
                door: match claims.door {
                    WireDoor::Session(id) => Door::Session(id),
                    WireDoor::ApiToken(id) => Door::ApiToken(id),
                    WireDoor::Outside(issued_at) => Door::Outside(issued_at),
                },
                expires_at: claims.until,
            },
            expires_at: expires_at.into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use taskwell_application::ports::{AccessClaims, AccessTokens};
    use taskwell_domain::Role;

    use super::*;
    use crate::JwtAccessTokens;

    const SECRET: &[u8] = b"an example of a secret, 32 bytes";
    const ID: &str = "0192f0c1-2345-7abc-8def-0123456789ab";

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn under(secret: &[u8]) -> JwtTickets {
        JwtTickets::new(&SigningKeys::secret(secret))
    }

    fn claims(door: Door, until: Option<Timestamp>) -> TicketClaims {
        TicketClaims {
            footing: Footing {
                user_id: UserId::parse("ada").unwrap(),
                door,
                expires_at: until,
            },
            expires_at: at("2026-11-21T09:31:00Z"),
        }
    }

    fn session() -> Door {
        Door::Session(SessionId::parse(ID).unwrap())
    }

    #[test]
    fn what_was_signed_is_read_back_whatever_it_rests_on() {
        let fine = at("2026-11-21T09:45:00.123Z");
        for (door, until) in [
            (session(), Some(fine)),
            (Door::ApiToken(ApiTokenId::parse(ID).unwrap()), None),
            (Door::Outside(Some(fine)), Some(fine)),
            (Door::Outside(None), Some(fine)),
        ] {
            let claims = claims(door, until);
            let ticket = under(SECRET).sign(&claims);
            assert_eq!(under(SECRET).verify(&ticket), Ok(claims));
        }
    }

    #[test]
    fn a_ticket_under_another_key_or_changed_is_refused() {
        let ticket = under(SECRET).sign(&claims(session(), None));
        let refused = Err(InvalidToken);
        assert_eq!(
            under(b"another secret that has 32 bytes").verify(&ticket),
            refused
        );
        for text in ["", "a.b.c", &ticket[1..], &format!("{ticket}A")] {
            assert_eq!(under(SECRET).verify(text), refused);
        }
    }

    #[test]
    fn a_ticket_is_no_access_token_nor_an_access_token_a_ticket() {
        let tokens = JwtAccessTokens::new(SigningKeys::secret(SECRET));
        let ticket = under(SECRET).sign(&claims(session(), None));
        assert_eq!(tokens.verify(&ticket), Err(InvalidToken));
        let token = tokens.sign(&AccessClaims {
            user_id: UserId::parse("ada").unwrap(),
            session_id: SessionId::parse(ID).unwrap(),
            token_id: ID.to_owned(),
            email: None,
            role: Role::User,
            issued_at: at("2026-11-21T09:30:00Z"),
            expires_at: at("2026-11-21T09:45:00Z"),
        });
        assert_eq!(under(SECRET).verify(&token), Err(InvalidToken));
        // Nor would they be under one key.
        let key = SigningKeys::secret(SECRET).derived("tickets");
        let same = JwtAccessTokens::new(SigningKeys::secret(&key));
        assert_eq!(same.verify(&ticket), Err(InvalidToken));
    }

    #[test]
    fn what_calls_itself_something_else_is_no_ticket() {
        let tickets = under(SECRET);
        let claims = WireClaims::from(&claims(session(), None));
        let forge = |header: &Header, claims: &WireClaims| {
            jsonwebtoken::encode(header, claims, &tickets.signing).unwrap()
        };
        assert!(tickets.verify(&forge(&tickets.header, &claims)).is_ok());
        let plain = Header::new(Algorithm::HS256);
        assert_eq!(tickets.verify(&forge(&plain, &claims)), Err(InvalidToken));
        for (iss, aud) in [("elsewhere", STREAMS), (OURSELVES, OURSELVES)] {
            let other = WireClaims {
                iss: iss.to_owned(),
                aud: aud.to_owned(),
                sub: "ada".to_owned(),
                exp: claims.exp,
                door: WireDoor::Outside(None),
                until: None,
            };
            assert_eq!(tickets.verify(&forge(&tickets.header, &other)), Err(InvalidToken));
        }
    }
}
