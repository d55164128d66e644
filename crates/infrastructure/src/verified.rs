use std::time::Duration;

use moka::sync::Cache;

/// Of so many tokens, some hundred bytes each.
const MAX_KEPT: u64 = 10_000;

/// What tokens say whose signatures were found to be good a moment ago. Who calls once calls again, and to check the
/// signature anew costs more than all else that a small read does. What is not good is not kept.
#[derive(Debug)]
pub(crate) struct Verified<C: Clone + Send + Sync + 'static>(Cache<String, C>);

impl<C: Clone + Send + Sync + 'static> Verified<C> {
    /// Each is kept for that long.
    pub(crate) fn kept_for(kept: Duration) -> Self {
        let cache = Cache::builder().max_capacity(MAX_KEPT).time_to_live(kept);
        Self(cache.build())
    }

    pub(crate) fn find(&self, token: &str) -> Option<C> {
        self.0.get(token)
    }

    pub(crate) fn keep(&self, token: &str, claims: &C) {
        self.0.insert(token.to_owned(), claims.clone());
    }
}
