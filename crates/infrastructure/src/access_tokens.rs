//! Access tokens as JWT.

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, crypto::aws_lc};
use serde::{Deserialize, Serialize};
use taskwell_application::ports::{AccessClaims, AccessTokens, InvalidToken};
use taskwell_domain::{Email, Role, SessionId, Timestamp, UserId};

/// Who signs, and who the tokens are for: nobody else.
const OURSELVES: &str = "taskwell";

/// Ours have some hundred bytes; nothing longer is worth parsing.
const MAX_LENGTH: usize = 8 * 1024;

/// Signs access tokens with HMAC-SHA-256 (RFC 7518 `HS256`) and accepts nothing else. A token's header
/// has no say in how it is checked.
pub struct JwtAccessTokens {
    signing_key: EncodingKey,
    verifying_key: DecodingKey,
    validation: Validation,
}

impl JwtAccessTokens {
    /// Tokens under this secret, which should have at least 256 bits.
    #[must_use]
    pub fn new(secret: &[u8]) -> Self {
        // It is chosen by the crate's features, until some dependency asks for the other one as well: then
        // the crate panics at the first token unless one is chosen here. An error means that one was before.
        let _chosen_before = aws_lc::DEFAULT_PROVIDER.install_default();
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[OURSELVES]);
        validation.set_audience(&[OURSELVES]);
        validation.set_required_spec_claims(&["iss", "aud", "sub", "exp"]);
        // For the caller, who has the clock.
        validation.validate_exp = false;
        Self {
            signing_key: EncodingKey::from_secret(secret),
            verifying_key: DecodingKey::from_secret(secret),
            validation,
        }
    }
}

impl AccessTokens for JwtAccessTokens {
    #[expect(
        clippy::expect_used,
        reason = "HMAC takes any key, and the claims are plain JSON"
    )]
    fn sign(&self, claims: &AccessClaims) -> String {
        let header = Header::new(Algorithm::HS256);
        jsonwebtoken::encode(&header, &WireClaims::from(claims), &self.signing_key)
            .expect("a token can be signed")
    }

    fn verify(&self, token: &str) -> Result<AccessClaims, InvalidToken> {
        if token.len() > MAX_LENGTH {
            return Err(InvalidToken);
        }
        jsonwebtoken::decode::<WireClaims>(token, &self.verifying_key, &self.validation)
            .map_err(|_| InvalidToken)?
            .claims
            .try_into()
    }
}

/// The claims as they stand in the token.
#[derive(Debug, Serialize, Deserialize)]
struct WireClaims {
    iss: String,
    sub: String,
    aud: String,
    exp: i64,
    iat: i64,
    jti: String,
    sid: String,
    email: Option<String>,
    role: String,
}

impl From<&AccessClaims> for WireClaims {
    fn from(claims: &AccessClaims) -> Self {
        Self {
            iss: OURSELVES.to_owned(),
            sub: claims.user_id.to_string(),
            aud: OURSELVES.to_owned(),
            exp: claims.expires_at.unix_seconds(),
            iat: claims.issued_at.unix_seconds(),
            jti: claims.token_id.clone(),
            sid: claims.session_id.to_string(),
            email: claims.email.as_ref().map(Email::to_string),
            role: claims.role.as_str().to_owned(),
        }
    }
}

impl TryFrom<WireClaims> for AccessClaims {
    type Error = InvalidToken;

    fn try_from(claims: WireClaims) -> Result<Self, InvalidToken> {
        let email = claims.email.as_deref().map(Email::parse).transpose();
        Ok(Self {
            user_id: UserId::parse(&claims.sub).map_err(|_| InvalidToken)?,
            session_id: SessionId::parse(&claims.sid).map_err(|_| InvalidToken)?,
            token_id: claims.jti,
            email: email.map_err(|_| InvalidToken)?,
            role: Role::from_word(&claims.role).ok_or(InvalidToken)?,
            issued_at: instant(claims.iat)?,
            expires_at: instant(claims.exp)?,
        })
    }
}

