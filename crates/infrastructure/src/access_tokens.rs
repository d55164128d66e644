//! Access tokens as JWT.

use jsonwebtoken::{Algorithm, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use taskwell_application::ports::{AccessClaims, AccessTokens, InvalidToken, PublicKey};
use taskwell_domain::{Email, Role, SessionId, Timestamp, UserId};

use crate::{SigningKeys, jwt, signing_keys::VerifyingKey, verified::Verified};

/// Who signs, and who the tokens are for: nobody else.
pub(crate) const OURSELVES: &str = "taskwell";

/// Signs access tokens with one key, and accepts those under it or one of the keys of before. Each key has
/// one algorithm; a token's header says no more than which of these keys it was.
pub struct JwtAccessTokens {
    header: Header,
    signing: EncodingKey,
    verifying: Vec<(VerifyingKey, Validation)>,
    verified: Verified,
}

impl JwtAccessTokens {
    /// Tokens under these keys.
    #[must_use]
    pub fn new(keys: SigningKeys) -> Self {
        jwt::choose_cryptography();
        let verifying = keys.verifying.into_iter().map(|key| {
            let validation = validation(key.algorithm);
            (key, validation)
        });
        Self {
            header: keys.header,
            signing: keys.signing,
            verifying: verifying.collect(),
            verified: Verified::default(),
        }
    }
}

fn validation(algorithm: Algorithm) -> Validation {
    let mut validation = Validation::new(algorithm);
    validation.set_issuer(&[OURSELVES]);
    validation.set_audience(&[OURSELVES]);
    validation.set_required_spec_claims(&["iss", "aud", "sub", "exp"]);
    // For the caller, who has the clock.
    validation.validate_exp = false;
    validation
}

impl AccessTokens for JwtAccessTokens {
    #[expect(
        clippy::expect_used,
        reason = "HMAC takes any key, an Ed25519 key was read before, and the claims are plain JSON"
    )]
    fn sign(&self, claims: &AccessClaims) -> String {
        jsonwebtoken::encode(&self.header, &WireClaims::from(claims), &self.signing)
            .expect("a token can be signed")
    }

    fn verify(&self, token: &str) -> Result<AccessClaims, InvalidToken> {
        if let Some(claims) = self.verified.find(token) {
            return Ok(claims);
        }
        let header = jwt::header(token).ok_or(InvalidToken)?;
        let claims = self
            .verifying
            .iter()
            .filter(|(key, _)| key.is_meant_by(&header))
            .find_map(|(key, validation)| {
                jsonwebtoken::decode::<WireClaims>(token, &key.key, validation).ok()
            })
            .ok_or(InvalidToken)?
            .claims
            .try_into()?;
        self.verified.keep(token, &claims);
        Ok(claims)
    }

    fn public_keys(&self) -> Vec<PublicKey> {
        self.verifying
            .iter()
            .filter_map(|(key, _)| key.public.clone())
            .collect()
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
    use jsonwebtoken::DecodingKey;
    use serde_json::{Value, json};

    use super::*;

    const SECRET: &[u8] = b"an example of a secret, 32 bytes";
    const KEY: &str = include_str!("../test_keys/ed25519_1.pem");
    const OTHER_KEY: &str = include_str!("../test_keys/ed25519_2.pem");

    fn under(secret: &[u8]) -> JwtAccessTokens {
        JwtAccessTokens::new(SigningKeys::secret(secret))
    }

    fn under_key(pem: &str) -> JwtAccessTokens {
        JwtAccessTokens::new(SigningKeys::ed25519(pem).unwrap())
    }

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

    fn decode(part: &str) -> Value {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
    }

    /// Signs whatever is given, with the right key unless another is given.
    fn forge(header: &Header, claims: &Value, secret: &[u8]) -> String {
        jsonwebtoken::encode(header, claims, &EncodingKey::from_secret(secret)).unwrap()
    }

    #[track_caller]
    fn refuse(token: &str) {
        assert_eq!(under(SECRET).verify(token), Err(InvalidToken));
    }

    #[test]
    fn what_was_signed_is_read_back_in_whole_seconds() {
        let tokens = under(SECRET);
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
        let token = under(SECRET).sign(&claims());
        let parts: Vec<Value> = token.split('.').take(2).map(decode).collect();
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
        let tokens = under(SECRET);
        let past = AccessClaims {
            expires_at: "2001-01-01T00:00:00Z".parse().unwrap(),
            ..claims()
        };
        assert_eq!(tokens.verify(&tokens.sign(&past)), Ok(past));
    }

    #[test]
    fn a_token_under_another_key_is_refused() {
        refuse(&under(b"another secret that has 32 bytes").sign(&claims()));
        refuse(&under(b"").sign(&claims()));
    }

    #[test]
    fn a_token_that_was_changed_is_refused() {
        let token = under(SECRET).sign(&claims());
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
            let token = under(SECRET).sign(&claims());
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
        let read = under(SECRET).verify(&without("email")).unwrap();
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
        assert!(under(SECRET).verify(&token).is_ok());
        claims["note"] = "x".repeat(jwt::MAX_LENGTH).into();
        refuse(&forge(&header, &claims, SECRET));
    }

    #[test]
    fn what_calls_itself_something_else_is_refused_though_it_is_signed() {
        let typed = |typ: Option<&str>| {
            let mut header = Header::new(Algorithm::HS256);
            header.typ = typ.map(str::to_owned);
            forge(&header, &wire(), SECRET)
        };
        for typ in [None, Some("JWT"), Some("jwt"), Some("at+jwt"), Some("AT+JWT")] {
            assert!(under(SECRET).verify(&typed(typ)).is_ok(), "{typ:?}");
        }
        for typ in ["", "JWE", "refresh+jwt", "better-auth.session-cache+jwt"] {
            refuse(&typed(Some(typ)));
        }
        let mut header = Header::new(Algorithm::HS256);
        header.crit = Some(vec!["exp".to_owned()]);
        refuse(&forge(&header, &wire(), SECRET));
        header.crit = None;
        header.kid = Some("another".to_owned());
        refuse(&forge(&header, &wire(), SECRET));
    }

    #[test]
    fn a_token_under_an_ed25519_key_names_it_and_others_can_check_it() {
        let tokens = under_key(KEY);
        let token = tokens.sign(&claims());
        assert_eq!(tokens.verify(&token), Ok(claims()));

        let [public] = &tokens.public_keys()[..] else {
            panic!("one key is published");
        };
        let header = decode(token.split('.').next().unwrap());
        assert_eq!(header, json!({"typ": "JWT", "alg": "EdDSA", "kid": public.id}));
        let key = DecodingKey::from_ed_components(&public.x).unwrap();
        let validation = validation(Algorithm::EdDSA);
        assert!(jsonwebtoken::decode::<Value>(&token, &key, &validation).is_ok());
    }

    #[test]
    fn a_secret_is_never_published() {
        assert_eq!(under(SECRET).public_keys(), []);
        let keys = SigningKeys::ed25519(KEY).unwrap().and_previous_secret(SECRET);
        assert_eq!(
            JwtAccessTokens::new(keys).public_keys(),
            under_key(KEY).public_keys()
        );
    }

    #[test]
    fn tokens_under_the_keys_of_before_still_work() {
        let keys = SigningKeys::ed25519(KEY)
            .unwrap()
            .and_previous_secret(b"the oldest of three, with 32 byte")
            .and_previous_secret(SECRET)
            .and_previous_ed25519(OTHER_KEY)
            .unwrap();
        let tokens = JwtAccessTokens::new(keys);
        for before in [under(SECRET), under_key(OTHER_KEY), under_key(KEY)] {
            assert_eq!(tokens.verify(&before.sign(&claims())), Ok(claims()));
            assert!(
                before.verify(&tokens.sign(&claims())).is_ok()
                    == (before.public_keys() == under_key(KEY).public_keys())
            );
        }
        let ids = |tokens: &JwtAccessTokens| -> Vec<String> {
            tokens.public_keys().into_iter().map(|key| key.id).collect()
        };
        assert_eq!(
            ids(&tokens),
            [ids(&under_key(KEY)), ids(&under_key(OTHER_KEY))].concat()
        );
    }

    #[test]
    fn a_key_has_one_algorithm() {
        let tokens = under_key(KEY);
        let public = tokens.public_keys().remove(0);
        let x = URL_SAFE_NO_PAD.decode(&public.x).unwrap();
        let spki = [
            "-----BEGIN PUBLIC KEY-----\n",
            &base64::engine::general_purpose::STANDARD
                .encode([&b"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00"[..], &x].concat()),
            "\n-----END PUBLIC KEY-----\n",
        ]
        .concat();
        // What everybody knows of the key, taken for a secret.
        for secret in [&x[..], public.x.as_bytes(), spki.as_bytes(), public.id.as_bytes()] {
            for kid in [None, Some(public.id.clone())] {
                let mut header = Header::new(Algorithm::HS256);
                header.kid = kid;
                assert_eq!(tokens.verify(&forge(&header, &wire(), secret)), Err(InvalidToken));
            }
        }
    }

    #[test]
    fn the_header_names_one_of_our_keys_and_nothing_else() {
        let tokens = under_key(KEY);
        let rest = tokens.sign(&claims()).split_once('.').unwrap().1.to_owned();
        for kid in [
            json!(null),
            json!(""),
            json!("../../etc/passwd"),
            json!("' OR 1=1 --"),
            json!(7),
        ] {
            let header = json!({"alg": "EdDSA", "kid": kid}).to_string();
            let token = [URL_SAFE_NO_PAD.encode(header), rest.clone()].join(".");
            assert_eq!(tokens.verify(&token), Err(InvalidToken), "{kid}");
        }
        // Somebody else's key under our name.
        let other = SigningKeys::ed25519(OTHER_KEY).unwrap();
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(tokens.public_keys().remove(0).id);
        let token = jsonwebtoken::encode(&header, &wire(), &other.signing).unwrap();
        assert_eq!(tokens.verify(&token), Err(InvalidToken));
    }
}
