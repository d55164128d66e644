//! When an issuer is asked for its keys.

use std::time::Duration;

use tokio::time::Instant;

/// From this age on, keys are asked for again in the background.
const FRESH: Duration = Duration::from_secs(5 * 60);

/// From this age on, nobody gets in by a key before the issuer was asked for it again: one that was withdrawn must
/// not live on where few come.
const STALE: Duration = Duration::from_secs(10 * 60);

/// While the issuer does not answer, its keys work for so long.
const KEPT: Duration = Duration::from_secs(60 * 60);

/// While no keys are known, a failed try is followed by this pause.
const PAUSE: Duration = Duration::from_secs(5);

/// So many tries at once, so that the first token of a new key is taken even right after a refresh, ...
const BURST: u32 = 2;

/// ... and after them one each interval, so that made-up tokens cause next to no traffic.
const INTERVAL: Duration = Duration::from_secs(30);

/// Decides when an issuer is asked, from what came of it before.
#[derive(Debug, Default)]
pub(super) struct Schedule {
    /// When it last answered.
    fetched_at: Option<Instant>,
    /// When it last failed, if it has not answered since.
    failed_at: Option<Instant>,
    /// When the whole burst is allowed again.
    rested_at: Option<Instant>,
}

impl Schedule {
    /// Whether the last answer still counts.
    pub(super) fn is_known(&self, now: Instant) -> bool {
        self.fetched_at.is_some_and(|at| now < at + KEPT)
    }

    /// Whether the last answer has become old.
    pub(super) fn is_due(&self, now: Instant) -> bool {
        self.fetched_at.is_none_or(|at| now >= at + FRESH)
    }

    /// Whether the last answer is too old to count, as long as the issuer answers.
    pub(super) fn is_stale(&self, now: Instant) -> bool {
        self.failed_at.is_none() && self.fetched_at.is_none_or(|at| now >= at + STALE)
    }

    /// Whether the issuer may be asked now; if so, that counts as done.
    pub(super) fn begin(&mut self, now: Instant) -> bool {
        if self.is_known(now) {
            self.take_one(now)
        } else {
            self.failed_at.is_none_or(|at| now >= at + PAUSE)
        }
    }

    fn take_one(&mut self, now: Instant) -> bool {
        let rested_at = self.rested_at.map_or(now, |at| at.max(now)) + INTERVAL;
        let is_allowed = rested_at <= now + INTERVAL * BURST;
        if is_allowed {
            self.rested_at = Some(rested_at);
        }
        is_allowed
    }

    /// The issuer answered; whether that is news.
    pub(super) fn answered(&mut self, now: Instant) -> bool {
        self.fetched_at = Some(now);
        self.failed_at.take().is_some()
    }

    /// The issuer did not answer; whether that is news.
    pub(super) fn failed(&mut self, now: Instant) -> bool {
        self.failed_at.replace(now).is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    /// One whose issuer has just answered for the first time.
    fn known() -> (Schedule, Instant) {
        let mut schedule = Schedule::default();
        let now = Instant::now();
        assert!(schedule.begin(now));
        assert!(!schedule.answered(now));
        (schedule, now)
    }

    #[test]
    fn keys_are_due_after_five_minutes_and_stale_after_ten_and_gone_after_an_hour() {
        let (schedule, now) = known();
        assert!(schedule.is_known(now) && !schedule.is_due(now));
        assert!(!schedule.is_due(now + seconds(299)));
        assert!(schedule.is_due(now + seconds(300)));
        assert!(!schedule.is_stale(now + seconds(599)));
        assert!(schedule.is_stale(now + seconds(600)));
        assert!(schedule.is_known(now + seconds(3_599)));
        assert!(!schedule.is_known(now + seconds(3_600)));
    }

    #[test]
    fn a_failure_does_not_make_them_last_longer_and_an_answer_does() {
        let (mut schedule, now) = known();
        schedule.failed(now + seconds(3_000));
        assert!(!schedule.is_known(now + seconds(3_600)));
        schedule.answered(now + seconds(3_000));
        assert!(schedule.is_known(now + seconds(3_600)));
        assert!(!schedule.is_due(now + seconds(3_299)));
    }

    #[test]
    fn while_the_issuer_does_not_answer_old_keys_are_not_stale() {
        let (mut schedule, now) = known();
        schedule.failed(now + seconds(601));
        assert!(!schedule.is_stale(now + seconds(602)));
        assert!(schedule.is_known(now + seconds(602)));
    }

    #[test]
    fn two_tries_at_once_are_allowed_and_then_one_every_thirty_seconds() {
        let (mut schedule, now) = known();
        let tries = (0..=120_u64)
            .flat_map(|second| [second; 3])
            .filter(|second| schedule.begin(now + seconds(*second)));
        assert_eq!(tries.collect::<Vec<_>>(), [0, 0, 30, 60, 90, 120]);
    }

    #[test]
    fn after_a_rest_two_are_allowed_again_and_no_more() {
        let (mut schedule, now) = known();
        let later = now + seconds(1_000);
        assert_eq!((0..10).filter(|_| schedule.begin(now)).count(), 2);
        assert_eq!((0..10).filter(|_| schedule.begin(later)).count(), 2);
    }

    #[test]
    fn an_issuer_that_was_never_reached_is_tried_again_after_five_seconds() {
        let mut schedule = Schedule::default();
        let now = Instant::now();
        assert!(schedule.begin(now));
        schedule.failed(now);
        assert!(!schedule.begin(now + seconds(4)));
        assert!(schedule.begin(now + seconds(5)));
        schedule.failed(now + seconds(10));
        assert!(!schedule.begin(now + seconds(14)));
        assert!(schedule.begin(now + seconds(15)));
    }

    #[test]
    fn an_issuer_that_goes_or_comes_back_is_news_once() {
        let mut schedule = Schedule::default();
        let now = Instant::now();
        assert!(schedule.failed(now));
        assert!(!schedule.failed(now));
        assert!(schedule.answered(now));
        assert!(!schedule.answered(now));
        assert!(schedule.failed(now));
    }
}