fn instant(seconds: i64) -> Result<Timestamp, InvalidToken> {
    chrono::DateTime::from_timestamp(seconds, 0)
        .map(Timestamp::from)
        .ok_or(InvalidToken)
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    use serde_json::{Value, json};

    use super::*;

    const SECRET: &[u8] = b"an example of a secret, 32 bytes";

    fn claims() -> AccessClaims {
        AccessClaims {
            user_id: UserId::parse("0192f0c1-2345-7abc-8def-0123456789ab").unwrap(),
            session_id: SessionId::parse("0192f0c1-2345-7abc-8def-0123456789ac").unwrap(),
            token_id: "0192f0c1-2345-7abc-8def-0123456789ad".to_owned(),
            email: Some(Email::parse("Ada@example.com").unwrap()),
            role: Role::Admin,
            issued_at: "2026-11-21T09:30:00Z".parse().unwrap(),
            expires_at: "2026-11-21T09:45:00Z".parse().unwrap(),
        }
    }

    fn wire() -> Value {
        serde_json::to_value(WireClaims::from(&claims())).unwrap()
    }

    /// Signs whatever is given, with the right key unless another is given.
    fn forge(header: &Header, claims: &Value, secret: &[u8]) -> String {
        jsonwebtoken::encode(header, claims, &EncodingKey::from_secret(secret)).unwrap()
    }

    #[track_caller]
    fn refuse(token: &str) {
        assert_eq!(JwtAccessTokens::new(SECRET).verify(token), Err(InvalidToken));
    }

    #[test]
    fn what_was_signed_is_read_back_in_whole_seconds() {
        let tokens = JwtAccessTokens::new(SECRET);
        assert_eq!(tokens.verify(&tokens.sign(&claims())), Ok(claims()));

        let fine = AccessClaims {
            issued_at: "2026-11-21T09:30:00.999Z".parse().unwrap(),
            email: None,
            role: Role::User,
            ..claims()
        };
        let read = tokens.verify(&tokens.sign(&fine)).unwrap();
        assert_eq!(read.issued_at, claims().issued_at);
        assert_eq!((read.email, read.role), (None, Role::User));
    }

    #[test]
    fn a_token_has_the_claims_that_clients_rely_on() {
        let token = JwtAccessTokens::new(SECRET).sign(&claims());
        let parts: Vec<Value> = token
            .split('.')
            .take(2)
            .map(|part| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap())
            .collect();
        assert_eq!(parts[0], json!({"typ": "JWT", "alg": "HS256"}));
        assert_eq!(
            parts[1],
            json!({
                "iss": "taskwell",
                "sub": "0192f0c1-2345-7abc-8def-0123456789ab",
                "aud": "taskwell",
                "exp": 1_795_254_300,
                "iat": 1_795_253_400,
                "jti": "0192f0c1-2345-7abc-8def-0123456789ad",
                "sid": "0192f0c1-2345-7abc-8def-0123456789ac",
                "email": "Ada@example.com",
                "role": "admin",
            })
        );
    }

    #[test]
    fn expiry_is_left_to_the_caller_who_has_the_clock() {
        let tokens = JwtAccessTokens::new(SECRET);
        let past = AccessClaims {
            expires_at: "2001-01-01T00:00:00Z".parse().unwrap(),
            ..claims()
        };
        assert_eq!(tokens.verify(&tokens.sign(&past)), Ok(past));
    }

    #[test]
    fn a_token_under_another_key_is_refused() {
        refuse(&JwtAccessTokens::new(b"another secret that has 32 bytes").sign(&claims()));
        refuse(&JwtAccessTokens::new(b"").sign(&claims()));
    }

    #[test]
    fn a_token_that_was_changed_is_refused() {
        let token = JwtAccessTokens::new(SECRET).sign(&claims());
        let parts: Vec<&str> = token.split('.').collect();
        let mut other = wire();
        other["sub"] = "somebody-else".into();
        let other = URL_SAFE_NO_PAD.encode(other.to_string());
        refuse(&[parts[0], &other, parts[2]].join("."));
        refuse(&[parts[0], parts[1], ""].join("."));
        refuse(&[parts[0], parts[1]].join("."));
        refuse(&format!("{token}A"));
        refuse(&format!("{token}."));
        refuse(&format!(" {token}"));
    }

    #[test]
    fn the_header_does_not_choose_the_algorithm() {
        for algorithm in [Algorithm::HS384, Algorithm::HS512] {
            refuse(&forge(&Header::new(algorithm), &wire(), SECRET));
        }
        let payload = URL_SAFE_NO_PAD.encode(wire().to_string());
        let signature = {
            let token = JwtAccessTokens::new(SECRET).sign(&claims());
            token.rsplit('.').next().unwrap().to_owned()
        };
        for alg in ["none", "None", "NONE", "RS256", "ES256", "EdDSA", "hs256", ""] {
            let header = URL_SAFE_NO_PAD.encode(json!({"typ": "JWT", "alg": alg}).to_string());
            refuse(&format!("{header}.{payload}."));
            refuse(&format!("{header}.{payload}.{signature}"));
        }
    }

    #[test]
    fn a_token_must_be_ours_and_for_us() {
        let header = Header::new(Algorithm::HS256);
        for (claim, value) in [
            ("iss", json!("https://elsewhere.example")),
            ("iss", json!(["taskwell"])),
            ("aud", json!("another service")),
            ("aud", json!(["taskwell", "another service"])),
            ("sub", json!("me")),
            ("sub", json!("")),
            ("sub", json!(7)),
            ("sid", json!("not a uuid")),
            ("role", json!("root")),
            ("email", json!("no address")),
            ("exp", json!("1795254300")),
            ("exp", json!(i64::MAX)),
            ("exp", json!(1e300)),
            ("iat", json!(i64::MIN)),
        ] {
            let mut claims = wire();
            claims[claim] = value;
            refuse(&forge(&header, &claims, SECRET));
        }
    }

    #[test]
    fn no_claim_may_be_missing_but_the_email() {
        let header = Header::new(Algorithm::HS256);
        let without = |claim: &str| {
            let mut claims = wire();
            claims.as_object_mut().unwrap().remove(claim);
            forge(&header, &claims, SECRET)
        };
        for claim in ["iss", "sub", "aud", "exp", "iat", "jti", "sid", "role"] {
            refuse(&without(claim));
        }
        let read = JwtAccessTokens::new(SECRET).verify(&without("email")).unwrap();
        assert_eq!(read.email, None);
    }

    #[test]
    fn garbage_is_refused() {
        for text in ["", ".", "..", "...", "a.b.c", "Bearer x", "é.é.é", "\u{0}"] {
            refuse(text);
        }
    }

    #[test]
    fn an_endless_token_is_refused_even_if_it_is_signed() {
        let header = Header::new(Algorithm::HS256);
        let mut claims = wire();
        claims["note"] = "x".repeat(100).into();
        let token = forge(&header, &claims, SECRET);
        assert!(JwtAccessTokens::new(SECRET).verify(&token).is_ok());
        claims["note"] = "x".repeat(MAX_LENGTH).into();
        refuse(&forge(&header, &claims, SECRET));
    }
}
