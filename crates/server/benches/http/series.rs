//! Several measurements of the same.

use std::time::Duration;

use hdrhistogram::Histogram;

use crate::{Result, round::Round};

#[derive(Default)]
pub(crate) struct Series(Vec<Round>);

impl Series {
    pub(crate) fn push(&mut self, round: Round) {
        self.0.push(round);
    }

    /// Requests per second in the median round.
    pub(crate) fn rate(&self) -> f64 {
        median(self.0.iter().map(|round| round.rate))
    }

    /// Requests per second in the slowest and in the fastest round.
    pub(crate) fn range(&self) -> (f64, f64) {
        let rates = self.0.iter().map(|round| round.rate);
        (
            rates.clone().fold(f64::INFINITY, f64::min),
            rates.fold(0.0, f64::max),
        )
    }

    /// The server's processor time for one request in the median round.
    pub(crate) fn cpu(&self) -> Option<Duration> {
        let all: Option<Vec<f64>> = self
            .0
            .iter()
            .map(|round| round.cpu.map(|cpu| cpu.as_secs_f64()))
            .collect();
        Some(Duration::from_secs_f64(median(all?)))
    }

    /// How long the requests of all rounds took, in microseconds.
    pub(crate) fn latencies(&self) -> Result<Histogram<u64>> {
        let mut all = Histogram::new(3)?;
        for round in &self.0 {
            all.add(&round.latencies)?;
        }
        Ok(all)
    }
}

/// The one in the middle; zero if there is none.
pub(crate) fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = values.into_iter().collect();
    sorted.sort_by(f64::total_cmp);
    match sorted.as_slice() {
        [] => 0.0,
        sorted if sorted.len() % 2 == 0 => {
            f64::midpoint(sorted[sorted.len() / 2 - 1], sorted[sorted.len() / 2])
        }
        sorted => sorted[sorted.len() / 2],
    }
}
