//! Limits for requests on this server.

use std::{num::NonZeroU32, time::Duration};

use governor::{
    RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::StateInformationMiddleware,
    state::keyed::DashMapStateStore,
};
use taskwell_application::ports::RequestLimit;
use taskwell_domain::{Allowance, Quota, UserId};

/// Counts the requests of each user, in memory: every server counts its own.
pub struct RequestLimits(Option<Buckets<DefaultClock>>);

impl RequestLimits {
    /// So many for each user; `None` is without limits.
    #[must_use]
    pub fn new(quota: Option<Quota>) -> Self {
        Self(quota.map(|quota| Buckets::new(quota, DefaultClock::default())))
    }
}

impl RequestLimit for RequestLimits {
    fn take(&self, user: &UserId) -> Option<Allowance> {
        self.0.as_ref().map(|buckets| buckets.take(user))
    }

    fn forget(&self) {
        if let Some(buckets) = &self.0 {
            buckets.forget();
        }
    }
}

type Limiter<C> = RateLimiter<UserId, DashMapStateStore<UserId>, C, StateInformationMiddleware>;

/// A leaky bucket for each user.
struct Buckets<C: Clock> {
    quota: Quota,
    limiter: Limiter<C>,
}

impl<C: Clock> Buckets<C> {
    #[expect(clippy::expect_used, reason = "only an interval of zero has no rule")]
    fn new(quota: Quota, clock: C) -> Self {
        let interval = quota.interval().max(Duration::from_nanos(1));
        let burst = NonZeroU32::new(quota.burst()).unwrap_or(NonZeroU32::MIN);
        let rule = governor::Quota::with_period(interval)
            .expect("the interval is not zero")
            .allow_burst(burst);
        Self {
            quota,
            limiter: RateLimiter::dashmap_with_clock(rule, clock).with_middleware(),
        }
    }

    fn take(&self, user: &UserId) -> Allowance {
        let (remaining, reset_after) = match self.limiter.check_key(user) {
            Ok(state) => {
                let remaining = state.remaining_burst_capacity();
                let taken = self.quota.burst().saturating_sub(remaining);
                (Some(remaining), self.quota.interval().saturating_mul(taken))
            }
            Err(too_early) => (None, too_early.wait_time_from(self.limiter.clock().now())),
        };
        Allowance {
            quota: self.quota,
            remaining,
            reset_after,
        }
    }

    fn forget(&self) {
        self.limiter.retain_recent();
        self.limiter.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use governor::clock::FakeRelativeClock;

    use super::*;

    fn ada() -> UserId {
        UserId::parse("ada").unwrap()
    }

    /// 5 a second, so 10 at once and one more every 200 ms.
    fn buckets() -> (Buckets<FakeRelativeClock>, FakeRelativeClock) {
        let clock = FakeRelativeClock::default();
        let quota = Quota::per(5, Duration::from_secs(1));
        (Buckets::new(quota, clock.clone()), clock)
    }

    fn allowance(remaining: Option<u32>, reset_after: u64) -> Allowance {
        Allowance {
            quota: Quota::per(5, Duration::from_secs(1)),
            remaining,
            reset_after: Duration::from_millis(reset_after),
        }
    }

    #[test]
    fn a_burst_is_allowed_and_then_one_each_interval() {
        let (buckets, clock) = buckets();
        for taken in 1..=10 {
            let left = 10 - taken;
            assert_eq!(
                buckets.take(&ada()),
                allowance(Some(left), u64::from(taken) * 200)
            );
        }
        assert_eq!(buckets.take(&ada()), allowance(None, 200));
        clock.advance(Duration::from_millis(150));
        assert_eq!(buckets.take(&ada()), allowance(None, 50));
        clock.advance(Duration::from_millis(50));
        assert_eq!(buckets.take(&ada()), allowance(Some(0), 2_000));
        assert_eq!(buckets.take(&ada()), allowance(None, 200));
        clock.advance(Duration::from_secs(2));
        assert_eq!(buckets.take(&ada()), allowance(Some(9), 200));
    }

    #[test]
    fn each_user_has_their_own() {
        let (buckets, _) = buckets();
        while buckets.take(&ada()).is_granted() {}
        assert_eq!(
            buckets.take(&UserId::parse("bob").unwrap()),
            allowance(Some(9), 200)
        );
    }

    #[test]
    fn only_what_makes_no_difference_any_more_is_forgotten() {
        let (buckets, clock) = buckets();
        for _ in 0..5 {
            buckets.take(&ada());
        }
        clock.advance(Duration::from_millis(999));
        buckets.forget();
        assert_eq!(buckets.limiter.len(), 1);
        clock.advance(Duration::from_secs(1));
        buckets.forget();
        assert_eq!(buckets.limiter.len(), 0);
    }

    #[test]
    fn the_smallest_and_the_largest_quota_can_be_counted() {
        for count in [0, 1, u32::MAX] {
            let limits = RequestLimits::new(Some(Quota::per(count, Duration::from_secs(1))));
            assert!(limits.take(&ada()).unwrap().is_granted());
            limits.forget();
        }
    }

    #[test]
    fn without_a_quota_nothing_is_counted() {
        let limits = RequestLimits::new(None);
        assert_eq!(limits.take(&ada()), None);
        limits.forget();
    }
}
