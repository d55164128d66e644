//! How long single requests took, one by one.

use std::{cmp::Ordering, time::Duration};

#[derive(Default)]
pub(crate) struct Times(Vec<Duration>);

/// How likely something is, and how far that may be off by chance.
pub(crate) struct Likelihood {
    pub(crate) probability: f64,
    /// Of the probability, if it is really one half.
    pub(crate) standard_error: f64,
}

impl Times {
    pub(crate) fn push(&mut self, took: Duration) {
        self.0.push(took);
    }

    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// The time that this part of them (0 to 1) does not exceed; zero if there are none.
    pub(crate) fn quantile(&self, part: f64) -> Duration {
        let mut sorted = self.0.clone();
        sorted.sort();
        let rank = (sorted.len() as f64 * part).ceil() as usize;
        sorted.get(rank.saturating_sub(1)).copied().unwrap_or_default()
    }

    /// Whether one of these takes longer than one of those, by the ranks alone (Mann–Whitney), so that a few
    /// requests that met something else on the machine count no more than others.
    pub(crate) fn take_longer_than(&self, those: &Self) -> Likelihood {
        let pairs = self
            .0
            .iter()
            .flat_map(|this| those.0.iter().map(move |that| this.cmp(that)));
        let longer: f64 = pairs
            .map(|order| match order {
                Ordering::Less => 0.0,
                Ordering::Equal => 0.5,
                Ordering::Greater => 1.0,
            })
            .sum();
        let [these, those] = [self, those].map(|times| times.count() as f64);
        Likelihood {
            probability: longer / (these * those),
            standard_error: ((these + those + 1.0) / (12.0 * these * those)).sqrt(),
        }
    }
}
