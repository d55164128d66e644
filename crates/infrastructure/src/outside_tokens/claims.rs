//! What stands in a token of another issuer.

use std::collections::HashMap;

use chrono::DateTime;
use serde::Deserialize;
use serde_json::Value;
use taskwell_application::ports::OutsideClaims;
use taskwell_domain::{CLOCK_LEEWAY, Email, Issuer, Timestamp};

use super::AdminRoles;

/// The claims as they stand in the token. Times are seconds, which may have a fraction (RFC 7519
/// *NumericDate*).
#[derive(Debug, Deserialize)]
pub(super) struct WireClaims {
    pub(super) iss: Option<String>,
    sub: String,
    exp: f64,
    nbf: Option<f64>,
    iat: Option<f64>,
    email: Option<Value>,
    #[serde(flatten)]
    others: HashMap<String, Value>,
}

impl WireClaims {
    /// Whether the token works no more.
    pub(super) fn has_expired(&self, now: Timestamp) -> bool {
        self.exp + CLOCK_LEEWAY.as_secs_f64() <= seconds(now)
    }

    /// Whether the token does not work yet, or was given out in the future: it must not outlive a revocation by
    /// that.
    pub(super) fn is_early(&self, now: Timestamp) -> bool {
        let latest = seconds(now) + CLOCK_LEEWAY.as_secs_f64();
        [self.nbf, self.iat]
            .into_iter()
            .flatten()
            .any(|time| time > latest)
    }

    /// What the token says, to be asked of one whose signature is proven; `None` if it names nobody, or an end
    /// beyond the calendar.
    pub(super) fn read(self, issuer: &Issuer, roles: Option<&AdminRoles>) -> Option<OutsideClaims> {
        if self.sub.is_empty() {
            return None;
        }
        let is_admin = roles.is_some_and(|roles| {
            self.others
                .get(&roles.claim)
                .is_some_and(|value| names_one_of(value, &roles.admin))
        });
        let email = self.email.as_ref().and_then(Value::as_str);
        Some(OutsideClaims {
            issuer: issuer.clone(),
            subject: self.sub,
            email: email.and_then(|email| Email::parse(email).ok()),
            is_admin,
            issued_at: self.iat.and_then(instant),
            expires_at: instant(self.exp)?,
        })
    }
}

/// Whether a claim, either a list or a text with commas, names one of these roles.
fn names_one_of(claim: &Value, roles: &[String]) -> bool {
    let is_one = |role: &str| roles.iter().any(|known| known == role);
    match claim {
        Value::String(text) => text.split(',').any(is_one),
        Value::Array(list) => list.iter().filter_map(Value::as_str).any(is_one),
        _ => false,
    }
}

/// Exact for millions of years.
fn seconds(instant: Timestamp) -> f64 {
    instant.as_datetime().timestamp_millis() as f64 / 1_000.0
}

/// None beyond the calendar.
fn instant(seconds: f64) -> Option<Timestamp> {
    DateTime::from_timestamp_millis((seconds * 1_000.0) as i64).map(Timestamp::from)
}
