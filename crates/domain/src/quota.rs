//! How much of something is allowed.

use std::time::Duration;

/// So many at once, and after that one more each interval: a leaky bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Quota {
    burst: u32,
    interval: Duration,
}

impl Quota {
    /// `count` within each `period`, evenly spread, and up to twice as many in a burst. A count of zero is
    /// taken for one.
    #[must_use]
    pub fn per(count: u32, period: Duration) -> Self {
        let count = count.max(1);
        Self {
            burst: count.saturating_mul(2),
            interval: period / count,
        }
    }

    /// How many can come at once after a rest.
    #[must_use]
    pub fn burst(self) -> u32 {
        self.burst
    }

    /// How long until another one is allowed once the burst is used up.
    #[must_use]
    pub fn interval(self) -> Duration {
        self.interval
    }

    /// How long until the whole burst is allowed again.
    #[must_use]
    pub fn window(self) -> Duration {
        self.interval.saturating_mul(self.burst)
    }
}

/// What is left of a quota after somebody asked for one more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// How much was allowed at first.
    pub quota: Quota,
    /// How many more can come at once; `None` says that this one was too many.
    pub remaining: Option<u32>,
    /// After which time there is more: until the next is allowed for one that was too many, else until the
    /// whole burst is allowed again.
    pub reset_after: Duration,
}

impl Allowance {
    /// Whether the one that was asked for is allowed.
    #[must_use]
    pub fn is_granted(&self) -> bool {
        self.remaining.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quota_lets_twice_its_count_through_at_once() {
        let login = Quota::per(10, Duration::from_secs(60));
        assert_eq!((login.burst(), login.interval()), (20, Duration::from_secs(6)));
        assert_eq!(login.window(), Duration::from_secs(120));
        assert_eq!(Quota::per(0, Duration::from_secs(1)).burst(), 2);
    }
}
