//! The reads and the logins of a storm.

use std::time::Duration;

use hdrhistogram::Histogram;

use super::{grouped, mebibytes, milliseconds};
use crate::{
    Result,
    series::Series,
    storm::{CLIENTS, Logins, Storm},
    usage::Usage,
};

pub(super) fn text(storm: &Storm) -> Result<String> {
    let [calm, stormy] = [Reads::of(&storm.calm)?, Reads::of(&storm.stormy)?];
    let readers = storm.readers;
    Ok(format!(
        "#### A login storm\n\n\
         | get | connections | requests/s | slowest–fastest round | p50 | p99 |\n\
         |---|--:|--:|:-:|--:|--:|\n\
         | alone | {readers} | {} |\n\
         | while {CLIENTS} clients log in | {readers} | {} |\n\
         | the second of the first | | {:.2} | | {:.1} | {:.1} |\n\n\
         {}{}",
        calm.cells(),
        stormy.cells(),
        stormy.rate / calm.rate,
        stormy.median.div_duration_f64(calm.median),
        stormy.high.div_duration_f64(calm.high),
        logins(&storm.logins),
        memory(storm.usage),
    ))
}

struct Reads {
    rate: f64,
    range: (f64, f64),
    median: Duration,
    high: Duration,
}

impl Reads {
    fn of(series: &Series) -> Result<Self> {
        let latencies = series.latencies()?;
        Ok(Self {
            rate: series.rate(),
            range: series.range(),
            median: at_quantile(&latencies, 0.50),
            high: at_quantile(&latencies, 0.99),
        })
    }

    fn cells(&self) -> String {
        let (slowest, fastest) = self.range;
        format!(
            "{} | {}–{} | {} | {}",
            grouped(self.rate),
            grouped(slowest),
            grouped(fastest),
            milliseconds(self.median),
            milliseconds(self.high),
        )
    }
}

fn logins(logins: &Logins) -> String {
    let rate = |count: u64| count as f64 / logins.lasted.as_secs_f64();
    format!(
        "Of the logins {:.0} a second began a session, p50 {}, p99 {}; {:.0} a second were turned away (503).\n",
        rate(logins.latencies.len()),
        milliseconds(at_quantile(&logins.latencies, 0.50)),
        milliseconds(at_quantile(&logins.latencies, 0.99)),
        rate(logins.turned_away),
    )
}

fn memory(usage: Option<Usage>) -> String {
    match usage {
        Some(Usage { resident, peak, .. }) => format!(
            "Memory of the server: {} resident afterwards, {} at most.\n",
            mebibytes(resident),
            mebibytes(peak)
        ),
        None => "Memory: unknown, it is read from /proc.\n".to_owned(),
    }
}

fn at_quantile(latencies: &Histogram<u64>, quantile: f64) -> Duration {
    Duration::from_micros(latencies.value_at_quantile(quantile))
}
