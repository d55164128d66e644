//! What checks signed tokens.

use std::sync::LazyLock;

use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use serde_json::Value;
use taskwell_application::ports::{AccessTokens, OutsideTokens, Tickets};
use taskwell_domain::{Issuer, Timestamp};
use taskwell_infrastructure::{
    JwtAccessTokens, JwtTickets, OutsideIssuer, OutsideIssuers, OutsideKeys, SigningKeys,
};
use tokio::runtime::{Builder, Runtime};

const OURS: &[u8] = b"a secret of our own, which is known here only";
const THEIRS: &[u8] = b"a secret that another issuer has shared with us";
const ELSEWHERE: &str = "https://elsewhere.example";
const NOW: &str = "2026-11-21T09:30:00.000Z";

/// Where a token can be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Door {
    /// An access token of our own.
    Access,
    /// A ticket for a stream.
    Stream,
    /// An access token of another issuer.
    Outside,
}

/// All of them.
pub(super) struct Doors {
    access: JwtAccessTokens,
    tickets: JwtTickets,
    outside: OutsideIssuers,
    runtime: Runtime,
}

impl Doors {
    pub(super) fn get() -> &'static Self {
        static DOORS: LazyLock<Doors> = LazyLock::new(|| {
            let runtime = Builder::new_current_thread().build().unwrap();
            let elsewhere = OutsideIssuer {
                name: Issuer::parse("elsewhere").unwrap(),
                issuers: vec![ELSEWHERE.to_owned()],
                audiences: vec!["tasks".to_owned()],
                keys: OutsideKeys::Secret(THEIRS.to_vec()),
                roles: None,
            };
            let outside = runtime.block_on(async { OutsideIssuers::new(vec![elsewhere]) });
            Doors {
                tickets: JwtTickets::new(&SigningKeys::secret(OURS)),
                access: JwtAccessTokens::new(SigningKeys::secret(OURS)),
                outside: outside.unwrap(),
                runtime,
            }
        });
        &DOORS
    }

    /// Those that let it in. What it is taken for can be signed and read again.
    pub(super) fn opened_by(&self, token: &str) -> Vec<Door> {
        let mut opened = Vec::new();
        if let Ok(claims) = self.access.verify(token) {
            let signed = self.access.sign(&claims);
            let read = self.access.verify(&signed).unwrap();
            assert_eq!(self.access.sign(&read), signed);
            opened.push(Door::Access);
        }
        if let Ok(claims) = self.tickets.verify(token) {
            let signed = self.tickets.sign(&claims);
            let read = self.tickets.verify(&signed).unwrap();
            assert_eq!(self.tickets.sign(&read), signed);
            opened.push(Door::Stream);
        }
        let outside = self.outside.verify(token, NOW.parse().unwrap());
        if self.runtime.block_on(outside).is_ok() {
            opened.push(Door::Outside);
        }
        opened
    }
}

impl Door {
    /// A signature that is good there.
    pub(super) fn sign(self, message: &str) -> String {
        // They choose the cryptography.
        let _doors = Doors::get();
        let key = match self {
            Self::Access => EncodingKey::from_secret(OURS),
            Self::Stream => EncodingKey::from_secret(&SigningKeys::secret(OURS).derived("tickets")),
            Self::Outside => EncodingKey::from_secret(THEIRS),
        };
        crypto::sign(message.as_bytes(), &key, Algorithm::HS256).unwrap()
    }

    /// What a token says that is let in there.
    pub(super) fn check(self, header: &Value, claims: &Value) {
        assert_eq!(header["alg"], "HS256", "{header}");
        let kind = header["typ"].as_str().unwrap_or("JWT").to_ascii_lowercase();
        assert_eq!(kind == "ticket+jwt", self == Self::Stream, "{header}");
        if self != Self::Stream {
            let brings = ["jwk", "jku", "x5u", "x5c", "crit"].map(|name| &header[name]);
            assert!(brings.iter().all(|value| value.is_null()), "{header}");
        }
        let (iss, aud) = match self {
            Self::Access => ("taskwell", "taskwell"),
            Self::Stream => ("taskwell", "taskwell/changes/stream"),
            Self::Outside => (ELSEWHERE, "tasks"),
        };
        let names = |claim: &Value, word: &str| {
            *claim == word
                || claim
                    .as_array()
                    .is_some_and(|words| words.iter().any(|one| one == word))
        };
        assert!(
            names(&claims["iss"], iss) && names(&claims["aud"], aud),
            "{claims}"
        );
        if self == Self::Outside {
            let now = NOW.parse::<Timestamp>().unwrap().unix_seconds() as f64;
            let at = |claim: &str| claims[claim].as_f64();
            assert!(at("exp").is_some_and(|exp| exp > now - 60.0), "{claims}");
            let is_early = |claim| at(claim).is_some_and(|at| at > now + 60.0);
            assert!(!is_early("iat") && !is_early("nbf"), "{claims}");
        }
    }
}
