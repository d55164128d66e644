//! One measurement.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::future::try_join_all;
use hdrhistogram::Histogram;
use tokio::time::timeout;

use crate::{Result, connection::Connection, operation::Operation, population::Population, server::Server};

/// How much longer than it should a measurement may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// What came out of it.
pub(crate) struct Round {
    /// Requests per second.
    pub(crate) rate: f64,
    /// Microseconds from the request to the end of the answer.
    pub(crate) latencies: Histogram<u64>,
    /// Processor time that the server took for one request.
    pub(crate) cpu: Option<Duration>,
}

impl Round {
    /// All connections ask for the same operation, each as soon as it has its last answer.
    pub(crate) async fn measure(
        server: &Server,
        operation: Operation,
        population: &Arc<Population>,
        connections: usize,
        duration: Duration,
    ) -> Result<Self> {
        let opened = (0..connections).map(|_| Connection::open(server.authority()));
        let opened = try_join_all(opened).await?;
        let cpu_before = server.usage().map(|usage| usage.cpu);
        let begun = Instant::now();
        let asking = opened.into_iter().enumerate().map(|(number, connection)| {
            let population = Arc::clone(population);
            tokio::spawn(ask(connection, number, operation, population, begun + duration))
        });
        let answered = timeout(duration + PATIENCE, try_join_all(asking)).await??;
        let elapsed = begun.elapsed();
        let cpu_after = server.usage().map(|usage| usage.cpu);

        let mut latencies = histogram()?;
        for of_one in answered {
            latencies.add(of_one?)?;
        }
        let requests = latencies.len();
        Ok(Self {
            rate: requests as f64 / elapsed.as_secs_f64(),
            cpu: cpu_before
                .zip(cpu_after)
                .map(|(before, after)| (after - before).div_f64(requests as f64)),
            latencies,
        })
    }
}

async fn ask(
    mut connection: Connection,
    number: usize,
    operation: Operation,
    population: Arc<Population>,
    end: Instant,
) -> Result<Histogram<u64>> {
    let mut latencies = histogram()?;
    let mut begun = Instant::now();
    let mut nth = 0;
    while begun < end {
        let call = operation.call(&population, number, nth);
        connection
            .exchange(call, operation.status(nth))
            .await
            .map_err(|error| format!("{}: {error}", operation.name()))?;
        let answered = Instant::now();
        let took = u64::try_from((answered - begun).as_micros())?;
        latencies.record(took)?;
        begun = answered;
        nth += 1;
    }
    Ok(latencies)
}

/// Microseconds to a minute, to three digits.
pub(crate) fn histogram() -> Result<Histogram<u64>> {
    Ok(Histogram::new_with_max(60_000_000, 3)?)
}
