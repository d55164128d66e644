//! What is open all the time.

use std::time::Duration;

use hdrhistogram::Histogram;

use super::{grouped, milliseconds};
use crate::{
    series::Series,
    streams::{STREAMS, Streams, WRITES_A_SECOND},
};

pub(super) fn text(streams: &Streams) -> String {
    let each = match streams.each {
        Some(bytes) => format!("{:.1} KiB", bytes as f64 / 1024.0),
        None => "unknown, it is read from /proc".to_owned(),
    };
    let there = |there| format!("| on another server | {} |\n", latencies(there));
    let there = streams.there.as_ref().map(there).unwrap_or_default();
    format!(
        "#### {} open streams\n\n\
         | from asking for a write to its event, {WRITES_A_SECOND} writes a second | p50 | p99 |\n\
         |---|--:|--:|\n\
         | on the same server | {} |\n\
         {}\n\
         | create | requests/s | slowest–fastest round |\n\
         |---|--:|:-:|\n\
         | while nobody follows | {} |\n\
         | while all streams are open, of others | {} |\n\
         | while there is also one of each who writes | {} |\n\
         | the second of the first | {:.2} | |\n\
         | the third of the first | {:.2} | |\n\n\
         Memory of a stream while nothing happens: {each}.\n",
        grouped(STREAMS as f64),
        latencies(&streams.here),
        there,
        rates(&streams.alone),
        rates(&streams.beside),
        rates(&streams.followed),
        streams.beside.rate() / streams.alone.rate(),
        streams.followed.rate() / streams.alone.rate(),
    )
}

fn latencies(latencies: &Histogram<u64>) -> String {
    let at = |quantile| milliseconds(Duration::from_micros(latencies.value_at_quantile(quantile)));
    format!("{} | {}", at(0.50), at(0.99))
}

fn rates(series: &Series) -> String {
    let (slowest, fastest) = series.range();
    format!(
        "{} | {}–{}",
        grouped(series.rate()),
        grouped(slowest),
        grouped(fastest)
    )
}
