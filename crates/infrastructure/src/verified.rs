use std::time::Duration;

use moka::sync::Cache;
use taskwell_application::ports::AccessClaims;

/// Of so many tokens, some hundred bytes each.
const MAX_KEPT: u64 = 10_000;

/// For somebody who calls now and then.
const KEPT: Duration = Duration::from_secs(60);

/// What access tokens of our own say whose signatures were found to be good a moment ago. Who calls once calls again, and
/// to check the signature anew costs more than all else that a small read does. What is not good is not kept. The keys stay
/// as long as this does.
pub(crate) struct Verified(Cache<String, AccessClaims>);

impl Default for Verified {
    fn default() -> Self {
        let cache = Cache::builder().max_capacity(MAX_KEPT).time_to_live(KEPT);
        Self(cache.build())
    }
}

impl Verified {
    pub(crate) fn find(&self, token: &str) -> Option<AccessClaims> {
        self.0.get(token)
    }

    pub(crate) fn keep(&self, token: &str, claims: &AccessClaims) {
        self.0.insert(token.to_owned(), claims.clone());
    }
}
